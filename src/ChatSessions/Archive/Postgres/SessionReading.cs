using ChatSessions.Model;
using Npgsql;

namespace ChatSessions.Archive.Postgres;

/// <summary>Reads the sessions of a transaction's owners.</summary>
internal static class SessionReading
{
    public const string Columns = "s.no, s.id, s.owner, s.events, s.bytes, s.crc, s.origin, s.fetched_at, s.outcome, s.summary";

    /// <summary>Finds a session's row; null if the owner has no such session.</summary>
    public static Task<SessionRow?> FindRowAsync(this Work work, long owner, string id) =>
        work.FindAsync($"select {Columns} from chat_mcp.session s where s.owner = $1 and s.id = $2", Row, owner, StoredText.Of(id));

    public static SessionRow Row(NpgsqlDataReader row) =>
        new(
            StoredText.Read(row.GetString(1)),
            row.GetInt64(0),
            row.GetInt64(2),
            row.GetInt32(3),
            row.GetInt32(4),
            row.GetInt64(5),
            row.GetString(6),
            row.GetInt64(7),
            row.GetInt16(8),
            row.GetFieldValue<byte[]>(9)
        );

    /// <summary>Reads a session's JSON, byte for byte as it was saved.</summary>
    /// <exception cref="ChatSessionException">The archived session is damaged.</exception>
    public static async Task<byte[]> ReadJsonAsync(this Work work, SessionRow session) =>
        Join(
            session,
            await work.ListAsync(
                "select bytes, body from chat_mcp.chunk where owner = $1 and session = $2 order by position",
                row => (Bytes: row.GetInt32(0), Body: row.GetFieldValue<byte[]>(1)),
                session.Owner,
                session.No
            )
        );

    /// <summary>A session's JSON of its chunks.</summary>
    internal static byte[] Join(SessionRow session, List<(int Bytes, byte[] Body)> chunks)
    {
        if (!session.IsPlausible || chunks.Sum(chunk => (long)chunk.Bytes) != session.Bytes || chunks.Exists(chunk => chunk.Bytes < 0))
            throw session.Broken();
        // Check before allocating that much memory.
        if (
            !SessionChunks.CanBeOf(session.Bytes, chunks.Sum(chunk => (long)chunk.Body.Length))
            && !chunks.TrueForAll(chunk => SessionChunks.IsOf(chunk.Body, chunk.Bytes))
        )
            throw session.Broken();
        var json = new byte[session.Bytes];
        var length = 0;
        foreach (var (bytes, body) in chunks)
        {
            if (!SessionChunks.TryDecompress(body, json.AsSpan(length, bytes)))
                throw session.Broken();
            length += bytes;
        }
        return Checksum.Compute(json) == session.Crc ? json : throw session.Broken();
    }

    public static async Task<ArchivedSession?> FindSessionAsync(this Work work, long owner, string id) =>
        await work.FindRowAsync(owner, id) is { } row ? row.With(await work.ReadJsonAsync(row)) : null;

    /// <summary>Finds the summaries of those of these sessions that have not been updated since they were saved.</summary>
    public static async Task<IReadOnlyDictionary<string, SessionSummary>> FindCurrentAsync(
        this Work work,
        long owner,
        IReadOnlyCollection<SessionSummary> sessions
    )
    {
        var current = new Dictionary<string, SessionSummary>();
        var listed = sessions.Where(session => session.LastUpdated is not null).DistinctBy(session => session.SessionId).ToList();
        var rows = await work.ListAsync(
            $"select {Columns} from chat_mcp.session s where s.owner = $1 and s.id = any($2)",
            Row,
            owner,
            listed.Select(session => StoredText.Of(session.SessionId)).ToArray()
        );
        foreach (var row in rows)
            if (
                ListedTexts.FindSummary(row.SummaryBytes) is { } saved
                && listed.Find(session => session.SessionId == row.Id)?.LastUpdated == saved.LastUpdated
            )
                current[row.Id] = saved with { OutcomeOfEvents = SessionRow.OutcomeOf(row.OutcomeNumber) };
        return current;
    }

    public static async Task<IReadOnlySet<string>> FindKnownAsync(this Work work, long owner, IEnumerable<string> ids) =>
        (
            await work.ListAsync(
                "select id from chat_mcp.session where owner = $1 and id = any($2)",
                row => StoredText.Read(row.GetString(0)),
                owner,
                ids.Select(StoredText.Of).ToArray()
            )
        ).ToHashSet();
}
