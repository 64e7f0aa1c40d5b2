using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Reads texts by the ids of their events. Recently used chunks of JSON are kept decompressed.</summary>
/// <param name="secrets">Texts are read without the secrets that it finds.</param>
internal sealed class ArchivedTexts(SqliteConnection connection, OutgoingDoor secrets) : IDisposable
{
    /// <summary>Enough for what a search in ordinary sessions reads: sixty chunks of 32 KB or a little more.</summary>
    public const int MaxKeptBytes = 16 << 20;

    private readonly RecentChunks chunks = new(MaxKeptBytes);
    private readonly Statement entry = new(
        connection,
        "select kind, (select name from tool where no = tool), outcome, offset, length, events from entry where id = ?1"
    );
    private readonly Statement chunk = new(
        connection,
        "select first_event, bytes, body from chunk where first_event <= ?1 order by first_event desc limit 1"
    );
    private readonly Statement summary = new(connection, "select summary, outcome, events from session where no = ?1");

    /// <summary>How many bytes are kept decompressed.</summary>
    public long KeptBytes => chunks.Bytes;

    public FoundText Get(TextAddress address) => Find(address).Text;

    public FoundEvent GetEvent(TextAddress address)
    {
        var (text, first, json, offset) = Find(address);
        try
        {
            var (start, length) = SessionChunks.EventAt(json, isFirst: first == address.Session, offset);
            // A joined text may end in a later event.
            if (offset < start || text.Events == 1 && offset + text.Text.Utf8.Length > start + length)
                throw Damaged();
            return new(text, Summary(address.Session, out _, out _), new RawJson(json.AsMemory(start, length)), offset - start);
        }
        catch (JsonException)
        {
            throw Damaged();
        }
    }

    public FoundSession GetSession(long session)
    {
        var read = Summary(session, out var outcome, out var events);
        return new(read, outcome, events);
    }

    public void Dispose()
    {
        entry.Dispose();
        chunk.Dispose();
        summary.Dispose();
    }

    /// <summary>Finds a text, with its chunk's first event id and JSON, and where the text begins in the chunk, in bytes.</summary>
    private (FoundText Text, long First, byte[] Json, int Offset) Find(TextAddress address)
    {
        if (!entry.Bind(1, address.Number).Read())
            throw Damaged();
        var kind = (SearchKind)entry.Number(0);
        var tool = entry.TextOrNull(1);
        var outcome = (ToolOutcomeKind?)entry.NumberOrNull(2);
        var (offset, length, events) = (entry.Number(3), entry.Number(4), (int)entry.Number(5));
        var isPlausible =
            Enum.IsDefined(kind) && (outcome is not { } known || Enum.IsDefined(known)) && entry.Number(5) is > 0 and <= int.MaxValue;
        entry.Reset();
        var (first, json) = ChunkOf(address.Number);
        if (!isPlausible || offset < 0 || length < 0 || length > json.Length || offset > json.Length - length)
            throw Damaged();
        var recorded = new TextJson(json.AsMemory((int)offset, (int)length), IsJoined: events > 1);
        return (new(address, kind, tool, outcome, events, recorded.Text, secrets), first, json, (int)offset);
    }

    private SessionSummary Summary(long session, out RunOutcome outcome, out int events)
    {
        if (!summary.Bind(1, session).Read())
            throw Damaged();
        var read = SummaryJson.Read(summary.Bytes(0));
        // An earlier format did not keep it, or it is damaged.
        outcome = (RunOutcome)summary.Number(1) is var kept && Enum.IsDefined(kept) ? kept : read.Outcome;
        events = (int)Math.Clamp(summary.Number(2), 1, int.MaxValue);
        summary.Reset();
        return read;
    }

    /// <summary>Finds the chunk that contains a text: its JSON, and the id of its first event.</summary>
    private (long First, byte[] Json) ChunkOf(long id)
    {
        if (!chunk.Bind(1, id).Read())
            throw Damaged();
        var (first, bytes) = (chunk.Number(0), chunk.Number(1));
        var json = chunks.Find(first);
        if (json is null)
        {
            if (!SessionChunks.TryDecompress(chunk.Bytes(2), bytes, out json))
                throw Damaged();
            chunks.Add(first, json);
        }
        chunk.Reset();
        return (first, json);
    }

    private static ChatSessionException Damaged() =>
        new(
            ChatSessionError.InvalidSession,
            "The archive is damaged at one of the hits. Run `chat-mcp-server archive verify` to see which sessions are damaged."
        );
}
