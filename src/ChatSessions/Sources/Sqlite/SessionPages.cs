using Microsoft.Data.Sqlite;

namespace ChatSessions.Sources.Sqlite;

/// <summary>Lists one owner's sessions, newest first, without a look at those that are on other pages.</summary>
internal sealed class SessionPages(SqliteConnection connection, string owner, SessionFilter filter)
{
    private const string OfOwner = "from session where owner = (select no from owner where name = ?1)";

    /// <summary>What of the filter the rows say; a date that is unknown is -1, and in no range.</summary>
    private const string Filtered =
        OfOwner + " and (?2 is null or outcome = ?2) and (?3 is null or updated > ?3) and (?4 is null or updated < ?4 and updated >= 0)";

    /// <param name="limit">How many sessions at most, from 1.</param>
    public SessionListPage Read(int limit, string? cursor, CancellationToken cancellationToken)
    {
        var sessions = new List<SessionSummary>();
        using var rows = Rows(
            $"select summary {Filtered} and updated <= ?5 and (updated < ?5 or id > ?6) order by updated desc, id",
            cursor is null ? null : SessionListPage.Decode(cursor)
        );
        while (sessions.Count <= limit && rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var summary = SummaryJson.Read(rows.Bytes(0));
            if (filter.Matches(summary))
                sessions.Add(summary);
        }
        var hasMore = sessions.Count > limit;
        if (hasMore)
            sessions.RemoveAt(limit);
        return new SessionListPage(sessions, Total(cancellationToken), hasMore ? SessionListPage.Encode(sessions[^1]) : null);
    }

    private int Total(CancellationToken cancellationToken)
    {
        if (filter == SessionFilter.All)
            return Count("select sessions from owner where name = ?1");
        if (filter is { TitleContains: null, IndexId: null })
            return Count($"select count(*) {Filtered}");
        using var rows = Rows($"select summary {Filtered}", null);
        var total = 0;
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            total += filter.Matches(SummaryJson.Read(rows.Bytes(0))) ? 1 : 0;
        }
        return total;
    }

    private int Count(string sql)
    {
        using var statement = Rows(sql, null);
        return (int)(statement.ReadNumber() ?? 0);
    }

    private Statement Rows(string sql, SessionSummary? after)
    {
        var statement = new Statement(connection, sql).Bind(1, owner);
        if (sql.Contains("?2", StringComparison.Ordinal))
            statement.Bind(2, (long?)filter.Outcome).Bind(3, filter.UpdatedAfter?.UtcTicks).Bind(4, filter.UpdatedBefore?.UtcTicks);
        if (sql.Contains("?5", StringComparison.Ordinal))
            statement.Bind(5, after is null ? long.MaxValue : after.LastUpdated?.UtcTicks ?? -1).Bind(6, after?.SessionId ?? "");
        return statement;
    }
}
