using System.Buffers;
using ChatSessions.Model;
using ChatSessions.Redaction;

namespace ChatSessions.Importing;

/// <summary>
/// The title of a session without a recorded one: the first line that says something, of the user's inputs, else of an answer, else of the context
/// or a thought. Of the user's inputs, one that says what is wanted comes before "go on".
/// </summary>
internal static class DraftTitle
{
    private const int MostCharacters = 60;
    private const int SecretBeginning = 12;

    /// <summary>A shorter input, such as "go on", does not say what is wanted. Scripts without an alphabet say as much in a third of it.</summary>
    private const int ShortInput = 12;

    /// <summary>A title ends after a word. Chinese and Japanese have no spaces between words.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create(" 、。，！？；");

    /// <summary>Where a word ends that is longer than a title, such as a path or an address.</summary>
    private static readonly SearchValues<char> EndsInWords = SearchValues.Create("/\\=:?&");

    /// <summary>Whose words make the best title comes first.</summary>
    private static readonly string[] Sources = ["user_input", "text", "context", "thinking"];

    /// <summary>The title; null if nothing was said.</summary>
    public static string? Of(IReadOnlyList<DraftEvent> events, Func<DraftEvent, RawJson> bodyOf)
    {
        foreach (var source in Sources)
        {
            var first = default(string);
            foreach (var one in events)
            {
                if (one.Type != source || one.IsDropped)
                    continue;
                var text = bodyOf(one).Property("content").AsString() ?? "";
                if (OfMessage(text) is not { } title)
                    continue;
                if (source != "user_input" || SaysWhatIsWanted(title))
                    return title;
                first ??= title;
            }
            if (first is not null)
                return first;
        }
        return null;
    }

    /// <summary>A title made of one message; null if it has no words.</summary>
    public static string? OfMessage(string text) => Shortened(DerivedTitle.Of(text), text);

    /// <summary>A title, at most as long as titles are; null if nothing is left of it.</summary>
    public static string? Shortened(string title) => Shortened(title, title);

    private static bool SaysWhatIsWanted(string title) =>
        DerivedTitle.SaysAnything(title) && (title.Length >= ShortInput || (title.Length >= ShortInput / 3 && !title.Any(char.IsAscii)));

    private static string? Shortened(string line, string text)
    {
        var said = line.AsSpan(0, BeforeSecret(line, DerivedTitle.LookedAtIn(text)));
        var title = said[..EndOf(said)].TrimEnd();
        return title.IsEmpty ? null
            : IsAllOf(text, title) ? title.ToString()
            : $"{title}...";
    }

    /// <summary>Whether a title is all that a text says: only a greeting or the like stands before it.</summary>
    private static bool IsAllOf(ReadOnlySpan<char> text, ReadOnlySpan<char> title) =>
        text.TrimEnd() is var all && all.EndsWith(title, StringComparison.Ordinal) && !DerivedTitle.SaysAnything(all[..^title.Length]);

    /// <summary>Where a title made of a line ends.</summary>
    private static int EndOf(ReadOnlySpan<char> line)
    {
        if (line.Length <= MostCharacters)
            return line.Length;
        var end = line[..(MostCharacters + 1)].LastIndexOfAny(Ends) + 1;
        if (end == 0)
            end = line[..MostCharacters].LastIndexOfAny(EndsInWords) + 1;
        if (end == 0)
            for (end = MostCharacters; end > 0 && (char.IsAscii(line[end - 1]) || char.IsHighSurrogate(line[end - 1])); )
                end--;
        return end;
    }

    /// <summary>
    /// Where the word with the first secret begins in a line, or the length of the line. A title ends before that word: the rest of the message tells
    /// that it is a secret, and is not in the title.
    /// </summary>
    private static int BeforeSecret(ReadOnlySpan<char> line, string text)
    {
        var end = line.Length;
        foreach (var (start, length, _) in SecretFinder.Standard.Find(text))
            if (line.IndexOf(Beginning(text.AsSpan(start, length)), StringComparison.Ordinal) is >= 0 and var at && at < end)
                end = at;
        return end < line.Length && line[..end].LastIndexOf(' ') is > 0 and var word ? word : end;
    }

    /// <summary>So much of a secret as is surely in the line with it: the rest may be in the next one, or behind the end of the line.</summary>
    private static ReadOnlySpan<char> Beginning(ReadOnlySpan<char> secret)
    {
        secret = secret[..Math.Min(secret.Length, SecretBeginning)];
        return secret.IndexOfAny('\r', '\n') is > 0 and var end ? secret[..end] : secret;
    }
}
