using System.Text;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Reads one owner's sessions from an open archive.</summary>
internal sealed class SessionReader(SqliteConnection connection, string owner) : IDisposable
{
    private const string Columns = "s.no, s.id, s.owner, s.events, s.bytes, s.crc, s.origin, s.fetched_at, s.summary";

    /// <summary>For more title matches than this, reading the list in order is faster.</summary>
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

    /// <summary>Finds a session's row; null if the owner has no such session.</summary>
    public SessionRow? FindRow(string id) => Row(row.Bind(1, owner).Bind(2, id));

    /// <summary>Finds the row of the session with this number, of any owner.</summary>
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

    /// <summary>Reads the session's JSON, byte for byte as it was saved.</summary>
    /// <exception cref="ChatSessionException">The archived session is damaged.</exception>
    public byte[] Json(SessionRow session)
    {
        // Check before allocating that much memory.
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

    /// <summary>The total length of a session's chunks according to their rows; -1 if a row has an impossible length.</summary>
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

    /// <summary>Lists the summaries that match a filter and come after a place, newest first.</summary>
    public IReadOnlyList<SessionSummary> List(SessionFilter filter, SessionPlace? after, int limit)
    {
        var (last, id) = after is { } place
            ? (place.LastUpdated?.UtcTicks ?? SessionRow.UnknownTime, place.SessionId)
            : (long.MaxValue, "");
        if (filter.UpdatedBefore?.UtcTicks is { } before && before <= last)
            (last, id) = (before - 1, "");
        var first = filter.UpdatedAfter?.UtcTicks ?? SessionRow.UnknownTime;

        // If few titles match, the sessions are taken from the title index. Otherwise the query has only the conditions that are needed,
        // since each costs time in every skipped row, and only columns of one index, so that only the listed rows are read. A plus keeps
        // SQLite from choosing an index that does not have all of the columns.
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
        if (HasEarlierStates())
            sql.Append($" and no not in ({EarlierStates.Hidden})");
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

    private bool HasEarlierStates()
    {
        using var any = new Statement(connection, "select 1 from earlier_state limit 1");
        return any.ReadNumber() is not null;
    }

    /// <summary>The numbers of all sessions, of any owner, whose titles may contain a text; null if they are too many, or not known.</summary>
    private IReadOnlyList<long>? Titled(string text)
    {
        if (ListedColumns.AreMissing(connection))
            return null;
        using var titles = new TitleParts(connection);
        return titles.Find(text, MostTitled);
    }

    /// <summary>Returns those ids for which the owner has a session.</summary>
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
