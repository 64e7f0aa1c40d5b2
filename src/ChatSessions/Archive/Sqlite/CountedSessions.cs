using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>How many sessions some owners have.</summary>
internal static class CountedSessions
{
    /// <summary>Counts a session once that several of them have.</summary>
    /// <param name="elsewhere">Ids that do not count; null for none.</param>
    public static long Of(SqliteConnection connection, IReadOnlyList<long> owners, IReadOnlySet<string>? elsewhere)
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
        if (elsewhere is null || owners.Count == 0)
            return all;
        using var has = new Statement(connection, $"select 1 from session where owner in ({string.Join(',', owners)}) and id = ?1 limit 1");
        return all - elsewhere.LongCount(id => has.Bind(1, id).ReadNumber() is not null);
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
