using System.Text.RegularExpressions;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace ChatMcpServer.Answers;

/// <summary>A snippet on one line: what was recorded can so never look like a line of ours.</summary>
internal static partial class SnippetLine
{
    /// <summary>The 240 bytes of a snippet make so much only of hidden characters, each of which is shown by its code.</summary>
    private const int Longest = 400;

    /// <summary>The line.</summary>
    public static string Write(Snippet snippet) => string.Concat(Parts(snippet).Select(part => part.Text));

    /// <summary>The line in parts: what was found, and what stands between.</summary>
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

    /// <summary>What was found, and the text before, between and behind.</summary>
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
