using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Sessions of Grok Build: the model's history, or the updates for the screen where there is no history.</summary>
internal sealed class GrokSession : TranscriptReader
{
    private const string History = "chat_history.jsonl";

    private readonly OpenAiMessages messages;
    private readonly bool isRepeated;
    private readonly List<RawJson> chunks = [];
    private string? chunkKind;

    private GrokSession(ImportOrigin origin)
        : base(origin)
    {
        messages = new OpenAiMessages(Draft, Runs);
        isRepeated = Path.GetFileName(origin.Place) == "updates.jsonl" && SideFile.Exists(origin, History);
        if (!isRepeated)
            AddSummary(new Fields(SideFile.Json(origin, "summary.json")));
    }

    public static ImportFormat Format { get; } =
        new(origin => new GrokSession(origin))
        {
            Name = "grok",
            Holds = "sessions of Grok Build",
            IsTranscript = true,
            IsRecord = fields =>
                fields["params"].Property("update").Property("sessionUpdate").AsString() is not null
                || fields.Has("prompt_index")
                || fields.Has("synthetic_reason")
                || fields.Has("model_id") && (fields.Text("type") ?? fields.Text("role")) == "assistant"
                || fields.Text("type") == "backend_tool_call"
                || fields.Text("type") == "tool_result" && fields.Has("tool_call_id"),
        };

    protected override void Add(Fields record)
    {
        if (isRepeated)
            return;
        if (record["params"].Property("update") is { Kind: JsonValueKind.Object } update)
        {
            AddUpdate(record, new Fields(update));
            return;
        }
        switch (record.Text("type"))
        {
            case "user":
                AddUsers(record);
                break;
            case "system":
                if (Contents.Text(record["content"], Draft) is { IsMissing: false } text)
                    Runs.Context("system", text);
                break;
            case "reasoning":
                var thoughts = record["summary"].Items().Select(Contents.TextOf).Where(thought => !thought.IsMissing).ToList();
                Runs.Think(thoughts.Count > 0 ? JsonText.Join(thoughts) : default);
                break;
            case "assistant":
                messages.AddAgents(record);
                break;
            case "tool_result":
                messages.AddResult(record, record.Text("tool_call_id"));
                break;
            case "backend_tool_call":
                var call = new Fields(record["kind"]);
                Runs.Call(call.Text("id"), call.Text("tool_type"), JsonText.Less(call.Json, "id", "tool_type", "status"));
                break;
            case null:
                messages.Add(record.Json);
                break;
            default:
                Draft.AddRecord(record.Json);
                break;
        }
    }

    protected override void Finish() => AddChunks();

    private void AddSummary(Fields summary)
    {
        Draft.Id = summary["info"].Property("id").AsString();
        Draft.Title = summary.Text("generated_title") ?? summary.Text("session_summary");
        Draft.About("cwd", summary["info"].Property("cwd"));
        Draft.About("git_branch", summary["head_branch"]);
        Draft.About("parent_session_id", summary["parent_session_id"]);
        if (summary.Text("session_kind") is not null)
            Draft.About("agent_name", summary["agent_name"]);
        Draft.Reach(RecordedMoment.Of(summary["created_at"]));
        Draft.Reach(RecordedMoment.Of(summary["updated_at"]));
    }

    private void AddUsers(Fields record)
    {
        if (Contents.Text(record["content"], Draft) is not { IsMissing: false } content)
            return;
        switch (record.Text("synthetic_reason"))
        {
            case null:
                Runs.Input(content);
                break;
            case "interjection":
                Runs.Interject(content);
                break;
            default:
                Runs.Context("user", content);
                break;
        }
    }

    private void AddUpdate(Fields record, Fields update)
    {
        var kind = update.Text("sessionUpdate");
        if (kind != chunkKind)
            AddChunks();
        Draft.At(record["timestamp"]);
        switch (kind)
        {
            case "user_message_chunk" or "agent_message_chunk" or "agent_thought_chunk":
                chunkKind = kind;
                if (Contents.TextOf(update["content"]) is { IsMissing: false } text)
                    chunks.Add(new RawJson(text.Utf8.ToArray()));
                else
                    Draft.AddRecord(update.Json);
                break;
            case "tool_call":
                Runs.Call(update.Text("toolCallId"), update.Text("title"), update["rawInput"]);
                break;
            case "tool_call_update" when update.Text("status") is "completed" or "failed":
                Runs.Result(
                    update.Text("toolCallId"),
                    null,
                    update.Has("rawOutput") ? update["rawOutput"] : update["content"],
                    update.Text("status") == "failed"
                );
                break;
            default:
                Draft.LeaveOut(kind ?? "untyped");
                break;
        }
    }

    /// <summary>Adds what arrived in pieces.</summary>
    private void AddChunks()
    {
        if (chunks.Count > 0)
        {
            var text = JsonText.Join(chunks, separator: "");
            if (chunkKind == "user_message_chunk")
                Runs.Input(text);
            else if (chunkKind == "agent_thought_chunk")
                Runs.Think(text);
            else
            {
                Runs.BeginMessage();
                Runs.Text(text);
            }
        }
        chunks.Clear();
        chunkKind = null;
    }
}
