using System.Globalization;
using System.Text;
using ChatMcpServer.Answers;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace ChatMcpServer.Cli;

/// <summary>Search hits for people: a line per session, below it a line per hit, cut to the terminal so that the match stays visible.</summary>
internal static class HitTable
{
    private const string Indent = "  ";

    /// <summary>The share of a snippet's width before the first match: what follows a match usually matters more.</summary>
    private const double ShareBefore = 0.3;

    private const int NarrowestSnippet = 20;

    /// <param name="width">Terminal columns; null for no limit.</param>
    /// <param name="paint">Colours a text.</param>
    public static IEnumerable<string> Lines(SearchPage page, int? width, Func<string, Ink, string> paint) =>
        page.BySession.Count > 0
            ? page
                .BySession.Select(row => (SessionRow.From(row) with { LastUpdatedAt = Updated(row.Session) }).ToText())
                .Select(line => width is { } room ? DisplayWidth.Cut(line, room) : line)
            : Lines(page.Hits, width, paint);

    /// <inheritdoc cref="Lines(SearchPage, int?, Func{string, Ink, string})"/>
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

    private static string? Updated(SessionSummary session) =>
        session.LastUpdated is { } moment
            ? moment.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : ShownDate.Of(session.LastUpdatedAt);

    private static string Head(SearchHit hit, ListedHit listed, int? width, Func<string, Ink, string> paint)
    {
        var facts = string.Join(Indent, new[] { Quoted.Name(listed.SessionId), Updated(hit.Session) }.OfType<string>());
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
