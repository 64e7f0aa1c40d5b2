using System.Buffers;
using System.Text.Json;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Importing;

/// <summary>Rows of a database as JSON lines.</summary>
/// <param name="name">The session's name in errors.</param>
/// <param name="maxBytes">The size limit of all lines, in bytes.</param>
/// <param name="broken">Called for values that are not JSON.</param>
internal sealed class JsonLines(string name, long maxBytes, Action<ChatSessionException> broken) : IDisposable
{
    private readonly ArrayBufferWriter<byte> buffer = new();
    private Utf8JsonWriter? writer;

    public ReadOnlyMemory<byte> Utf8 => buffer.WrittenMemory;

    /// <summary>Adds a line with an object.</summary>
    public void Add(Action<Utf8JsonWriter> fields)
    {
        writer ??= new Utf8JsonWriter(buffer, JsonText.Options);
        writer.Reset();
        writer.WriteStartObject();
        fields(writer);
        writer.WriteEndObject();
        writer.Flush();
        buffer.Write("\n"u8);
        Check(0);
    }

    /// <summary>The JSON in a column, on one line; missing if there is none, or it is broken.</summary>
    public RawJson Json(SqliteDataReader row, int column)
    {
        if (row.IsDBNull(column))
            return default;
        var utf8 = row.GetFieldValue<byte[]>(column);
        Check(utf8.Length);
        try
        {
            var json = RawJson.Parse(utf8);
            OnOneLine(utf8);
            return json;
        }
        catch (JsonException exception)
        {
            broken(
                new ChatSessionException(
                    ChatSessionError.InvalidSession,
                    $"{name} has a message that is not valid JSON; it was skipped.",
                    exception
                )
            );
            return default;
        }
    }

    /// <summary>Puts JSON on one line: in valid JSON, a line feed is only white space between values.</summary>
    public static void OnOneLine(Span<byte> utf8)
    {
        utf8.Replace((byte)'\n', (byte)' ');
        utf8.Replace((byte)'\r', (byte)' ');
    }

    /// <summary>Writes a column's value as a field; nothing if it is null or bytes.</summary>
    public static void Write(Utf8JsonWriter json, string field, SqliteDataReader row, int column)
    {
        switch (row.GetValue(column))
        {
            case long number:
                json.WriteNumber(field, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(field, number);
                break;
            case string text:
                json.WriteString(field, text);
                break;
        }
    }

    public void Dispose() => writer?.Dispose();

    private void Check(int more)
    {
        if (buffer.WrittenCount + (long)more > Math.Min(maxBytes, Array.MaxLength / 2))
            throw ImportRecords.TooLarge($"{name} is", maxBytes);
    }
}
