using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>
/// An earlier state of a session, kept as a session of its own since it has events that the later one no longer has. It says in its
/// <c>source</c> of which session it is, and in its title what it is.
/// </summary>
internal static class EarlierState
{
    private const string Mark = "earlier_state_of";
    private const string Title = "Earlier state";

    /// <summary>Leaves room for the ending below the longest id that is allowed.</summary>
    private const int LongestBeginning = 480;

    /// <param name="number">Counts the earlier states of a session, from 1.</param>
    public static string IdOf(string sessionId, int number)
    {
        var beginning = sessionId.Length <= LongestBeginning ? sessionId : sessionId[..LongestBeginning];
        if (char.IsHighSurrogate(beginning[^1]))
            beginning = beginning[..^1];
        return string.Create(CultureInfo.InvariantCulture, $"{beginning}.earlier-{number}");
    }

    /// <summary>The id of the session that this is an earlier state of; null if it is not one.</summary>
    public static string? Of(Session session) =>
        session.Json.Property("source").Property(Mark).AsString() is { Length: > 0 } id ? id : null;

    /// <summary>Makes an earlier state of a session. The events stay as they are.</summary>
    /// <param name="id">The id of the earlier state.</param>
    /// <param name="of">The id of the session.</param>
    public static Session Make(Session session, string id, string of)
    {
        var title = session.Summary.GeneratedTitle is { Length: > 0 } known ? $"{Title}: {known}" : Title;
        var json = new ArrayBufferWriter<byte>(session.Json.Utf8.Length + 256);
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("session_id", id);
            writer.WriteString("generated_title", title);
            writer.WriteStartObject("source");
            foreach (var (name, value) in session.Json.Property("source").Properties())
                if (name != Mark)
                    WriteRaw(writer, name, value);
            writer.WriteString(Mark, of);
            writer.WriteEndObject();
            foreach (var (name, value) in session.Json.Properties())
                if (name is not ("session_id" or "generated_title" or "source"))
                    WriteRaw(writer, name, value);
            writer.WriteEndObject();
        }
        return SessionJson.Read(json.WrittenMemory, $"The earlier state of session '{of}'");
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, RawJson value)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
