using System.Text.RegularExpressions;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace ChatMcpServer.Answers;

/// <summary>Writes a snippet on one line, so that recorded text can never look like one of our lines.</summary>
internal static partial class SnippetLine
{
    /// <summary>The 240 bytes of a snippet exceed this only if it has many hidden characters, which are shown as codes.</summary>
    private const int Longest = 400;

    public static string Write(Snippet snippet) => string.Concat(Parts(snippet).Select(part => part.Text));

    /// <summary>The line in parts: the matches, and the text between them.</summary>
    public static IEnumerable<(string Text, bool IsFound)> Parts(Snippet snippet)
    {
        var room = Longest;
        var shown = Shown(snippet).Select(part => (Text: Blanks.Replace(part.Text, " "), part.IsFound)).ToList();
        shown[0] = (shown[0].Text.TrimStart(), false);
        shown[^1] = (shown[^1].Text.TrimEnd(), false);
        foreach (var (text, isFound) in shown)
        {
            if (text.Length > room)
            {
                yield return ($"{text[..OutgoingText.EndBefore(text, room)]}…", isFound);
                yield break;
            }
            if (text.Length > 0)
                yield return (text, isFound);
            room -= text.Length;
        }
    }

    /// <summary>The matches, and the text before, between and after them.</summary>
    private static IEnumerable<(string Text, bool IsFound)> Shown(Snippet snippet)
    {
        var at = 0;
        foreach (var match in snippet.Matches)
        {
            var (start, length) = match.GetOffsetAndLength(snippet.Text.Length);
            yield return ((at == 0 && snippet.BeginsWithin ? "…" : "") + OutgoingText.Show(snippet.Text, at, start), false);
            at = start + length;
            yield return (OutgoingText.Show(snippet.Text, start, at), true);
        }
        yield return (
            (at == 0 && snippet.BeginsWithin ? "…" : "")
                + OutgoingText.Show(snippet.Text, at, snippet.Text.Length)
                + (snippet.EndsWithin ? "…" : ""),
            false
        );
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks { get; }
}
