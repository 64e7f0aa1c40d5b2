using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>How many sessions some owners have, and how many of them a search leaves out.</summary>
internal static class CountedSessions
{
    /// <summary>Counts a session once that several of them have, and none that is searched elsewhere.</summary>
    public static (long Sessions, long LeftOut) Of(SqliteConnection connection, IReadOnlyList<long> owners, TextScope scope)
    {
        if (owners.Count == 0)
            return (0, 0);
        var (all, recorded) = (All(connection, owners), scope.Filter.Recorded);
        var subagents = recorded.IncludeSubagents ? 0 : Subagents(connection, owners);
        using var parent = new Statement(
            connection,
            $"select coalesce(parent, '') <> '' from session where owner in ({string.Join(',', owners)}) and id = ?1 limit 1"
        );
        foreach (var id in scope.Elsewhere ?? new HashSet<string>())
            if (parent.Bind(1, id).ReadNumber() is { } isSubagent)
            {
                all--;
                subagents -= recorded.IncludeSubagents ? 0 : isSubagent;
            }
        var isOwn =
            recorded.Without is { } own
            && scope.Elsewhere?.Contains(own) is not true
            && parent.Bind(1, own).ReadNumber() is { } isOfSubagent
            && (recorded.IncludeSubagents || isOfSubagent == 0);
        return (all, subagents + (isOwn ? 1 : 0));
    }

    private static long All(SqliteConnection connection, IReadOnlyList<long> owners)
    {
        using var ofOwner = new Statement(connection, $"select max(0, min(sessions, {int.MaxValue})) from owner where no = ?1");
        var all = 0L;
        foreach (var (at, owner) in owners.Index())
        {
            var many = ofOwner.Bind(1, owner).ReadNumber() ?? 0;
            // Each of the fewer is looked up among the more.
            if (at > 0 && all > 0 && many > 0)
                many -= all < many ? InBoth(connection, owners.Take(at), [owner]) : InBoth(connection, [owner], owners.Take(at));
            all += many;
        }
        return all;
    }

    private static long Subagents(SqliteConnection connection, IReadOnlyList<long> owners)
    {
        using var subagents = new Statement(
            connection,
            $"""
            select count({(owners.Count == 1 ? "*" : "distinct id")}) from session
            where owner in ({string.Join(',', owners)}) and parent <> ''
            """
        );
        return subagents.ReadNumber() ?? 0;
    }

    private static long InBoth(SqliteConnection connection, IEnumerable<long> few, IEnumerable<long> more)
    {
        using var both = new Statement(
            connection,
            $"""
            select count(distinct id) from session s where owner in ({string.Join(',', few)})
              and exists (select 1 from session e where e.owner in ({string.Join(',', more)}) and e.id = s.id)
            """
        );
        return both.ReadNumber() ?? 0;
    }
}
