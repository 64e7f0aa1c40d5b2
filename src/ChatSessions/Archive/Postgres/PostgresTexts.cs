using System.Runtime.CompilerServices;
using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>The texts of some owners in an archive, within the caller's transaction.</summary>
/// <param name="secrets">Texts are read without the secrets that it finds.</param>
internal sealed class PostgresTexts(Work work, TextScope scope, OutgoingDoor secrets, ArchiveCounts counts) : ITextIndex
{
    private const int MaxKeptBytes = 16 << 20;

    /// <summary>How many texts are read at a time: their chunks are in memory together.</summary>
    private const int Batch = 64;

    private readonly FoundTexts found = new(work, scope, counts.Next);
    private readonly RecentChunks chunks = new(MaxKeptBytes);

    /// <summary>The numbers by which chunks are kept, which no two sessions share.</summary>
    private readonly Dictionary<TextAddress, EntryRow> entries = [];

    public long Sessions => counts.Sessions;

    public long LeftOut => counts.LeftOut;

    public long Outdated => 0;

    public long Texts => counts.Next;

    public long Next => counts.Next;

    public uint Archive => counts.Archive;

    public async ValueTask<bool> ExistsAsync(TextMatch match, CancellationToken cancellationToken) =>
        !found.IsEmpty && await found.ExistsAsync(match);

    public async ValueTask<IReadOnlyList<TextAddress>> FindNewestAsync(
        TextMatch match,
        IReadOnlySet<TextAddress> known,
        long from,
        int limit,
        CancellationToken cancellationToken
    ) => found.IsEmpty ? [] : await found.FindNewestAsync(match, known, from, limit);

    public async ValueTask<IReadOnlyList<TextAddress>> FindAllAsync(
        TextMatch match,
        long from,
        long? before,
        int limit,
        CancellationToken cancellationToken
    ) => found.IsEmpty ? [] : await found.FindAllAsync(match, from, before, limit);

    public async ValueTask<IReadOnlyList<string>?> FindEndingsAsync(string beginning, int limit, CancellationToken cancellationToken) =>
        VocabularyWord.AreListed(beginning)
            ? await work.ListAsync(
                // No character sorts after the last one.
                """
                select text from (select distinct text from chat_mcp.word where owner = any($1) and text >= $2 and text < $3) w
                order by length(text), text limit $4
                """,
                row => row.GetString(0),
                work.OwnerNumbers,
                beginning,
                beginning + "\U0010FFFF",
                limit
            )
            : null;

    public async IAsyncEnumerable<FoundText> ReadAsync(
        IEnumerable<TextAddress> addresses,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var batch in addresses.Chunk(Batch))
        {
            await FetchAsync(batch);
            foreach (var address in batch)
                yield return (await TextAsync(address)).Text;
        }
    }

    public async IAsyncEnumerable<FoundEvent> ReadEventsAsync(
        IEnumerable<TextAddress> addresses,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var batch in addresses.Chunk(Batch))
        {
            await FetchAsync(batch);
            var sessions = await SessionsAsync(batch.Select(address => address.Session));
            foreach (var address in batch)
            {
                var (text, entry, json) = await TextAsync(address);
                yield return Event(text, entry, json, sessions[address.Session].Summary);
            }
        }
    }

    public async ValueTask<IReadOnlyDictionary<long, long>> FindUpdatedAsync(
        IReadOnlyCollection<long> sessions,
        CancellationToken cancellationToken
    ) =>
        (
            await work.ListAsync(
                "select no, updated from chat_mcp.session where owner = any($1) and no = any($2)",
                row => KeyValuePair.Create(row.GetInt64(0), row.GetInt64(1)),
                work.OwnerNumbers,
                sessions.ToArray()
            )
        ).ToDictionary();

    public async IAsyncEnumerable<FoundSession> ReadSessionsAsync(
        IEnumerable<long> sessions,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var batch in sessions.Chunk(Batch))
        {
            var read = await SessionsAsync(batch);
            foreach (var session in batch)
                yield return read[session];
        }
    }

    private static FoundEvent Event(FoundText text, EntryRow entry, byte[] json, SessionSummary summary)
    {
        try
        {
            var (start, length) = SessionChunks.EventAt(json, isFirst: entry.First == 0, entry.At);
            // A joined text may end in a later event.
            if (entry.At < start || text.Events == 1 && entry.At + entry.Length > start + length)
                throw Damaged();
            return new(text, summary, new RawJson(json.AsMemory(start, length)), entry.At - start);
        }
        catch (JsonException)
        {
            throw Damaged();
        }
    }

    /// <summary>Reads where texts are, and the chunks that they are in.</summary>
    private async Task FetchAsync(IReadOnlyCollection<TextAddress> addresses)
    {
        entries.Clear();
        foreach (
            var (address, entry) in await work.ListAsync(
                """
                select e.session, e.position, e.kind, e.tool, e.outcome, e.at, e.length, e.events, e.owner,
                  (select max(c.position) from chat_mcp.chunk c where c.owner = e.owner and c.session = e.session and c.position <= e.position)
                from unnest($2::bigint[], $3::int[]) a (session, position)
                  join chat_mcp.entry e on e.owner = any($1) and e.session = a.session and e.position = a.position
                """,
                row =>
                    (
                        new TextAddress(row.GetInt64(0), row.GetInt32(1)),
                        new EntryRow(
                            (SearchKind)row.GetInt16(2),
                            row.IsDBNull(3) ? null : StoredText.Read(row.GetString(3)),
                            row.IsDBNull(4) ? null : (ToolOutcomeKind)row.GetInt16(4),
                            row.GetInt32(5),
                            row.GetInt32(6),
                            row.GetInt32(7),
                            row.GetInt64(8),
                            row.IsDBNull(9) ? -1 : row.GetInt32(9)
                        )
                    ),
                work.OwnerNumbers,
                addresses.Select(address => address.Session).ToArray(),
                addresses.Select(address => address.Position).ToArray()
            )
        )
            entries[address] = entry;
        var missing = entries
            .Select(entry => (entry.Key.Session, entry.Value.First))
            .Where(chunk => chunks.Find(chunk.Session + chunk.First) is null)
            .Distinct()
            .ToList();
        if (missing.Count == 0)
            return;
        foreach (
            var (number, bytes, body) in await work.ListAsync(
                """
                select c.session + c.position, c.bytes, c.body from unnest($2::bigint[], $3::int[]) a (session, position)
                  join chat_mcp.chunk c on c.owner = any($1) and c.session = a.session and c.position = a.position
                """,
                row => (row.GetInt64(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2)),
                work.OwnerNumbers,
                missing.Select(chunk => chunk.Session).ToArray(),
                missing.Select(chunk => chunk.First).ToArray()
            )
        )
            chunks.Add(number, SessionChunks.TryDecompress(body, bytes, out var json) ? json : throw Damaged());
    }

    private async Task<(FoundText Text, EntryRow Entry, byte[] Json)> TextAsync(TextAddress address)
    {
        if (!entries.TryGetValue(address, out var entry))
            throw Damaged();
        var json = chunks.Find(address.Session + entry.First) ?? await LargeAsync(address, entry);
        if (!entry.IsPlausible || entry.Length > json.Length || entry.At > json.Length - entry.Length)
            throw Damaged();
        var recorded = new TextJson(json.AsMemory(entry.At, entry.Length), IsJoined: entry.Events > 1);
        return (new FoundText(address, entry.Kind, entry.Tool, entry.Outcome, entry.Events, recorded.Text, secrets), entry, json);
    }

    /// <summary>Reads a chunk that was too large to be kept, or had to make room for others.</summary>
    private async Task<byte[]> LargeAsync(TextAddress address, EntryRow entry)
    {
        var chunk = await work.ListAsync(
            "select bytes, body from chat_mcp.chunk where owner = $1 and session = $2 and position = $3",
            row => (Bytes: row.GetInt32(0), Body: row.GetFieldValue<byte[]>(1)),
            entry.Owner,
            address.Session,
            entry.First
        );
        return chunk is [var only] && SessionChunks.TryDecompress(only.Body, only.Bytes, out var json) ? json : throw Damaged();
    }

    private async Task<Dictionary<long, FoundSession>> SessionsAsync(IEnumerable<long> numbers)
    {
        var wanted = numbers.Distinct().ToArray();
        var read = await work.ListAsync(
            "select no, summary, outcome, events from chat_mcp.session where owner = any($1) and no = any($2)",
            row => (No: row.GetInt64(0), Summary: row.GetFieldValue<byte[]>(1), Outcome: row.GetInt16(2), Events: row.GetInt32(3)),
            work.OwnerNumbers,
            wanted
        );
        return read.Count == wanted.Length
            ? read.ToDictionary(
                row => row.No,
                row =>
                    SummaryJson.Read(row.Summary) is var summary
                        ? new FoundSession(summary, SessionRow.OutcomeOf(row.Outcome) ?? summary.Outcome, Math.Max(row.Events, 1))
                        : throw Damaged()
            )
            : throw Damaged();
    }

    private static ChatSessionException Damaged() =>
        new(
            ChatSessionError.InvalidSession,
            "The archive is damaged at one of the hits. Run `chat-mcp-server archive verify` to see which sessions are damaged."
        );

    /// <param name="First">The position of the first event of its chunk; -1 if there is no chunk.</param>
    private sealed record EntryRow(
        SearchKind Kind,
        string? Tool,
        ToolOutcomeKind? Outcome,
        int At,
        int Length,
        int Events,
        long Owner,
        int First
    )
    {
        public bool IsPlausible =>
            Enum.IsDefined(Kind)
            && (Outcome is not { } known || Enum.IsDefined(known))
            && Events > 0
            && At >= 0
            && Length >= 0
            && First >= 0;
    }
}
