using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatSessions.Archive.Postgres;

/// <summary>Lists one owner's sessions, newest first.</summary>
internal static class SessionList
{
    /// <summary>Of an owner with more folders, each session's folder is compared.</summary>
    private const int MostFolders = 2_000;

    /// <summary>
    /// SQL that leaves out the earlier states of sessions that are there. Without the offset, PostgreSQL may read all sessions of the owner for it, since
    /// it does not guess that few are earlier states.
    /// </summary>
    private const string NotEarlier =
        "(s.earlier_of is null "
        + "or not exists (select from chat_mcp.session l where l.owner = s.owner and l.id = s.earlier_of offset 0))";

    /// <summary>Lists the summaries that match a filter and come after a place.</summary>
    public static async Task<IReadOnlyList<SessionSummary>> ReadAsync(
        Work work,
        long owner,
        SessionFilter filter,
        SessionPlace? after,
        int limit
    )
    {
        var (last, id) = after is { } place
            ? (place.LastUpdated?.UtcTicks ?? SessionRow.UnknownTime, place.SessionId)
            : (long.MaxValue, "");
        if (filter.UpdatedBefore?.UtcTicks is { } before && before <= last)
            (last, id) = (before - 1, "");
        var found = new List<SessionSummary>();
        var folders = await FoldersAsync(work, [owner], filter.Recorded);
        // The columns find all sessions that match and may find others: the summary decides. So a page may need another round.
        while (found.Count < limit)
        {
            var wanted = limit - found.Count;
            var page = await PageAsync(work, owner, filter, folders, last, id, wanted);
            found.AddRange(page.Select(one => one.Summary).Where(filter.Matches));
            if (page.Count < wanted)
                break;
            (last, id) = (page[^1].Updated, page[^1].Summary.SessionId);
        }
        return found;
    }

    private static Task<List<(long Updated, SessionSummary Summary)>> PageAsync(
        Work work,
        long owner,
        SessionFilter filter,
        string[]? folders,
        long last,
        string id,
        int limit
    )
    {
        var parameters = new Parameters();
        var sql = $"select s.updated, s.summary, s.outcome from chat_mcp.session s where s.owner = {Add(owner)}";
        if (last < long.MaxValue)
            // The first condition is one for an index.
            sql += $" and s.updated <= {Add(last)} and (s.updated < {Add(last)} or s.id > {Add(StoredText.Of(id))})";
        if (filter.UpdatedAfter is not null || filter.UpdatedBefore is not null)
            sql += $" and s.updated > {Add(filter.UpdatedAfter?.UtcTicks ?? SessionRow.UnknownTime)}";
        if (filter.TitleContains is { } title)
            sql += $" and strpos(s.title, {Add(StoredText.Of(SessionFilter.Fold(title)))}) > 0";
        if (filter.IndexId is { } index)
            sql += $" and strpos(s.indexes, {Add(StoredText.Of(ListedTexts.IndexesOf([index])))}) > 0";
        if (filter.Outcome is { } outcome)
            sql += $" and s.outcome = {Add((int)outcome)}";
        if (filter.SubagentsOf is { } parents)
            sql += $" and s.parent <> '' and s.parent = any({Add(parents.Select(StoredText.Key).ToArray())})";
        sql += Recorded("s", filter.Recorded, folders, Add);
        sql += $" and {NotEarlier} order by s.updated desc, s.id limit {Add(limit)}";
        return work.ListAsync(
            sql,
            row =>
                (
                    row.GetInt64(0),
                    SummaryJson.Read(row.GetFieldValue<byte[]>(1)) with
                    {
                        OutcomeOfEvents = SessionRow.OutcomeOf(row.GetInt16(2)),
                    }
                ),
            parameters.All
        );

        string Add(object? value) => parameters.Add(value);
    }

    /// <summary>The sessions that were last updated before a moment, oldest first.</summary>
    public static Task<List<string>> OlderAsync(Work work, long owner, DateTimeOffset before, int limit) =>
        work.ListAsync(
            $"""
            select s.id from chat_mcp.session s where s.owner = $1 and s.updated < $2 and (s.updated >= 0 or s.fetched_at < $2) and {NotEarlier}
            order by s.updated, s.id limit $3
            """,
            row => StoredText.Read(row.GetString(0)),
            owner,
            before.UtcTicks,
            limit
        );

    /// <summary>SQL for what a session's program says of it.</summary>
    /// <param name="session">The name of the table of sessions in the query.</param>
    /// <param name="folders">Those that the project names; null to compare each session's.</param>
    /// <param name="add">Adds a parameter and returns its name.</param>
    public static string Recorded(string session, RecordingFilter filter, string[]? folders, Func<object?, string> add)
    {
        var sql = "";
        if (!filter.IncludeSubagents)
            sql += $" and {session}.parent = ''";
        if (filter.Agent is { } agent)
            sql += $" and {session}.agent = {add(StoredText.Key(agent.ToLowerInvariant()))}";
        if (filter.Branch is { } branch)
            sql += $" and {session}.branch = {add(StoredText.Key(branch))}";
        if (filter.Without is { } without)
            sql += $" and {session}.id <> {add(StoredText.Of(without))}";
        if (filter.Project is not null && folders is not null)
            sql += $" and {session}.folder = any({add(folders)})";
        else if (filter.Project is not null && StoredText.Key(filter.ProjectKey.Key) is var end)
            sql += $" and right({session}.folder, length({add(end)})) = {add(end)}";
        return sql;
    }

    /// <summary>
    /// The folders of the owners' sessions that a project names, as they are stored, found by skipping in their index from one folder to the next; null
    /// if they are too many, or no project is named.
    /// </summary>
    public static async Task<string[]?> FoldersAsync(Work work, long[] owners, RecordingFilter filter)
    {
        if (filter.Project is null)
            return null;
        var (key, isWhole) = filter.ProjectKey;
        var stored = StoredText.Key(key);
        if (isWhole)
            return [stored];
        var folders = await work.ListAsync(
            """
            select f.folder from unnest($1::bigint[]) o (no) cross join lateral (
              with recursive f (folder) as (
                select min(s.folder) from chat_mcp.session s where s.owner = o.no and s.folder > ''
                union all
                select (select min(s.folder) from chat_mcp.session s where s.owner = o.no and s.folder > f.folder) from f where f.folder is not null
              )
              select folder from f where folder is not null
            ) f limit $2
            """,
            row => row.GetString(0),
            owners,
            MostFolders + 1
        );
        return folders.Count <= MostFolders
            ? [.. folders.Where(folder => folder.EndsWith(stored, StringComparison.Ordinal)).Distinct()]
            : null;
    }
}
