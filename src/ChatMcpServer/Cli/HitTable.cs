using System.Globalization;
using System.Text;
using ChatMcpServer.Answers;
using ChatSessions.Search;

namespace ChatMcpServer.Cli;

/// <summary>What was found as people read it: a line a session, below it one a hit, fitted to the terminal with what was found in view.</summary>
internal static class HitTable
{
    private const string Indent = "  ";

    /// <summary>Of the room for a snippet, what may stand before the first match: the rest tells what comes of it.</summary>
    private const double ShareBefore = 0.3;

    private const int NarrowestSnippet = 20;

    /// <summary>Makes the lines.</summary>
    /// <param name="width">Columns of the terminal; null to fit nothing.</param>
    /// <param name="paint">Gives a text its colour.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<SearchHit> hits, int? width, Func<string, Ink, string> paint)
    {
        ListedHit? before = null;
        foreach (var (hit, listed) in hits.Select(hit => (hit, ListedHit.From(hit))))
        {
            if (before?.SessionId != listed.SessionId)
            {
                if (before is not null)
                    yield return "";
                yield return Head(hit, listed, width, paint);
            }
            before = listed;
            var label = $"{Indent}{listed.Label()}: ";
            var room = width is { } columns ? Math.Max(NarrowestSnippet, columns - DisplayWidth.Measure(label)) : int.MaxValue;
            yield return paint(label, listed.Kind == "error" ? Ink.Red : Ink.Cyan) + Snippet(hit.Snippet, room, paint);
        }
    }

    private static string Head(SearchHit hit, ListedHit listed, int? width, Func<string, Ink, string> paint)
    {
        var updated = hit.Session.LastUpdated is { } moment
            ? moment.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : listed.LastUpdatedAt;
        var facts = string.Join(Indent, new[] { listed.SessionId, updated }.OfType<string>());
        if (listed.Title is not { } title)
            return paint(facts, Ink.Bold);
        var room = width - DisplayWidth.Measure(facts) - Indent.Length ?? int.MaxValue;
        return room < 1 ? paint(facts, Ink.Bold) : $"{paint(facts, Ink.Bold)}{Indent}{DisplayWidth.Cut(title, room)}";
    }

    private static string Snippet(Snippet snippet, int room, Func<string, Ink, string> paint)
    {
        var parts = SnippetLine.Parts(snippet).ToList();
        if (parts is [{ IsFound: false } first, ..] && parts.Sum(part => DisplayWidth.Measure(part.Text)) > room)
            parts[0] = (DisplayWidth.CutStart(first.Text, Math.Max(1, (int)(room * ShareBefore))), false);
        var rest = DisplayWidth.Cut(string.Concat(parts.Select(part => part.Text)), room);
        var line = new StringBuilder();
        foreach (var (text, isFound) in parts)
        {
            var shown = rest[..Math.Min(text.Length, rest.Length)];
            rest = rest[shown.Length..];
            line.Append(isFound ? paint(shown, Ink.Yellow) : shown);
        }
        return line.ToString();
    }
}
