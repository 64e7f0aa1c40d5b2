using System.Text;
using System.Text.RegularExpressions;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace ChatMcpServer.Answers;

/// <summary>A snippet on one line: what was recorded can so never look like a line of ours.</summary>
internal static partial class SnippetLine
{
    /// <summary>The 240 bytes of a snippet make so much only of hidden characters, each of which is shown by its code.</summary>
    private const int Longest = 400;

    // Of no script: they stand around what was found while the text is made ready to show.
    private const char Begin = '\uE000';
    private const char End = '\uE001';

    /// <summary>The line.</summary>
    public static string Of(Snippet snippet) => string.Concat(Parts(snippet).Select(part => part.Text));

    /// <summary>The line in parts: what was found, and what stands between.</summary>
    public static IEnumerable<(string Text, bool IsFound)> Parts(Snippet snippet)
    {
        var marked = new StringBuilder(snippet.BeginsWithin ? "…" : "");
        var at = 0;
        foreach (var match in snippet.Matches)
        {
            var (start, length) = match.GetOffsetAndLength(snippet.Text.Length);
            marked.Append(Recorded(at, start)).Append(Begin).Append(Recorded(start, start + length)).Append(End);
            at = start + length;
        }
        marked.Append(Recorded(at, snippet.Text.Length)).Append(snippet.EndsWithin ? "…" : "");

        var room = Longest;
        var isFound = false;
        foreach (var part in Blanks.Replace(OutgoingText.Show(marked.ToString()), " ").Trim().Split(Begin, End))
        {
            if (part.Length > room)
            {
                yield return ($"{part[..(room > 0 && char.IsHighSurrogate(part[room - 1]) ? room - 1 : room)]}…", isFound);
                yield break;
            }
            if (part.Length > 0)
                yield return (part, isFound);
            room -= part.Length;
            isFound = !isFound;
        }

        string Recorded(int from, int to) => snippet.Text[from..to].Replace(Begin, '\uFFFD').Replace(End, '\uFFFD');
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks { get; }
}
