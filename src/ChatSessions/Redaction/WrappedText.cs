using System.Text;

namespace ChatSessions.Redaction;

/// <summary>A word that was broken into lines, joined again.</summary>
internal static class WrappedText
{
    /// <summary>Reads a word with the rest of it on the next lines.</summary>
    /// <param name="at">Where the word begins.</param>
    /// <returns>The joined text from the start on, and where each of its characters is; null if the word is not broken.</returns>
    public static (string Text, IReadOnlyList<int> Places)? Read(string text, int start, int at, int most)
    {
        var end = at;
        while (end < text.Length && end - start < most && IsOfSecret(text[end]))
            end++;
        if (end == text.Length || end - start >= most || AfterBreak(text, end) < 0)
            return null;
        var (joined, places, breaks) = (new StringBuilder(), new List<int>(), 0);
        for (var index = start; index < text.Length && joined.Length < most; index++)
        {
            var letter = text[index];
            if (index >= at && !IsOfSecret(letter))
            {
                var next = AfterBreak(text, index);
                if (next < 0)
                    break;
                breaks++;
                index = next - 1;
                continue;
            }
            joined.Append(letter);
            places.Add(index);
        }
        return breaks > 0 ? (joined.ToString(), places) : null;
    }

    /// <summary>Where a word goes on after a line break, its indentation, and signs that join strings; -1 if it does not.</summary>
    private static int AfterBreak(string text, int index)
    {
        var at = Skip(text, index, "\"' \t+\\");
        if (at == text.Length || text[at] is not ('\r' or '\n'))
            return -1;
        at = Skip(text, at, "\r\n");
        at = Skip(text, at, " \t\"'+>|");
        return at < text.Length && at - index < 80 && IsOfSecret(text[at]) ? at : -1;
    }

    private static int Skip(string text, int at, string letters)
    {
        while (at < text.Length && letters.Contains(text[at]))
            at++;
        return at;
    }

    private static bool IsOfSecret(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/' or '+' or '=' or ':';
}
