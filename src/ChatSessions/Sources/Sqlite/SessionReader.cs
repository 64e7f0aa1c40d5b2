using Microsoft.Data.Sqlite;

namespace ChatSessions.Sources.Sqlite;

/// <summary>Reads one owner's sessions out of an open archive.</summary>
internal sealed class SessionReader(SqliteConnection connection, string owner) : IDisposable
{
    private readonly Statement row = new(
        connection,
        """
        select s.no, s.events, s.bytes, s.crc, s.origin, s.fetched_at, s.summary
        from session s join owner o on o.no = s.owner where o.name = ?1 and s.id = ?2
        """
    );
    private readonly Statement chunks = new(
        connection,
        "select bytes, body from chunk where first_event >= ?1 and first_event < ?2 order by first_event"
    );

    /// <summary>What is known of a session besides its JSON; null when the owner has no such session.</summary>
    public SessionRow? FindRow(string id)
    {
        if (!row.Bind(1, owner).Bind(2, id).Read())
            return null;
        var found = new SessionRow(
            id,
            row.Number(0),
            row.Number(1),
            (int)row.Number(2),
            (uint)row.Number(3),
            Enum.Parse<SessionOrigin>(row.Text(4)),
            new DateTimeOffset(row.Number(5), TimeSpan.Zero),
            SummaryJson.Read(row.Bytes(6))
        );
        row.Reset();
        return found;
    }

    /// <summary>The session's JSON as it came.</summary>
    /// <exception cref="ChatSessionException">What is archived of it is broken.</exception>
    public byte[] Json(SessionRow session)
    {
        var json = new byte[session.Bytes];
        var length = 0;
        chunks.Bind(1, session.No).Bind(2, session.End);
        while (chunks.Read())
        {
            var bytes = (int)chunks.Number(0);
            if (bytes > json.Length - length || !SessionChunks.TryDecompress(chunks.Bytes(1), json.AsSpan(length, bytes)))
            {
                chunks.Reset();
                throw Broken(session);
            }
            length += bytes;
        }
        return length == json.Length && Checksum.Of(json) == session.Crc ? json : throw Broken(session);
    }

    public ArchivedSession? Find(string id) =>
        FindRow(id) is { } found
            ? new ArchivedSession(SessionJson.Read(Json(found), $"Archived session '{id}'"), found.Origin, found.FetchedAt)
            : null;

    public void Dispose()
    {
        row.Dispose();
        chunks.Dispose();
    }

    private static ChatSessionException Broken(SessionRow session) =>
        new(
            ChatSessionError.InvalidSession,
            $"The archived copy of session '{session.Id}' is damaged: its parts do not join to what was saved. "
                + "Delete it from the archive, and import or fetch it again."
        );
}

/// <summary>What an archive knows of a session besides its JSON.</summary>
/// <param name="No">The id of its first event.</param>
/// <param name="Bytes">The length of its JSON.</param>
internal sealed record SessionRow(
    string Id,
    long No,
    long Events,
    int Bytes,
    uint Crc,
    SessionOrigin Origin,
    DateTimeOffset FetchedAt,
    SessionSummary Summary
)
{
    /// <summary>The first id beyond its own.</summary>
    public long End => No + Math.Max(Events, 1);
}
