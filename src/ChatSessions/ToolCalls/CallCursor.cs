using System.Buffers.Text;
using System.Text;
using ChatSessions.Model;

namespace ChatSessions.ToolCalls;

/// <summary>
/// Where the next page of a list of calls begins. It holds everything that is needed, so that no server has to remember it, and is valid
/// only for the same session, filters and order, and as long as the session has not changed.
/// </summary>
public static class CallCursor
{
    private const string StartOver = "Leave the cursor out to start over.";

    /// <summary>The cursor of the page that begins after some calls.</summary>
    public static string After(int calls, FoundCalls found)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(NumberOf(found));
        writer.Write7BitEncodedInt(found.Session.Session.Events.Length);
        writer.Write(StateOf(found.Session.Session));
        writer.Write7BitEncodedInt(calls);
        writer.Flush();
        writer.Write(Checksum.Compute(bytes.ToArray()));
        writer.Flush();
        return Base64Url.EncodeToString(bytes.ToArray());
    }

    /// <summary>How many calls were listed before the page that a cursor stands for; 0 without a cursor.</summary>
    /// <exception cref="ChatSessionException">The cursor is invalid, belongs to other calls, or the session has changed since.</exception>
    public static int Read(string? cursor, FoundCalls found)
    {
        if (cursor is null)
            return 0;
        if (Decode(cursor) is not var (number, events, state, calls))
            throw Invalid($"Invalid cursor '{CallQuery.Shorten(cursor)}': no list of calls had it. {StartOver}");
        if (number != NumberOf(found))
            throw Invalid($"The cursor belongs to another list of calls. Pass it with the same session, filters and order. {StartOver}");
        var now = found.Session.Session.Events.Length;
        if (events != now || state != StateOf(found.Session.Session))
            throw Invalid(
                $"The session has changed since this cursor was made: it had {events.Grouped()} events, and now has {now.Grouped()}. {StartOver}"
                    + (now > events ? $" events=\"{events}-{now - 1}\" lists only what is new." : "")
            );
        // The number of calls follows from the session and the query, so only a made-up cursor is past the end.
        return calls > 0 && calls < found.Matching.Length ? calls : throw Invalid($"The cursor is past the last call. {StartOver}");
    }

    private static (uint Number, int Events, uint State, int Calls)? Decode(string cursor)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(cursor);
            if (
                bytes.Length <= sizeof(uint)
                || BitConverter.ToUInt32(bytes, bytes.Length - sizeof(uint)) != Checksum.Compute(bytes.AsSpan()[..^sizeof(uint)])
            )
                return null;
            using var reader = new BinaryReader(new MemoryStream(bytes));
            return (reader.ReadUInt32(), reader.Read7BitEncodedInt(), reader.ReadUInt32(), reader.Read7BitEncodedInt());
        }
        catch (Exception exception) when (exception is FormatException or IOException)
        {
            return null;
        }
    }

    /// <summary>Identifies the session and the query.</summary>
    private static uint NumberOf(FoundCalls found)
    {
        var query = found.Query;
        object?[] parts =
        [
            found.Session.Session.Summary.SessionId,
            query.Tool,
            query.Outcome,
            query.Matching?.Text,
            query.Events,
            query.Turns,
            query.Order,
        ];
        return Checksum.Compute(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
    }

    /// <summary>Identifies the session's last event. Sessions only grow, but a file can be replaced.</summary>
    private static uint StateOf(Session session) => session.Events.IsEmpty ? 0 : Checksum.Compute(session.Events[^1].Json.Utf8.Span);

    private static ChatSessionException Invalid(string sentence) => new(ChatSessionError.InvalidArgument, sentence);
}
