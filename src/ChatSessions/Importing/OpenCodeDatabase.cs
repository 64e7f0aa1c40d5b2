using System.Text.Json;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Importing;

/// <summary>The database of opencode: a row for each session, message and part of a message, most of it as JSON.</summary>
internal sealed class OpenCodeDatabase : SessionDatabase
{
    public override bool IsIn(ForeignDatabase database) =>
        database.Has("session", "id", "directory")
        && database.Has("message", "id", "session_id", "time_created", "data")
        && database.Has("part", "id", "message_id", "data");

    public override IReadOnlyList<string> Ids(ForeignDatabase database)
    {
        database.Index("message", "session_id");
        database.Index("part", "message_id");
        return [.. database.Rows("select id from session where id is not null order by rowid").Select(row => row.GetString(0))];
    }

    public override void Write(ForeignDatabase database, string id, JsonLines lines)
    {
        foreach (var row in database.Rows("select * from session where id = ?1 limit 1", id))
            lines.Add(json => WriteHead(json, row));
        // A message may have any number of parts, and the rows of one query are read while those of another are.
        foreach (var row in database.Rows("select id, data from message where session_id = ?1 order by time_created, id", id))
        {
            if (lines.Json(row, 1) is not { Kind: JsonValueKind.Object } message)
                continue;
            var messageId = row.GetString(0);
            var parts = new List<(string Id, RawJson Part)>();
            foreach (var part in database.Rows("select id, data from part where message_id = ?1 order by id", messageId))
                if (lines.Json(part, 1) is { Kind: JsonValueKind.Object } data)
                    parts.Add((part.GetString(0), data));
            lines.Add(json =>
            {
                json.WritePropertyName("info");
                WriteWithId(json, messageId, message);
                json.WriteStartArray("parts");
                parts.ForEach(one => WriteWithId(json, one.Id, one.Part));
                json.WriteEndArray();
            });
        }
    }

    /// <summary>Writes a session's row as opencode itself exports it.</summary>
    private static void WriteHead(Utf8JsonWriter json, SqliteDataReader row)
    {
        json.WriteStartObject("info");
        WriteColumn("id", "id");
        WriteColumn("parentID", "parent_id");
        WriteColumn("directory", "directory");
        WriteColumn("title", "title");
        WriteColumn("version", "version");
        json.WriteStartObject("time");
        WriteColumn("created", "time_created");
        WriteColumn("updated", "time_updated");
        json.WriteEndObject();
        json.WriteEndObject();

        void WriteColumn(string field, string name)
        {
            for (var column = 0; column < row.FieldCount; column++)
                if (row.GetName(column) == name)
                    JsonLines.Write(json, field, row, column);
        }
    }

    private static void WriteWithId(Utf8JsonWriter json, string id, RawJson data)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        foreach (var (name, value) in data.Properties())
            if (name != "id")
                json.WriteRaw(name, value);
        json.WriteEndObject();
    }
}
