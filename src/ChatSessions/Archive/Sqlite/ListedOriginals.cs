using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

internal static class ListedOriginals
{
    public static OriginalList Read(SqliteConnection connection, string owner)
    {
        using var rows = new Statement(
            connection,
            """
            select s.id, s.origin, o.original from session s left join session_original o on o.session = s.no
            where s.owner = (select no from owner where name = ?1) order by o.original, s.no
            """
        );
        var uses = new List<(long Number, List<string> Ids)>();
        var without = new List<string>();
        rows.Bind(1, owner);
        while (rows.Read())
            if (rows.NumberOrNull(2) is not { } number)
            {
                if (!OriginalList.AreOwn(rows.Text(1)))
                    without.Add(rows.Text(0));
            }
            else if (uses.Count > 0 && uses[^1].Number == number)
                uses[^1].Ids.Add(rows.Text(0));
            else
                uses.Add((number, [rows.Text(0)]));
        using var unwanted = new Statement(connection, "select id from unwanted where original = ?1");
        return new([.. uses.Select(use => new OriginalUse(use.Number, use.Ids, Unwanted(unwanted.Bind(1, use.Number))))], without);
    }

    public static bool IsOf(SqliteConnection connection, string owner, long number)
    {
        using var found = new Statement(
            connection,
            "select 1 from original where no = ?2 and owner = (select no from owner where name = ?1)"
        );
        return found.Bind(1, owner).Bind(2, number).ReadNumber() is not null;
    }

    private static List<string> Unwanted(Statement unwanted)
    {
        var ids = new List<string>();
        while (unwanted.Read())
            ids.Add(unwanted.Text(0));
        return ids;
    }
}
