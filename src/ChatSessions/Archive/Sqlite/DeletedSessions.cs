using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Remembers which sessions of an owner were deleted. Used within the caller's transaction.</summary>
internal sealed class DeletedSessions(SqliteConnection connection, string owner) : IDisposable
{
    private readonly Statement note = new(
        connection,
        """
        insert into deleted values ((select no from owner where name = ?1), ?2, ?3)
        on conflict do update set updated = max(updated, excluded.updated)
        """
    );
    private readonly Statement forget = new(
        connection,
        "delete from deleted where owner = (select no from owner where name = ?1) and key = ?2"
    );

    /// <param name="deleted">A session of an owner that the archive has.</param>
    public void Note(DeletedSession deleted) => note.Bind(1, owner).Bind(2, deleted.Key).Bind(3, deleted.Updated.UtcTicks).Run();

    public void Forget(string sessionId) => forget.Bind(1, owner).Bind(2, DeletedSession.KeyOf(sessionId)).Run();

    public static List<DeletedSession> List(SqliteConnection connection, string owner)
    {
        using var rows = new Statement(
            connection,
            "select key, updated from deleted where owner = (select no from owner where name = ?1) order by key"
        );
        rows.Bind(1, owner);
        var deleted = new List<DeletedSession>();
        while (rows.Read())
            deleted.Add(new(rows.Text(0), SessionRow.MomentOf(rows.Number(1)) ?? default));
        return deleted;
    }

    /// <summary>The ids of those that were deleted and have not been updated since.</summary>
    public static HashSet<string> Find(SqliteConnection connection, string owner, IEnumerable<SessionSummary> sessions)
    {
        using var any = new Statement(connection, "select 1 from deleted where owner = (select no from owner where name = ?1) limit 1");
        if (any.Bind(1, owner).ReadNumber() is null)
            return [];
        using var find = new Statement(
            connection,
            "select 1 from deleted where owner = (select no from owner where name = ?1) and key = ?2 and updated >= ?3"
        );
        return
        [
            .. sessions
                .Where(session =>
                    session.LastUpdated is { } updated
                    && find.Bind(1, owner).Bind(2, DeletedSession.KeyOf(session.SessionId)).Bind(3, updated.UtcTicks).ReadNumber()
                        is not null
                )
                .Select(session => session.SessionId),
        ];
    }

    public void Dispose()
    {
        note.Dispose();
        forget.Dispose();
    }
}
