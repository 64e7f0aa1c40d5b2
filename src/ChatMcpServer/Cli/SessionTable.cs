using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatMcpServer.Cli;

/// <summary>The list of sessions for people: fitted to the terminal, with ids never cut, because they are there to be copied.</summary>
internal static class SessionTable
{
    /// <summary>With fewer columns left for titles, each title gets its own line.</summary>
    private const int NarrowestTitle = 20;
    private const int LongestTitle = 500;
    private const int UpdatedWidth = 16;
    private const int OutcomeWidth = 9;
    private const string Gap = "  ";

    /// <param name="sessions">At least one.</param>
    /// <param name="width">Terminal columns; null for no limit.</param>
    /// <param name="paint">Colours a text.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<SessionSummary> sessions, int? width, Func<string, Ink, string> paint)
    {
        var ids = sessions.Select(session => OutgoingText.ShowLine(session.SessionId, LongestTitle) ?? "").ToList();
        var idWidth = Math.Max("ID".Length, ids.Max(DisplayWidth.Measure));
        var beforeTitle = idWidth + UpdatedWidth + OutcomeWidth + 3 * Gap.Length;
        var isTitleBelow = width < beforeTitle + NarrowestTitle;
        var titleWidth = (width ?? int.MaxValue) - (isTitleBelow ? Gap.Length : beforeTitle);

        var header = $"{"ID".PadRight(idWidth)}{Gap}{"UPDATED", -UpdatedWidth}{Gap}{"OUTCOME", -OutcomeWidth}";
        yield return paint(isTitleBelow ? header.TrimEnd() : $"{header}{Gap}TITLE", Ink.Bold);
        foreach (var (session, id) in sessions.Zip(ids))
        {
            var title = DisplayWidth.Cut(OutgoingText.ShowLine(session.GeneratedTitle, LongestTitle) ?? "", Math.Max(1, titleWidth));
            var outcome = JsonNamingPolicy.SnakeCaseLower.ConvertName(session.Outcome.ToString());
            var ink =
                session.Outcome == RunOutcome.Error ? Ink.Red
                : session.Outcome == RunOutcome.Ok ? Ink.Green
                : Ink.Dim;
            var facts = $"{DisplayWidth.Fit(id, idWidth)}{Gap}{DisplayWidth.Fit(Updated(session), UpdatedWidth)}{Gap}";
            if (!isTitleBelow)
                yield return $"{facts}{paint(outcome.PadRight(OutcomeWidth), ink)}{Gap}{title}".TrimEnd();
            else
            {
                yield return facts + paint(outcome, ink);
                if (title.Length > 0)
                    yield return Gap + title;
            }
        }
    }

    private static string Updated(SessionSummary session) =>
        session.LastUpdated is { } moment
            ? moment.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : OutgoingText.ShowLine(session.LastUpdatedAt, LongestTitle) ?? "";
}
