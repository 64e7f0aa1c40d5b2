using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Json;

/// <summary>
/// A session's JSON without its events, and instead of them what a list says of them. <see cref="SessionJson"/> reads the rest.
/// </summary>
internal static class SummaryJson
{
    /// <summary>The name of the field for the facts. No session has it.</summary>
    private static ReadOnlySpan<byte> FactsName => "chat-mcp-server.facts"u8;

    public static ReadOnlyMemory<byte> Write(Session session)
    {
        var json = new ArrayBufferWriter<byte>();
        var walk = new JsonWalk(session.Json);
        while (walk.NextProperty())
        {
            if (RawJson.NameIs(walk.Name, "events"u8) || RawJson.NameIs(walk.Name, FactsName))
                continue;
            json.Write(json.WrittenCount == 0 ? "{\""u8 : ",\""u8);
            json.Write(walk.Name);
            json.Write("\":"u8);
            // It may be better than the recorded one, and cannot be told without the events.
            if (
                RawJson.NameIs(walk.Name, "generated_title"u8)
                && session.Summary.GeneratedTitle is { } title
                && title != walk.Value.AsString()
            )
                WriteString(json, title);
            else
                json.Write(walk.Value.Utf8.Span);
        }
        json.Write(json.WrittenCount == 0 ? "{\""u8 : ",\""u8);
        json.Write(FactsName);
        json.Write("\":"u8);
        using (var writer = new Utf8JsonWriter(json))
            Write(writer, SessionFacts.Of(session));
        json.Write("}"u8);
        return json.WrittenMemory;
    }

    private static void WriteString(IBufferWriter<byte> json, string text)
    {
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStringValue(text);
    }

    private static void Write(Utf8JsonWriter writer, SessionFacts facts)
    {
        writer.WriteStartObject();
        writer.WriteNumber("turns", facts.Turns);
        writer.WriteNumber("tool_calls", facts.ToolCalls);
        writer.WriteNumber("failed", facts.Failed);
        writer.WriteNumber("bytes", facts.Bytes);
        if (facts.Ending is { } ending)
            writer.WriteString("ending", ending);
        writer.WriteEndObject();
    }

    /// <summary>Reads a summary. One that an earlier version wrote has no facts.</summary>
    public static SessionSummary Read(ReadOnlySpan<byte> json)
    {
        var utf8 = json.ToArray();
        return SessionJson.ReadSummary(utf8, "An archived summary") with { Facts = FindFacts(new RawJson(utf8)) };
    }

    private static SessionFacts? FindFacts(RawJson summary)
    {
        var walk = new JsonWalk(summary);
        while (walk.NextProperty())
            if (RawJson.NameIs(walk.Name, FactsName))
            {
                var facts = walk.Value;
                return
                    Number("turns") is { } turns
                    && Number("tool_calls") is { } calls
                    && Number("failed") is { } failed
                    && Number("bytes") is { } bytes
                    ? new((int)turns, (int)calls, (int)failed, bytes, facts.Property("ending").AsString())
                    : null;

                long? Number(string name) =>
                    long.TryParse(facts.Property(name).Utf8.Span, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : null;
            }
        return null;
    }
}
