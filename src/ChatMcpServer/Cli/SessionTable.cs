using System.Globalization;
using ChatMcpServer.Answers;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;

namespace ChatMcpServer.Cli;

/// <summary>The list of sessions for people: fitted to the terminal, with ids never cut, because they are there to be copied.</summary>
internal static class SessionTable
{
    /// <summary>With fewer columns left for titles, each title gets its own line.</summary>
    private const int NarrowestTitle = 20;
    private const int LongestTitle = 500;
    private const int LongestProject = 32;
    private const int UpdatedWidth = 16;
    private const int OutcomeWidth = 10;
    private const string Gap = "  ";

    /// <summary>The agent and the project have a column if the sessions have several. If a row would be too wide, they are next to the title.</summary>
    /// <param name="page">At least one session.</param>
    /// <param name="width">Terminal columns; null for no limit.</param>
    /// <param name="paint">Colours a text.</param>
    public static IEnumerable<string> Lines(SessionListPage page, int? width, Func<string, Ink, string> paint)
    {
        var sessions = page.Sessions;
        Column[] always =
        [
            new("ID", sessions, session => Named(OutgoingText.ShowName(session.SessionId))),
            new("UPDATED", sessions, Updated, UpdatedWidth),
        ];
        Column[] origins =
        [
            .. ((Column[])[new("AGENT", sessions, Agent), new("PROJECT", sessions, Project)]).Where(column =>
                column.Texts.Distinct().Skip(1).Any()
            ),
        ];
        Column[] calls = [.. ((Column[])[new("CALLS", sessions, Calls)]).Where(column => column.Texts.Any(text => text.Length > 0))];
        Column[] columns = [.. always, .. origins, .. calls];
        var isOriginBelow = width < WidthOf(columns);
        if (isOriginBelow)
            columns = [.. always, .. calls];

        var beforeTitle = WidthOf(columns) + Gap.Length;
        var isTitleBelow = isOriginBelow || width < beforeTitle + NarrowestTitle;
        var titleWidth = (width ?? int.MaxValue) - (isTitleBelow ? Gap.Length : beforeTitle);

        var header = string.Concat(columns.Select(column => column.Name.PadRight(column.Width) + Gap)) + "OUTCOME".PadRight(OutcomeWidth);
        yield return paint(isTitleBelow ? header.TrimEnd() : $"{header}{Gap}TITLE", Ink.Bold);
        for (var row = 0; row < sessions.Count; row++)
        {
            var session = sessions[row];
            var title = OutgoingText.ShowLine(session.GeneratedTitle, LongestTitle) ?? "";
            if (isOriginBelow)
                title = string.Join(
                    Gap,
                    ((string[])[.. origins.Select(column => column.Texts[row]), title]).Where(text => text.Length > 0)
                );
            title = DisplayWidth.Cut(title, Math.Max(1, titleWidth));
            var outcome = SnakeCase.Of(session.Outcome);
            var ink =
                session.Outcome == RunOutcome.Error ? Ink.Red
                : session.Outcome == RunOutcome.Ok ? Ink.Green
                : Ink.Dim;
            var facts = string.Concat(columns.Select(column => DisplayWidth.Fit(column.Texts[row], column.Width) + Gap));
            if (!isTitleBelow)
                yield return $"{facts}{paint(outcome.PadRight(OutcomeWidth), ink)}{Gap}{title}".TrimEnd();
            else
            {
                yield return facts + paint(outcome, ink);
                if (title.Length > 0)
                    yield return Gap + title;
            }
            if (ListedSession.From(session, page.Subagents[session.SessionId]).Subagents is { } subagents)
                yield return paint(
                    Gap + DisplayWidth.Cut($"subagents: {subagents}", Math.Max(1, (width ?? int.MaxValue) - Gap.Length)),
                    Ink.Dim
                );
        }
    }

    private static int WidthOf(IEnumerable<Column> columns) => columns.Sum(column => column.Width + Gap.Length) + OutcomeWidth;

    private static string? Agent(SessionSummary session) => Named(OutgoingText.ShowLine(session.Agent, LongestProject));

    private static string? Project(SessionSummary session) =>
        OutgoingText.ShowLine(session.Recording?.Project, LongestProject) is { } project ? Quoted.Between(project, Gap) : null;

    private static string Calls(SessionSummary session) =>
        session.Facts is not { } facts ? ""
        : facts.Failed == 0 ? $"{facts.ToolCalls}"
        : $"{facts.ToolCalls} ({facts.Failed} failed)";

    private static string Updated(SessionSummary session) =>
        session.LastUpdated is { } moment
            ? moment.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : ShownDate.Of(session.LastUpdatedAt) ?? "";

    private static string? Named(string? shown) => shown is null ? null : Quoted.Name(shown);

    /// <summary>A column, as wide as its widest text unless it has a fixed width.</summary>
    private sealed class Column(
        string name,
        IReadOnlyList<SessionSummary> sessions,
        Func<SessionSummary, string?> text,
        int? fixedWidth = null
    )
    {
        public string Name => name;

        public IReadOnlyList<string> Texts { get; } = [.. sessions.Select(session => text(session) ?? "")];

        public int Width => fixedWidth ?? Math.Max(name.Length, Texts.Max(DisplayWidth.Measure));
    }
}
