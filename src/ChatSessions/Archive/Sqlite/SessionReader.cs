using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

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
            SessionOrigin.OfStored(row.Text(4)),
            new DateTimeOffset(row.Number(5), TimeSpan.Zero),
            row.Bytes(6).ToArray()
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

    /// <summary>The summaries that a filter lets through and that come after a place, in the order of every list.</summary>
    public IReadOnlyList<SessionSummary> List(SessionFilter filter, SessionPlace? after, int limit)
    {
        using var rows = new Statement(
            connection,
            """
            select summary from session where owner = (select no from owner where name = ?1)
            and updated <= ?2 and (updated < ?2 or id > ?3) order by updated desc, id
            """
        );
        rows.Bind(1, owner)
            .Bind(2, after is { } last ? last.LastUpdated?.UtcTicks ?? SessionRow.UnknownTime : long.MaxValue)
            .Bind(3, after?.SessionId ?? "");
        var summaries = new List<SessionSummary>();
        while (summaries.Count < limit && rows.Read())
            if (SummaryJson.Read(rows.Bytes(0)) is var summary && filter.Matches(summary))
                summaries.Add(summary);
        return summaries;
    }

    /// <summary>Those of the ids that the owner has sessions of.</summary>
    public IReadOnlySet<string> Known(IEnumerable<string> ids)
    {
        using var session = new Statement(
            connection,
            "select 1 from session where owner = (select no from owner where name = ?1) and id = ?2"
        );
        session.Bind(1, owner);
        return ids.Where(id => session.Bind(2, id).ReadNumber() is not null).ToHashSet();
    }

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
    byte[] SummaryBytes
)
{
    /// <summary>Read only when it is asked for: one that is damaged can still be deleted.</summary>
    public SessionSummary Summary => SummaryJson.Read(SummaryBytes);

    /// <summary>What stands in place of the time of an update where that is unknown: it sorts last.</summary>
    public const long UnknownTime = -1;

    /// <summary>Whether it is this JSON, by length and checksum.</summary>
    public bool IsOf(RawJson json) => Bytes == json.Utf8.Length && Crc == Checksum.Of(json.Utf8.Span);

    /// <summary>The first id beyond its own.</summary>
    public long End => No + Math.Max(Events, 1);
}
