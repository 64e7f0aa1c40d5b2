using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// The database of Cursor's editor: a value for each conversation (<c>composerData:ID</c>), which lists its messages, and one for each message
/// (<c>bubbleId:ID:MESSAGE</c>). Older conversations hold their messages.
/// </summary>
internal sealed class CursorDatabase : SessionDatabase
{
    private const string Conversation = "composerData:";
    private const string Message = "bubbleId:";

    public override bool IsIn(ForeignDatabase database) => database.Has("cursorDiskKV", "key", "value");

    public override IReadOnlyList<string> Ids(ForeignDatabase database)
    {
        database.Index("cursorDiskKV", "key");
        return
        [
            .. database
                .Rows(
                    $"select key from cursorDiskKV where key >= '{Conversation}' and key < 'composerData;' and value is not null order by rowid"
                )
                .Select(row => row.GetString(0)[Conversation.Length..]),
        ];
    }

    public override void Write(ForeignDatabase database, string id, JsonLines lines)
    {
        if (Value(database, Conversation + id, lines) is not { Kind: JsonValueKind.Object } conversation)
            return;
        var fields = new Fields(conversation);
        lines.Add(json =>
        {
            json.WriteString("composerId", id);
            foreach (var name in (string[])["name", "createdAt", "lastUpdatedAt", "modelConfig", "subagentInfo", "status"])
                json.WriteRaw(name, fields[name]);
        });
        foreach (var message in fields["conversation"].Items())
            if (message.Kind == JsonValueKind.Object)
                Add(message);
        foreach (var header in fields["fullConversationHeadersOnly"].Items())
            if (
                header.Property("bubbleId").AsString() is { } bubbleId
                && Value(database, $"{Message}{id}:{bubbleId}", lines) is { Kind: JsonValueKind.Object } message
            )
                Add(message);

        // What the editor needs to go on is most of a message, and none of the conversation.
        void Add(RawJson message)
        {
            var bubble = new Fields(message);
            lines.Add(json =>
            {
                json.WriteStartObject("bubble");
                foreach (
                    var name in (string[])
                        [
                            "bubbleId",
                            "type",
                            "text",
                            "rawText",
                            "thinking",
                            "toolFormerData",
                            "createdAt",
                            "timestamp",
                            "timingInfo",
                            "tokenCount",
                            "modelInfo",
                            "workspaceProjectDir",
                            "errorDetails",
                        ]
                )
                    json.WriteRaw(name, bubble[name]);
                json.WriteEndObject();
            });
        }
    }

    private static RawJson Value(ForeignDatabase database, string key, JsonLines lines) =>
        database.Rows("select value from cursorDiskKV where key = ?1 limit 1", key).Select(row => lines.Json(row, 0)).FirstOrDefault();
}
