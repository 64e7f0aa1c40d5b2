using System.Text.Json;

namespace ChatSessions.Importing;

/// <summary>Conversations in Cursor's editor, as lines made of its database: one about the conversation, and one for each message.</summary>
internal sealed class CursorChat : TranscriptReader
{
    private const int OfUser = 1;

    private CursorChat(ImportOrigin origin)
        : base(origin) { }

    public static ImportFormat Format { get; } =
        new(origin => new CursorChat(origin))
        {
            Name = "cursor-chat",
            Holds = "conversations in Cursor's editor",
            IsTranscript = true,
            IsRecord = fields => fields.Text("composerId") is not null || fields["bubble"].Property("type").Kind == JsonValueKind.Number,
        };

    protected override void Add(Fields record)
    {
        if (record["bubble"].Kind == JsonValueKind.Object)
            AddBubble(new Fields(record["bubble"]));
        else
            AddHead(record);
    }

    private void AddHead(Fields head)
    {
        Draft.Id = head.Text("composerId");
        Draft.Title = head.Text("name") is { Length: > 0 } name ? name : null;
        Draft.About("parent_session_id", head["subagentInfo"].Property("parentComposerId"));
        if (head["modelConfig"].Property("modelName").AsString() is not "default")
            Draft.By(head["modelConfig"].Property("modelName"));
        Draft.Reach(RecordedMoment.Of(head["createdAt"]));
        Draft.Reach(RecordedMoment.Of(head["lastUpdatedAt"]));
    }

    private void AddBubble(Fields bubble)
    {
        Draft.At(MomentOf(bubble));
        Draft.About("cwd", bubble["workspaceProjectDir"]);
        var text = bubble.Text("text") is { Length: > 0 } ? bubble["text"] : bubble["rawText"];
        if (bubble["type"].AsDouble() == OfUser)
        {
            if (text.AsString() is { Length: > 0 })
                Runs.Input(text);
            return;
        }
        if (bubble["modelInfo"].Property("modelName").AsString() is not "default")
            Draft.By(bubble["modelInfo"].Property("modelName"));
        Runs.BeginMessage();
        if (bubble["thinking"].Property("text").AsString() is { Length: > 0 })
            Runs.Think(bubble["thinking"].Property("text"));
        Runs.Text(text);
        if (bubble["toolFormerData"] is { Kind: JsonValueKind.Object } tool)
            AddTool(new Fields(tool));
        var (input, output) = (
            bubble["tokenCount"].Property("inputTokens").AsInt64(),
            bubble["tokenCount"].Property("outputTokens").AsInt64()
        );
        // Zeros are not counts: Cursor writes them where it does not know.
        if (input > 0 || output > 0)
            Runs.Use(null, input, output);
        if (bubble["errorDetails"].Property("message") is { IsMissing: false } error)
            Runs.End(isError: true, error, isNow: true);
    }

    private static DateTimeOffset? MomentOf(Fields bubble) =>
        RecordedMoment.Of(bubble["createdAt"])
        ?? RecordedMoment.Of(bubble["timestamp"])
        ?? RecordedMoment.Of(bubble["timingInfo"].Property("clientRpcSendTime"));

    private void AddTool(Fields tool)
    {
        if (tool.Text("name") is not { Length: > 0 } name)
            return;
        var id = tool.Text("toolCallId");
        Runs.Call(id, name, tool.Has("rawArgs") && tool.Text("rawArgs") != "" ? tool["rawArgs"] : tool["params"]);
        switch (tool.Text("status"))
        {
            case "error":
                Runs.Result(id, null, tool.Has("error") ? tool["error"] : tool["result"], isFailed: true);
                break;
            case "cancelled" or "rejected":
                Runs.Result(id, null, tool.Has("result") ? tool["result"] : tool["status"], isFailed: true);
                break;
            default:
                if (tool.Has("result"))
                    Runs.Result(id, null, tool["result"]);
                break;
        }
    }
}
