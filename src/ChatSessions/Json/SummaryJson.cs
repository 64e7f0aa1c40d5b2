using System.Buffers;
using ChatSessions.Model;

namespace ChatSessions.Json;

/// <summary>A session's JSON without its events, which is all that a list needs. <see cref="SessionJson"/> reads it.</summary>
internal static class SummaryJson
{
    public static ReadOnlyMemory<byte> Write(Session session)
    {
        var json = new ArrayBufferWriter<byte>();
        var walk = new JsonWalk(session.Json);
        while (walk.NextProperty())
        {
            if (RawJson.NameIs(walk.Name, "events"u8))
                continue;
            json.Write(json.WrittenCount == 0 ? "{\""u8 : ",\""u8);
            json.Write(walk.Name);
            json.Write("\":"u8);
            json.Write(walk.Value.Utf8.Span);
        }
        json.Write("}"u8);
        return json.WrittenMemory;
    }

    public static SessionSummary Read(ReadOnlySpan<byte> json) => SessionJson.ReadSummary(json.ToArray(), "An archived summary");
}
