using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// Writes one owner's sessions, within a transaction in which nobody else writes them. New sessions are collected and sent together.
/// <see cref="FlushAsync"/> must be called before the commit.
/// </summary>
/// <param name="prepared">Makes what is written of a session, unless that was made before.</param>
internal sealed class SessionWriting(Work work, KnownWords known, PreparedSessions prepared, OutgoingDoor secrets) : IStateWriter
{
    /// <summary>How much JSON is collected before it is sent.</summary>
    private const long MostBytes = 8 << 20;

    /// <summary>Deletes those of some originals that no session needs any more.</summary>
    private const string Release = """
        delete from chat_mcp.original o where o.owner = $1 and o.no = any($2)
          and not exists (select 1 from chat_mcp.session s where s.owner = $1 and s.original = o.no)
        """;

    private readonly OwnerRow owner = work.Owners[0];
    private readonly Dictionary<string, SessionRow?> rows = [];
    private readonly List<(ArchivedSession Session, long? Original)> added = [];
    private readonly HashSet<string> addedIds = [];
    private readonly List<long> released = [];
    private readonly List<VocabularyWord> listed = [];
    private long bytes;
    private long counted;
    private bool hasChanged;

    /// <summary>The words that were listed, to be remembered once they are committed.</summary>
    public IReadOnlyList<VocabularyWord> Listed => listed;

    /// <summary>Reads the rows of sessions that are about to be saved, in one round trip.</summary>
    public async Task ReadAheadAsync(IEnumerable<ArchivedSession> sessions)
    {
        var ids = sessions.Select(session => session.Session.Summary.SessionId).Where(id => !addedIds.Contains(id)).Distinct().ToList();
        foreach (var id in ids)
            rows[id] = null;
        foreach (
            var row in await work.ListAsync(
                $"select {SessionReading.Columns} from chat_mcp.session s where s.owner = $1 and s.id = any($2)",
                SessionReading.Row,
                owner.No,
                ids.Select(StoredText.Of).ToArray()
            )
        )
            rows[row.Id] = row;
    }

    public async ValueTask<SessionRow?> FindRowAsync(string id)
    {
        if (addedIds.Contains(id))
            await FlushAsync();
        if (!rows.TryGetValue(id, out var row))
            rows[id] = row = await work.FindRowAsync(owner.No, id);
        return row;
    }

    public async ValueTask<byte[]> ReadJsonAsync(SessionRow row) => await work.ReadJsonAsync(row);

    public async ValueTask<Original?> FindOriginalAsync(SessionRow row)
    {
        try
        {
            return await work.FindOriginalNumberAsync(row) is { } number ? await work.FindOriginalAsync(owner.No, number) : null;
        }
        catch (ChatSessionException)
        {
            return null;
        }
    }

    public async ValueTask<IReadOnlyList<string>> EarlierIdsAsync(string of)
    {
        await FlushAsync();
        return await work.ListAsync(
            "select id from chat_mcp.session where owner = $1 and earlier_of = $2 order by no",
            row => StoredText.Read(row.GetString(0)),
            owner.No,
            StoredText.Key(of)
        );
    }

    public async ValueTask AddAsync(ArchivedSession session)
    {
        var id = session.Session.Summary.SessionId;
        hasChanged = true;
        added.Add((session, session.Original is { } original ? await KeepAsync(original) : null));
        addedIds.Add(id);
        rows.Remove(id);
        bytes += session.Session.Json.Utf8.Length;
        if (bytes >= MostBytes)
            await FlushAsync();
    }

    public async ValueTask ReplaceAsync(SessionRow had, ArchivedSession session)
    {
        if (await DeleteRowAsync(had) is { } original)
            // The original is released last: the new state may be made of the same.
            released.Add(original);
        await AddAsync(session);
    }

    public async ValueTask DeleteAsync(SessionRow had)
    {
        await FlushAsync();
        if (await DeleteRowAsync(had) is not { } original)
            return;
        await work.ExecuteAsync([
            (Release, [owner.No, new[] { original }]),
            (
                "insert into chat_mcp.unwanted select owner, no, $3 from chat_mcp.original where owner = $1 and no = $2 on conflict do nothing",
                [owner.No, original, StoredText.Of(had.Id)]
            ),
        ]);
    }

    public async ValueTask NoteDeletedAsync(DeletedSession deleted) =>
        await work.ExecuteAsync(DeletedKeys.Note, owner.No, new[] { deleted.Key }, new[] { deleted.Updated.UtcTicks });

    public async ValueTask TouchAsync(SessionRow had, DateTimeOffset fetchedAt)
    {
        rows.Remove(had.Id);
        await work.ExecuteAsync(
            "update chat_mcp.session set fetched_at = $3 where owner = $1 and no = $2",
            owner.No,
            had.No,
            fetchedAt.UtcTicks
        );
    }

    public async ValueTask KeepOriginalAsync(SessionRow had, Original original)
    {
        var before = await work.FindOriginalNumberAsync(had);
        var number = await KeepAsync(original);
        if (number == before)
            return;
        await work.ExecuteAsync("update chat_mcp.session set original = $3 where owner = $1 and no = $2", owner.No, had.No, number);
        // A session that is not sent yet may be made of it.
        if (before is { } old)
            released.Add(old);
    }

    /// <summary>Sends what was collected.</summary>
    public async Task FlushAsync()
    {
        var sent = new SessionRows(owner.No);
        var forgotten = added.Select(one => DeletedSession.KeyOf(one.Session.Session.Summary.SessionId)).ToArray();
        if (added.Count > 0)
        {
            var no =
                await work.NumberAsync(
                    "select chat_mcp.take_numbers($1)",
                    added.Sum(one => Math.Max(one.Session.Session.Events.Length, 1L))
                ) ?? throw new InvalidOperationException("The archive gave no number.");
            foreach (var (session, original) in added)
            {
                var marks = Mark.OfSession(Write(sent, no, session, original));
                foreach (var chunk in prepared.Take(session.Session))
                {
                    sent.Add(no, chunk, marks);
                    var words = chunk.NewWords.Where(word => !known.Has(owner, word)).ToList();
                    listed.AddRange(words);
                    sent.Add(words);
                    if (sent.Bytes < MostBytes)
                        continue;
                    // Words take as much memory as the JSON.
                    await work.ExecuteAsync(sent.Statements());
                    sent.Clear();
                }
                no += Math.Max(session.Session.Events.Length, 1);
            }
            counted += added.Count;
            added.Clear();
            addedIds.Clear();
            bytes = 0;
        }
        var last = sent.Statements().ToList();
        if (forgotten.Length > 0)
            last.Add((DeletedKeys.Forget, [owner.No, forgotten]));
        if (counted != 0)
            last.Add(("update chat_mcp.owner set sessions = sessions + $2 where no = $1", [owner.No, counted]));
        if (released.Count > 0)
            last.Add((Release, [owner.No, released.ToArray()]));
        if (hasChanged)
            last.Add((SaveNotices.Send, []));
        await work.ExecuteAsync(last);
        counted = 0;
        hasChanged = false;
        released.Clear();
    }

    /// <summary>Adds the row of a session. Returns what lists are filtered by.</summary>
    private ListedTexts Write(SessionRows sent, long no, ArchivedSession archived, long? original)
    {
        var session = archived.Session;
        var summary = session.Summary;
        var json = session.Json.Utf8.Span;
        var listed = ListedTexts.Of(summary, secrets);
        sent.Add(
            new(
                summary.SessionId,
                no,
                owner.No,
                session.Events.Length,
                json.Length,
                Checksum.Compute(json),
                archived.Origin.ToString(),
                archived.FetchedAt.UtcTicks,
                (long)summary.Outcome,
                SummaryJson.Write(session).ToArray()
            ),
            summary.LastUpdated?.UtcTicks ?? SessionRow.UnknownTime,
            listed,
            EarlierState.Of(session),
            original
        );
        return listed;
    }

    /// <summary>Deletes a session with everything that was made of it. Returns the number of its original, which may be released now.</summary>
    private async Task<long?> DeleteRowAsync(SessionRow had)
    {
        rows[had.Id] = null;
        hasChanged = true;
        counted--;
        return await work.NumberAsync("delete from chat_mcp.session where owner = $1 and no = $2 returning original", owner.No, had.No);
    }

    /// <summary>The number of an original, which is added unless the owner has it.</summary>
    private async Task<long> KeepAsync(Original original)
    {
        var hash = original.Hash.ToArray();
        if (await work.NumberAsync("select no from chat_mcp.original where owner = $1 and hash = $2", owner.No, hash) is { } had)
            return had;
        var number = await work.NumberAsync("select nextval('chat_mcp.original_number')") ?? 0;
        await work.ExecuteAsync([
            (
                "insert into chat_mcp.original values ($1, $2, $3, $4, $5, $6, $7, $8::int, $9, $10, $11, $12)",
                [
                    owner.No,
                    number,
                    hash,
                    StoredText.Of(original.Name),
                    StoredText.Of(original.Place),
                    original.Format,
                    original.IsLines,
                    (long?)original.Line,
                    original.Changed.Ticks,
                    original.Bytes,
                    original.StoredBytes,
                    original.Parts.Length,
                ]
            ),
            .. original
                .Parts.Index()
                // A megabyte each.
                .Chunk(16)
                .Select(parts =>
                    (
                        "insert into chat_mcp.original_part select $1, $2, * from unnest($3::int[], $4::int[], $5::bytea[])",
                        (object?[])
                            [
                                owner.No,
                                number,
                                parts.Select(part => part.Index).ToArray(),
                                parts.Select(part => part.Item.Bytes).ToArray(),
                                parts.Select(part => part.Item.Body.ToArray()).ToArray(),
                            ]
                    )
                ),
        ]);
        return number;
    }
}
