using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Reads texts by the ids of their events, each part of a session's JSON decompressed once.</summary>
internal sealed class ArchivedTexts(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<long, byte[]> chunks = [];
    private readonly Statement entry = new(
        connection,
        "select kind, (select name from tool where no = tool), outcome, offset, length, events from entry where id = ?1"
    );
    private readonly Statement chunk = new(
        connection,
        "select first_event, bytes, body from chunk where first_event <= ?1 order by first_event desc limit 1"
    );
    private readonly Statement summary = new(connection, "select summary from session where no = ?1");

    public ArchivedText Get(long id)
    {
        if (!entry.Bind(1, id).Read())
            throw Damaged();
        var kind = (SearchKind)entry.Number(0);
        var tool = entry.TextOrNull(1);
        var outcome = (ToolOutcomeKind?)entry.NumberOrNull(2);
        var (offset, length, events) = ((int)entry.Number(3), (int)entry.Number(4), (int)entry.Number(5));
        entry.Reset();
        var json = ChunkOf(id).Json;
        if (offset < 0 || length < 0 || offset > json.Length - length)
            throw Damaged();
        return new(kind, tool, outcome, offset, events, new TextJson(json.AsMemory(offset, length), IsJoined: events > 1).Text);
    }

    /// <summary>The event in which a text begins, and where in it, in bytes.</summary>
    /// <param name="session">The number of the text's session.</param>
    public (RawJson Event, int Start) Event(long id, long session)
    {
        var (first, json) = ChunkOf(id);
        try
        {
            return SessionChunks.EventAt(json, isFirst: first == session, Get(id).Offset);
        }
        catch (JsonException)
        {
            throw Damaged();
        }
    }

    /// <summary>The summary of the session with this number.</summary>
    public SessionSummary Summary(long session)
    {
        if (!summary.Bind(1, session).Read())
            throw Damaged();
        var read = SummaryJson.Read(summary.Bytes(0));
        summary.Reset();
        return read;
    }

    public void Dispose()
    {
        entry.Dispose();
        chunk.Dispose();
        summary.Dispose();
    }

    /// <summary>The part of its session's JSON that a text is in, and the id of the first event there.</summary>
    private (long First, byte[] Json) ChunkOf(long id)
    {
        if (!chunk.Bind(1, id).Read())
            throw Damaged();
        var first = chunk.Number(0);
        if (!chunks.TryGetValue(first, out var json))
        {
            json = new byte[chunk.Number(1)];
            if (!SessionChunks.TryDecompress(chunk.Bytes(2), json))
                throw Damaged();
            chunks.Add(first, json);
        }
        chunk.Reset();
        return (first, json);
    }

    private static ChatSessionException Damaged() =>
        new(ChatSessionError.InvalidSession, "The archive is damaged where something was found. Verify it: that tells which sessions.");
}

/// <summary>A text with what is known of it.</summary>
/// <param name="Offset">Where it begins in its part of the session's JSON, in bytes.</param>
/// <param name="Events">How many events make it.</param>
internal sealed record ArchivedText(SearchKind Kind, string? Tool, ToolOutcomeKind? Outcome, int Offset, int Events, SearchText Text);
