using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

internal static class OlderSessions
{
    /// <summary>The ids of an owner's sessions that were last updated before a moment, oldest first.</summary>
    public static List<string> Find(SqliteConnection connection, string owner, DateTimeOffset before, int limit)
    {
        using var rows = new Statement(
            connection,
            $"""
            select id from session where owner = (select no from owner where name = ?1) and updated < ?2 and (updated >= 0 or fetched_at < ?2)
              and no not in ({EarlierStates.Hidden})
            order by updated, id limit ?3
            """
        );
        rows.Bind(1, owner).Bind(2, before.UtcTicks).Bind(3, limit);
        var ids = new List<string>();
        while (rows.Read())
            ids.Add(rows.Text(0));
        return ids;
    }
}
