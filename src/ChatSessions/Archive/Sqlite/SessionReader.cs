using System.Text;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Reads one owner's sessions out of an open archive.</summary>
internal sealed class SessionReader(SqliteConnection connection, string owner) : IDisposable
{
    /// <summary>More sessions than that are found sooner in the order of the list.</summary>
    private const int MostTitled = 1_000;

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
            Origin(row.Text(4)),
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
        var (last, id) = after is { } place
            ? (place.LastUpdated?.UtcTicks ?? SessionRow.UnknownTime, place.SessionId)
            : (long.MaxValue, "");
        if (filter.UpdatedBefore?.UtcTicks is { } before && before <= last)
            (last, id) = (before - 1, "");
        var first = filter.UpdatedAfter?.UtcTicks ?? SessionRow.UnknownTime;

        // Few titles are found by their parts. Else only the conditions that there are, since each costs something in every row that is passed
        // over, and only columns of one index, so that no rows are read but those to be listed. A plus keeps an index from being used that
        // does not have all of them.
        var few = filter.TitleContains is { } words ? Titled(ListedColumns.Title(words)) : null;
        var sql = new StringBuilder("select summary from session where ");
        sql.Append(few is null ? "owner" : $"no in ({string.Join(',', few)}) and +owner");
        sql.Append(" = (select no from owner where name = ?7)");
        if (last < long.MaxValue)
            sql.Append(" and updated <= ?1 and (updated < ?1 or id > ?2)");
        if (filter is not { UpdatedAfter: null, UpdatedBefore: null })
            sql.Append(" and updated > ?3");
        if (filter.TitleContains is not null)
            sql.Append(" and (instr(title, ?5) or title is null)");
        if (filter.IndexId is not null)
            sql.Append(" and (instr(indexes, ?6) or indexes is null)");
        if (filter.Outcome is not null)
            sql.Append(filter is { TitleContains: null, IndexId: null } ? " and outcome = ?4" : " and +outcome = ?4");
        sql.Append(" order by updated desc, id");
        using var rows = new Statement(connection, sql.ToString());
        rows.Bind(7, owner).Bind(1, last).Bind(2, id).Bind(3, first).Bind(4, (long?)filter.Outcome);
        if (filter.TitleContains is { } title)
            rows.BindText(5, Encoding.UTF8.GetBytes(ListedColumns.Title(title)));
        if (filter.IndexId is { } index)
            rows.BindText(6, Encoding.UTF8.GetBytes(ListedColumns.Indexes([index])));
        var summaries = new List<SessionSummary>();
        while (summaries.Count < limit && rows.Read())
            if (SummaryJson.Read(rows.Bytes(0)) is var summary && filter.Matches(summary))
                summaries.Add(summary);
        return summaries;
    }

    /// <summary>The numbers of all sessions, whoever owns them, whose titles may contain a text; null where they are many, or not known.</summary>
    private IReadOnlyList<long>? Titled(string text)
    {
        if (ListedColumns.AreMissing(connection))
            return null;
        using var titles = new TitleParts(connection);
        return titles.Find(text, MostTitled);
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

    public static SessionOrigin Origin(string name) =>
        Enum.TryParse<SessionOrigin>(name, out var origin)
            ? origin
            : throw new ChatSessionException(ChatSessionError.InvalidSession, $"The archive says of a session that it is from '{name}'.");

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
