using System.Text;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Reads one owner's sessions from an open archive.</summary>
internal sealed class SessionReader(SqliteConnection connection, string owner) : IDisposable
{
    private const string Columns = "s.no, s.id, s.owner, s.events, s.bytes, s.crc, s.origin, s.fetched_at, s.outcome, s.summary";

    /// <summary>For more title matches than this, reading the list in order is faster.</summary>
    private const int MostTitled = 1_000;

    /// <summary>The number of the first parameter of a list for a text that only some lists need.</summary>
    private const int FirstText = 9;

    /// <summary>SQL for the number of the owner. Its parameter has the highest number of those that are always bound.</summary>
    private const string OwnerNumber = "(select no from owner where name = ?8)";

    private readonly Statement row = new(
        connection,
        $"select {Columns} from session s join owner o on o.no = s.owner where o.name = ?1 and s.id = ?2"
    );
    private readonly Statement numbered = new(connection, $"select {Columns} from session s where s.no = ?1");
    private readonly Statement sizes = new(
        connection,
        "select bytes, length(body) from chunk where first_event >= ?1 and first_event < ?2"
    );
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
                statement.Number(8),
                statement.Bytes(9).ToArray()
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
        var (all, stored) = Sizes(session);
        if (!session.IsPlausible || all != session.Bytes || !(SessionChunks.CanBeOf(all, stored) || IsOfItsSize(session)))
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

    /// <summary>
    /// The total length of a session's chunks according to their rows, and of their bodies. The former is -1 if a row has an impossible length.
    /// </summary>
    private (long Bytes, long Stored) Sizes(SessionRow session)
    {
        var (size, stored) = (0L, 0L);
        sizes.Bind(1, session.No).Bind(2, session.End);
        while (sizes.Read())
        {
            size = size >= 0 && sizes.Number(0) is >= 0 and <= int.MaxValue and var bytes ? size + bytes : -1;
            stored += sizes.Number(1);
        }
        return (size, stored);
    }

    private bool IsOfItsSize(SessionRow session)
    {
        chunks.Bind(1, session.No).Bind(2, session.End);
        try
        {
            while (chunks.Read())
                if (!SessionChunks.IsOf(chunks.Bytes(1), chunks.Number(0)))
                    return false;
            return true;
        }
        finally
        {
            chunks.Reset();
        }
    }

    public ArchivedSession? Find(string id) => FindRow(id) is { } found ? Read(found) : null;

    public ArchivedSession Read(SessionRow found) => found.With(Json(found));

    /// <summary>Lists the summaries that match a filter and come after a place, newest first.</summary>
    /// <param name="outcomes">Finds outcomes that are not in the rows.</param>
    /// <returns>Null if more of these must be read than may be read at a time.</returns>
    public IReadOnlyList<SessionSummary>? List(SessionFilter filter, SessionPlace? after, int limit, UnreadOutcomes outcomes)
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
        var few = filter.TitleContains is { } words ? Titled(SessionFilter.Fold(words)) : null;
        var recorded = filter.Recorded;
        var areFilled = !recorded.IsNarrow || !ListedColumns.AreMissing(connection);
        var folders = recorded.Project is not null && areFilled ? ListedColumns.Folders(connection, OwnerNumber, owner, recorded) : null;
        if (folders is { Count: 0 } || filter.SubagentsOf is { Count: 0 })
            return [];
        var isUnread = filter.Outcome is not null && outcomes.AreThereAny;
        // The column whose index has the order of the list.
        var leading =
            few is not null || !areFilled || filter is not { TitleContains: null, IndexId: null, SubagentsOf: null } ? null
            : folders is [_] ? "folder"
            : recorded.Branch is not null ? "branch"
            : recorded.Agent is not null ? "agent"
            : recorded.Project is null && filter.Outcome is not null && !isUnread ? "outcome"
            : null;
        var texts = new List<byte[]>();
        var sql = new StringBuilder("select no, summary, outcome from session ");
        sql.Append(filter.SubagentsOf is null || few is not null ? "where " : "indexed by session_parent where ");
        sql.Append(few is null ? "owner" : $"no in ({string.Join(',', few)}) and +owner");
        sql.Append($" = {OwnerNumber}");
        if (last < long.MaxValue)
            sql.Append(" and updated <= ?1 and (updated < ?1 or id > ?2)");
        if (filter is not { UpdatedAfter: null, UpdatedBefore: null })
            sql.Append(" and updated > ?3");
        if (filter.TitleContains is not null)
            sql.Append(" and (instr(title, ?5) or title is null)");
        if (filter.IndexId is not null)
            sql.Append(" and (instr(indexes, ?6) or indexes is null)");
        if (filter.Outcome is not null)
            sql.Append(isUnread ? $" and +outcome in (?4, {SessionRow.UnreadOutcome})" : $" and {Column("outcome")} = ?4");
        if (filter.SubagentsOf is { } parents)
            sql.Append(" and parent <> '' and parent in (").AppendJoin(", ", parents.Select(Parameter)).Append(')');
        else if (!recorded.IncludeSubagents)
            sql.Append(" and (+parent = '' or +parent is null)");
        if (recorded.Agent is { } agent)
            sql.Append(Is("agent", [agent.ToLowerInvariant()]));
        if (recorded.Branch is { } branch)
            sql.Append(Is("branch", [branch]));
        if (folders is not null)
            sql.Append(Is("folder", folders));
        else if (recorded.Project is not null)
            sql.Append(" and (substr(folder, -length(?7)) = ?7 or folder is null)");
        if (HasEarlierStates())
            sql.Append($" and no not in ({EarlierStates.Hidden})");
        sql.Append(" order by updated desc, id");
        using var rows = new Statement(connection, sql.ToString());
        rows.Bind(8, owner).Bind(1, last).Bind(2, id).Bind(3, first).Bind(4, (long?)filter.Outcome);
        for (var at = 0; at < texts.Count; at++)
            rows.BindText(FirstText + at, texts[at]);
        if (recorded.Project is not null)
            rows.BindText(7, Encoding.UTF8.GetBytes(recorded.ProjectKey.Key));
        if (filter.TitleContains is { } title)
            rows.BindText(5, Encoding.UTF8.GetBytes(SessionFilter.Fold(title)));
        if (filter.IndexId is { } index)
            rows.BindText(6, Encoding.UTF8.GetBytes(ListedTexts.IndexesOf([index])));
        var summaries = new List<SessionSummary>();
        while (summaries.Count < limit && rows.Read())
        {
            var summary = SummaryJson.Read(rows.Bytes(1)) with { OutcomeOfEvents = SessionRow.OutcomeOf(rows.Number(2)) };
            if (summary.OutcomeOfEvents is null && (filter with { Outcome = null }).Matches(summary))
            {
                if (outcomes.IsEnough)
                    return null;
                summary = summary with { OutcomeOfEvents = outcomes.Read(this, rows.Number(0), summary) };
            }
            if (filter.Matches(summary))
                summaries.Add(summary);
        }
        return summaries;

        string Column(string name) => name == leading ? name : $"+{name}";

        string Is(string column, IEnumerable<string> values) =>
            $" and ({Column(column)} in ({string.Join(", ", values.Select(Parameter))}){(areFilled ? "" : $" or {column} is null")})";

        string Parameter(string text)
        {
            texts.Add(Encoding.UTF8.GetBytes(text));
            return $"?{FirstText + texts.Count - 1}";
        }
    }

    /// <summary>Finds the summaries of those of these sessions that have not been updated since they were saved.</summary>
    /// <param name="unread">Finds outcomes that are not in the rows.</param>
    /// <returns>Null if more of these must be read than may be read at a time.</returns>
    public IReadOnlyDictionary<string, SessionSummary>? Current(IEnumerable<SessionSummary> sessions, UnreadOutcomes unread)
    {
        var current = new Dictionary<string, SessionSummary>();
        foreach (var listed in sessions)
        {
            if (listed.LastUpdated is null || FindRow(listed.SessionId) is not { } row)
                continue;
            if (ListedTexts.FindSummary(row.SummaryBytes) is not { } saved || saved.LastUpdated != listed.LastUpdated)
                continue;
            if (SessionRow.OutcomeOf(row.OutcomeNumber) is null && unread.IsEnough)
                return null;
            var outcome = SessionRow.OutcomeOf(row.OutcomeNumber) ?? unread.Read(this, row.No, listed);
            current[listed.SessionId] = saved with { OutcomeOfEvents = outcome };
        }
        return current;
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
