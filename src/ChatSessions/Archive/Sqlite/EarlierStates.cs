using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Notes which sessions are earlier states of others, within the caller's transaction.</summary>
internal sealed class EarlierStates(SqliteConnection connection) : IDisposable
{
    /// <summary>SQL for the numbers of the sessions that lists do not show: earlier states of sessions that they do show.</summary>
    public const string Hidden = "select e.session from earlier_state e join session s on s.owner = e.owner and s.id = e.of";

    private readonly Statement add = new(connection, "insert or replace into earlier_state values (?1, ?2, ?3)");
    private readonly Statement delete = new(connection, "delete from earlier_state where session = ?1");
    private readonly Statement find = new(
        connection,
        """
        select s.id from earlier_state e join session s on s.no = e.session
        where e.owner = (select no from owner where name = ?1) and e.of = ?2 order by s.no
        """
    );

    public void Add(long session, long owner, string of) => add.Bind(1, session).Bind(2, owner).Bind(3, of).Run();

    public void Delete(long session) => delete.Bind(1, session).Run();

    /// <summary>The ids of a session's earlier states.</summary>
    public List<string> Find(string owner, string of)
    {
        var ids = new List<string>();
        find.Bind(1, owner).Bind(2, of);
        while (find.Read())
            ids.Add(find.Text(0));
        return ids;
    }

    public void Dispose()
    {
        add.Dispose();
        delete.Dispose();
        find.Dispose();
    }
}
