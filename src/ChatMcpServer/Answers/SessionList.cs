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

    [Description("On all pages, counted up to 500")]
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
            Sessions = [.. page.Sessions.Select(ListedSession.From)],
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
            text.AppendJoin(" · ", new[] { session.SessionId, session.LastUpdatedAt, session.Outcome, session.Title }.OfType<string>())
                .Append('\n');
        return text.ToString();
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AnswersJson.Unescaped.SessionList);
}

/// <summary>A session in a list.</summary>
public sealed record ListedSession(string SessionId, string? Title, string? LastUpdatedAt, string Outcome)
{
    private const int LongestTitle = 200;

    public static ListedSession From(SessionSummary summary) =>
        new(
            OutgoingText.ShowName(summary.SessionId),
            OutgoingText.ShowLine(summary.GeneratedTitle, LongestTitle),
            OutgoingText.ShowLine(summary.LastUpdatedAt, LongestTitle),
            JsonNamingPolicy.SnakeCaseLower.ConvertName(summary.Outcome.ToString())
        );
}
