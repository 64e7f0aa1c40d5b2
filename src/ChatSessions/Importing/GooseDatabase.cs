namespace ChatSessions.Importing;

/// <summary>The database of Goose: a row for each session, and one for each message with its content as JSON.</summary>
internal sealed class GooseDatabase : SessionDatabase
{
    public override bool IsIn(ForeignDatabase database) =>
        database.Has("sessions", "id", "working_dir")
        && database.Has("messages", "id", "session_id", "role", "content_json", "created_timestamp");

    public override IReadOnlyList<string> Ids(ForeignDatabase database)
    {
        database.Index("messages", "session_id");
        return [.. database.Rows("select id from sessions where id is not null order by rowid").Select(row => row.GetString(0))];
    }

    public override void Write(ForeignDatabase database, string id, JsonLines lines)
    {
        foreach (
            var row in database.Rows(
                "select *, (select count(*) from messages where session_id = ?1) as message_count from sessions where id = ?1 limit 1",
                id
            )
        )
            lines.Add(json =>
            {
                for (var column = 0; column < row.FieldCount; column++)
                    JsonLines.Write(json, row.GetName(column), row, column);
            });
        // Not all versions have this column.
        var metadata = database.Has("messages", "metadata_json") ? "metadata_json" : "null";
        foreach (
            var row in database.Rows(
                $"select content_json, {metadata}, role, created_timestamp from messages where session_id = ?1 order by id",
                id
            )
        )
        {
            var content = lines.Json(row, 0);
            var about = lines.Json(row, 1);
            if (!content.IsMissing)
                lines.Add(json =>
                {
                    JsonLines.Write(json, "role", row, 2);
                    JsonLines.Write(json, "created", row, 3);
                    json.WriteRaw("content", content);
                    json.WriteRaw("metadata", about);
                });
        }
    }
}
