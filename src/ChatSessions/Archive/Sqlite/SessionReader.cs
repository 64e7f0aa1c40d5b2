using System.Text;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Reads one owner's sessions out of an open archive.</summary>
internal sealed class SessionReader(SqliteConnection connection, string owner) : IDisposable
{
    private const string Columns = "s.no, s.id, s.owner, s.events, s.bytes, s.crc, s.origin, s.fetched_at, s.summary";

    /// <summary>More sessions than that are found sooner in the order of the list.</summary>
    private const int MostTitled = 1_000;

    private readonly Statement row = new(
        connection,
        $"select {Columns} from session s join owner o on o.no = s.owner where o.name = ?1 and s.id = ?2"
    );
    private readonly Statement numbered = new(connection, $"select {Columns} from session s where s.no = ?1");
    private readonly Statement sizes = new(connection, "select bytes from chunk where first_event >= ?1 and first_event < ?2");
    private readonly Statement chunks = new(
        connection,
        "select bytes, body from chunk where first_event >= ?1 and first_event < ?2 order by first_event"
    );

    /// <summary>What is known of a session besides its JSON; null when the owner has no such session.</summary>
    public SessionRow? FindRow(string id) => Row(row.Bind(1, owner).Bind(2, id));

    /// <summary>The same of the session with this number, whoever owns it.</summary>
    public SessionRow? FindRow(long no) => Row(numbered.Bind(1, no));

    private static SessionRow? Row(Statement statement)
    {
        if (!statement.Read())
            return null;
        try
        {
            return new(
                statement.Text(1),
                statement.Number(0),
                statement.Number(2),
                statement.Number(3),
                statement.Number(4),
                statement.Number(5),
                statement.Text(6),
                statement.Number(7),
                statement.Bytes(8).ToArray()
            );
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The session's JSON as it came.</summary>
    /// <exception cref="ChatSessionException">What is archived of it is broken.</exception>
    public byte[] Json(SessionRow session)
    {
        // Before so many bytes are asked of the memory.
        if (!session.IsPlausible || Size(session) != session.Bytes)
            throw session.Broken();
        var json = new byte[session.Bytes];
        var length = 0;
        chunks.Bind(1, session.No).Bind(2, session.End);
        try
        {
            while (chunks.Read())
            {
                var bytes = (int)chunks.Number(0);
                if (!SessionChunks.TryDecompress(chunks.Bytes(1), json.AsSpan(length, bytes)))
                    throw session.Broken();
                length += bytes;
            }
        }
        finally
        {
            chunks.Reset();
        }
        return Checksum.Compute(json) == session.Crc ? json : throw session.Broken();
    }

    /// <summary>How long the parts of a session are, as their rows say; -1 where they say what cannot be.</summary>
    private long Size(SessionRow session)
    {
        var size = 0L;
        sizes.Bind(1, session.No).Bind(2, session.End);
        while (sizes.Read())
            size = size >= 0 && sizes.Number(0) is >= 0 and <= int.MaxValue and var bytes ? size + bytes : -1;
        return size;
    }

    public ArchivedSession? Find(string id) => FindRow(id) is { } found ? Read(found) : null;

    public ArchivedSession Read(SessionRow found) =>
        new(SessionJson.Read(Json(found), $"Archived session '{found.Id}'"), found.Origin, found.FetchedAt);

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
        foreach (var statement in (Statement[])[row, numbered, sizes, chunks])
            statement.Dispose();
    }
}
