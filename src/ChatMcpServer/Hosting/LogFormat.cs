using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatMcpServer.Mcp;
using ChatSessions.Recorded;
using ChatSessions.Redaction;

namespace ChatMcpServer.Hosting;

/// <summary>What a line of the log looks like.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>A JSON object, for programs that collect logs.</summary>
    Json,
}

/// <summary>Writes lines of the log.</summary>
internal static class LogLine
{
    private const int LongestName = 600;

    /// <summary>A message may quote what was recorded.</summary>
    private static readonly OutgoingDoor Door = new(SecretFinder.Standard);

    /// <param name="level">A word such as <c>warning</c>.</param>
    public static string Of(LogFormat format, string level, string category, string message) =>
        format == LogFormat.Json
            ? Json(
                level,
                json =>
                {
                    json.WriteString("category", category);
                    json.WriteString("message", OutgoingText.Show(Door.Replace(message)));
                }
            )
            : $"{level}: {category}: {OnOneLine(message)}";

    public static string Of(LogFormat format, AuditEntry entry) =>
        format == LogFormat.Json
            ? Json(
                "audit",
                json =>
                {
                    Write("who", entry.Who);
                    json.WriteString("method", Shown(entry.Method));
                    Write("what", entry.What);
                    Write("session", entry.SessionId);
                    json.WriteString("outcome", entry.Outcome);
                    json.WriteNumber("ms", (long)entry.Took.TotalMilliseconds);

                    void Write(string name, string? text)
                    {
                        if (text is not null)
                            json.WriteString(name, Shown(text));
                    }
                }
            )
            : string.Create(
                CultureInfo.InvariantCulture,
                $"audit: who={Quoted(entry.Who)} method={Quoted(entry.Method)} what={Quoted(entry.What)} session={Quoted(entry.SessionId)} outcome=\"{entry.Outcome}\" ms={(long)entry.Took.TotalMilliseconds}"
            );

    /// <summary>Method names come from the client and ids from a session: they must not forge log entries or control a terminal.</summary>
    private static string OnOneLine(string text) => OutgoingText.Show(Door.Replace(text)).Replace("\n", " | ").Replace("\t", " ");

    /// <summary>A text of a client, in JSON, so that it cannot pass for another field.</summary>
    private static string Quoted(string? text) => text is null ? "-" : $"\"{JsonEncodedText.Encode(Shown(text))}\"";

    private static string Shown(string text) => OnOneLine(text.Length > LongestName ? text[..LongestName] : text);

    private static string Json(string level, Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("time", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("level", level);
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
