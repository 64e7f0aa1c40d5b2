using System.Collections.Immutable;
using System.ComponentModel;
using System.Text;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;

namespace ChatMcpServer.Answers;

/// <summary>A page of the list of sessions, as an answer.</summary>
public sealed record SessionList : IRows
{
    public required ImmutableArray<ListedSession> Sessions { get; init; }

    [Description("Of all pages, up to 500")]
    public required int Total { get; init; }

    public string? NextCursor { get; init; }

    public string? Notes { get; init; }

    /// <summary>Makes the answer with as many sessions of a page as fit.</summary>
    public static SessionList Within(int maxTokens, SessionListPage page, string? notes)
    {
        return First(Fitting.Rows(page.Sessions.Count, maxTokens, First));

        SessionList First(int count) => From(page.First(count), notes + Fitting.LeftOut(page.Sessions.Count - count, "session", maxTokens));
    }

    public static SessionList From(SessionListPage page, string? notes) =>
        new()
        {
            Sessions = [.. page.Sessions.Select(session => ListedSession.From(session, page.Subagents[session.SessionId]))],
            Total = page.Total,
            NextCursor = page.NextCursor,
            Notes = notes,
        };

    /// <summary>The answer as text: a line per session.</summary>
    public string ToText()
    {
        var text = new StringBuilder()
            .Append(Sessions.Length)
            .Append(" of ")
            .Append(Total)
            .Append(Total < SessionListPage.MostCounted ? "" : " or more")
            .Append(" sessions, newest first\n");
        if (Notes is not null)
            text.Append("Notes: ").Append(Notes).Append('\n');
        if (NextCursor is not null)
            text.Append("Next page: cursor=\"").Append(NextCursor).Append("\"\n");
        text.Append('\n');
        foreach (var session in Sessions)
        {
            string?[] facts =
            [
                Quoted.Name(session.SessionId),
                session.LastUpdatedAt,
                session.Outcome,
                session.Agent is { } agent ? Quoted.Name(agent) : null,
                session.Project is { } project ? Quoted.Between(project, " · ") : null,
                session.SubagentOf is { } parent ? $"subagent of {Quoted.Name(parent)}" : null,
                ListedTitle.Of(session.Title, mayBeAgent: session.Project is null),
            ];
            text.AppendJoin(" · ", facts.OfType<string>()).Append('\n');
            if (session.Counts is { } counts)
                text.Append("  ").Append(counts).Append(session.Ending is null ? "" : ": ").Append(session.Ending).Append('\n');
            if (session.Subagents is { } subagents)
                text.Append("  subagents: ").Append(subagents).Append('\n');
        }
        return text.ToString();
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AnswersJson.Unescaped.SessionList);
}

/// <summary>A session in a list.</summary>
/// <param name="Agent">The program, for an imported session.</param>
/// <param name="Project">The end of the folder that it worked in, for an imported session.</param>
/// <param name="Turns">Parts of the conversation.</param>
/// <param name="ToolCalls">Tool calls.</param>
/// <param name="Failed">Tool calls that failed.</param>
/// <param name="Bytes">Of the session's JSON.</param>
/// <param name="Ending">The first line of the last error or answer.</param>
/// <param name="Subagents">How many subagents it started, and what the first of them were for.</param>
/// <param name="SubagentOf">The id of the session that started it.</param>
public sealed record ListedSession(
    string SessionId,
    string? Title,
    string? LastUpdatedAt,
    string Outcome,
    string? Agent,
    string? Project,
    int? Turns,
    int? ToolCalls,
    int? Failed,
    long? Bytes,
    string? Ending,
    string? Subagents,
    string? SubagentOf
)
{
    private const int LongestTitle = 200;
    private const int LongestName = 64;
    private const int LongestEnding = 160;
    private const int SubagentsNamed = 3;

    /// <summary>How much happened, in words; null if that is not known.</summary>
    internal string? Counts =>
        Turns is null
            ? null
            : $"{Counted(Turns.Value, "turn")}, {Counted(ToolCalls!.Value, "call")}{(Failed > 0 ? $" ({Failed} failed)" : "")}, {Size(Bytes!.Value)}";

    /// <param name="subagents">Its subagents, newest first, unless they are listed themselves.</param>
    public static ListedSession From(SessionSummary summary, IEnumerable<SessionSummary> subagents) =>
        new(
            OutgoingText.ShowName(summary.SessionId),
            OutgoingText.ShowLine(summary.GeneratedTitle, LongestTitle),
            ShownDate.Of(summary.LastUpdatedAt),
            SnakeCase.Of(summary.Outcome),
            OutgoingText.ShowLine(summary.Recording?.Program, LongestName),
            OutgoingText.ShowLine(summary.Recording?.Project, LongestName),
            summary.Facts?.Turns,
            summary.Facts?.ToolCalls,
            summary.Facts?.Failed,
            summary.Facts?.Bytes,
            OutgoingText.ShowLine(summary.Facts?.Ending, LongestEnding),
            Describe([.. subagents]),
            summary.Recording?.Parent is { } parent ? OutgoingText.ShowName(parent.SessionId) : null
        );

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Size(long bytes) => bytes < 10_000_000 ? $"{Math.Max(1, bytes / 1_000)} kB" : $"{bytes / 1_000_000} MB";

    private static string? Describe(IReadOnlyList<SessionSummary> subagents)
    {
        if (subagents.Count == 0)
            return null;
        var named = subagents
            .Select(one => OutgoingText.ShowLine(one.Recording?.Parent?.Purpose ?? one.GeneratedTitle, LongestName))
            .OfType<string>()
            .Select(purpose => Quoted.Between(purpose, "; ", ", and ") is var one && one == purpose ? Quoted.InBrackets(purpose) : one)
            .Take(SubagentsNamed)
            .ToList();
        var more = subagents.Count - named.Count is > 0 and var others ? $", and {others} more" : "";
        return named.Count == 0 ? $"{subagents.Count}" : $"{subagents.Count} ({string.Join("; ", named)}{more})";
    }
}
