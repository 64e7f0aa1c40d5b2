using System.Globalization;
using ChatSessions.Search;
using ChatSessions.Sources;

namespace ChatSessions.Archive.Postgres;

/// <summary>What a search must know of an archive.</summary>
/// <param name="Sessions">How many sessions the owners have, without those that are searched elsewhere.</param>
/// <param name="LeftOut">How many of them a search leaves out: those of subagents, unless they are wanted, and the caller's own.</param>
/// <param name="Next">The number that the next text to be saved will get.</param>
/// <param name="Archive">A number at random that tells the archive from others; 0 if nothing was saved.</param>
internal sealed record ArchiveCounts(long Sessions, long LeftOut, long Next, uint Archive)
{
    public static ArchiveCounts None { get; } = new(0, 0, 1, 0);

    /// <param name="counted">Counts of earlier searches; what is counted here is added.</param>
    public static async Task<ArchiveCounts> ReadAsync(Work work, TextScope scope, LastUsed<string, long> counted)
    {
        var next = await work.NumberAsync("select last_value + is_called::int from chat_mcp.number") ?? 1;
        var archive = (uint)(await work.NumberAsync("select value from chat_mcp.setting where name = 'number'") ?? 0);
        var sessions = work.Owners.Sum(owner => owner.Sessions);
        if (sessions == 0)
            return new(0, 0, next, archive);
        var (recorded, leftOut) = (scope.Filter.Recorded, 0L);
        var isOfSeveral = work.Owners.Count(owner => owner.Sessions > 0) > 1;
        if (isOfSeveral || !recorded.IncludeSubagents)
        {
            var state = await StateAsync(work);
            // Of a session that several owners have, one counts.
            if (isOfSeveral)
                sessions -= await OnceAsync(counted, state, () => CountSharedAsync(work));
            if (!recorded.IncludeSubagents)
                leftOut = await OnceAsync(counted, $"{state} subagents", () => CountSubagentsAsync(work, isOfSeveral));
        }
        string[] elsewhere = [.. (scope.Elsewhere ?? new HashSet<string>()).Select(StoredText.Of)];
        string[] own = recorded.Without is { } id && scope.Elsewhere?.Contains(id) is not true ? [StoredText.Of(id)] : [];
        if (elsewhere.Length + own.Length == 0)
            return new(sessions, leftOut, next, archive);
        var found = await work.ListAsync(
            "select id, bool_or(parent <> '') from chat_mcp.session where owner = any($1) and id = any($2) group by id",
            row => (Id: row.GetString(0), IsSubagent: row.GetBoolean(1)),
            work.OwnerNumbers,
            elsewhere.Concat(own).ToArray()
        );
        var hasOwn = found.Any(one => own.Contains(one.Id) && (recorded.IncludeSubagents || !one.IsSubagent));
        var others = found.Where(one => !own.Contains(one.Id)).ToList();
        if (!recorded.IncludeSubagents)
            leftOut -= others.Count(one => one.IsSubagent);
        return new(sessions - others.Count, leftOut + (hasOwn ? 1 : 0), next, archive);
    }

    /// <summary>
    /// What changes with the sessions of the owners: a new session raises its owner's highest number, and a deletion lowers the number of its
    /// sessions.
    /// </summary>
    private static async Task<string> StateAsync(Work work)
    {
        var highest = await work.ListAsync(
            """
            select s.no from unnest($1::bigint[]) with ordinality o (no, at)
              left join lateral (select no from chat_mcp.session where owner = o.no order by no desc limit 1) s on true order by o.at
            """,
            row => row.IsDBNull(0) ? 0 : row.GetInt64(0),
            work.OwnerNumbers
        );
        return string.Join(
            ' ',
            work.Owners.Zip(
                highest,
                (owner, no) => string.Create(CultureInfo.InvariantCulture, $"{owner.Archive}:{owner.No}:{owner.Sessions}:{no}")
            )
        );
    }

    /// <summary>Counts only after a change.</summary>
    private static async Task<long> OnceAsync(LastUsed<string, long> counted, string state, Func<Task<long>> count)
    {
        if (!counted.TryGet(state, out var known))
            counted.Set(state, known = await count());
        return known;
    }

    private static async Task<long> CountSubagentsAsync(Work work, bool isOfSeveral) =>
        await work.NumberAsync(
            // No owner has a session twice, and rows are counted from the index alone.
            $"select count({(isOfSeveral ? "distinct id" : "*")}) from chat_mcp.session where owner = any($1) and parent <> ''",
            work.OwnerNumbers
        ) ?? 0;

    /// <summary>Counts the sessions that an owner has and an owner before it too.</summary>
    private static async Task<long> CountSharedAsync(Work work)
    {
        var count = 0L;
        for (var at = 1; at < work.Owners.Count; at++)
            if (work.Owners[at].Sessions > 0)
                count +=
                    await work.NumberAsync(
                        """
                        select count(*) from chat_mcp.session s where s.owner = $1
                          and exists (select 1 from chat_mcp.session e where e.owner = any($2) and e.id = s.id)
                        """,
                        work.OwnerNumbers[at],
                        work.OwnerNumbers[..at]
                    ) ?? 0;
        return count;
    }
}
