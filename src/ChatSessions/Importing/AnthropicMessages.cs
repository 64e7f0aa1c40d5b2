using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Messages of Claude's API: a list, a request, a response, or both. Cline and Roo Code keep their tasks so, with what they add in tags.
/// </summary>
internal sealed class AnthropicMessages
{
    /// <summary>Tags of Cline and Roo Code, and how the reminders begin that they write for the model.</summary>
    private static readonly Envelope Tags = new(
        ["task", "feedback", "answer", "user_message"],
        ["environment_details", "file_content", "folder_content", "url_content", "workspace_diagnostics", "explicit_instructions"]
    )
    {
        Beginnings =
        [
            "# TODO LIST UPDATE REQUIRED",
            "# TODO LIST CREATION REQUIRED",
            "# task_progress List (",
            "# task_progress RECOMMENDED",
            "Files attached by the user:",
            "The user has provided feedback on the results.",
            "(The user did not provide a new message.",
        ],
    };

    private static readonly string[] OwnBlocks =
    [
        "thinking",
        "redacted_thinking",
        "tool_use",
        "tool_result",
        "server_tool_use",
        "web_search_tool_result",
        "mcp_tool_use",
        "mcp_tool_result",
        "document",
    ];

    private readonly SessionDraft draft;
    private readonly DraftRuns runs;
    private readonly MessageBlocks blocks;
    private readonly ClineTextCalls calls;

    /// <summary>Whether a file next to the messages names the folder.</summary>
    private bool isFolderKnown;

    private AnthropicMessages(SessionDraft draft)
    {
        this.draft = draft;
        runs = new DraftRuns(draft);
        blocks = new MessageBlocks(draft, runs, Tags);
        calls = new ClineTextCalls(runs, Tags);
    }

    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.Each(Read, broken, cancellationToken))
        {
            Name = "anthropic",
            Holds = "messages of Claude's API, of Cline and of Roo Code",
            IsRecord = IsRecord,
            IsMessage = IsMessage,
        };

    private static bool IsRecord(Fields fields) =>
        IsResponse(fields)
        || fields["messages"].Kind == JsonValueKind.Array
            && (fields["system"].Kind is JsonValueKind.String or JsonValueKind.Array || fields.Has("anthropic_version"))
        || fields["request"].Property("messages").Kind == JsonValueKind.Array && IsResponse(new Fields(fields["response"]))
        || fields["messages"].Kind == JsonValueKind.Array && fields.Text("agent") is not null && fields.Has("sessionId");

    private static bool IsResponse(Fields fields) =>
        fields.Text("type") == "message"
        && fields.Text("role") == "assistant"
        && fields["content"].Kind == JsonValueKind.Array
        && (fields.Has("stop_reason") || fields["usage"].Property("input_tokens").AsInt64() is not null);

    private static bool IsMessage(Fields fields)
    {
        if (fields.Text("role") is not ("user" or "assistant") || fields["content"].Kind != JsonValueKind.Array)
            return false;
        foreach (var block in fields["content"].Items())
        {
            var type = block.Property("type").AsString();
            if (OwnBlocks.Contains(type))
                return true;
            if (type == "image" && block.Property("source").Kind == JsonValueKind.Object)
                return true;
            if (type == "text" && (fields["ts"].AsInt64() is not null || IsTask(block.Property("text"))))
                return true;
        }
        return false;
    }

    private static bool IsTask(RawJson text) =>
        text.Utf8.Span is var utf8 && (utf8.StartsWith("\"<task>"u8) || utf8.StartsWith("\"<environment_details>"u8));

    private static ImportedSession Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var messages = new AnthropicMessages(draft);
        var fields = new Fields(record);
        messages.AddHead(fields, origin);
        var request = fields["request"].Kind == JsonValueKind.Object ? new Fields(fields["request"]) : fields;
        draft.By(request["model"]);
        if (Contents.Text(request["system"], draft) is { IsMissing: false } system)
            draft.AddContext("system", system);
        foreach (var message in (record.Kind == JsonValueKind.Array ? record : request["messages"]).Items())
            messages.Add(new Fields(message));
        var response = IsResponse(fields) ? fields : new Fields(fields["response"]);
        if (IsResponse(response))
            messages.Add(response);
        messages.runs.Finish();
        return draft.MakeOfMessages(line);
    }

    /// <summary>The session's id, title and folder. Cline and Roo Code keep them in files of their own.</summary>
    private void AddHead(Fields fields, ImportOrigin origin)
    {
        string?[] ids = [fields.Text("session_id"), fields.Text("sessionId"), fields.Text("conversation_id"), fields.Text("id")];
        draft.Id = Array.Find(ids, id => !string.IsNullOrEmpty(id));
        draft.Title = fields.Text("title") ?? fields.Text("name");
        foreach (var time in (string[])["created_at", "updated_at", "timestamp"])
            draft.Reach(RecordedMoment.Of(fields[time]));
        if (Path.GetFileName(origin.Place) == "api_conversation_history.json")
            AddTask(origin);
        else if (origin.Place.EndsWith(".messages.json", StringComparison.Ordinal))
            AddManifest(new Fields(SideFile.Json(origin, $"{origin.FileName}.json")));
        isFolderKnown = draft.Noted("cwd") is not null;
    }

    private void AddTask(ImportOrigin origin)
    {
        var item = new Fields(SideFile.Json(origin, "history_item.json"));
        draft.Id ??= item.Text("id") ?? Path.GetFileName(Path.GetDirectoryName(origin.Place));
        draft.About("cwd", item["workspace"]);
        draft.Reach(RecordedMoment.Of(item["ts"]));
        var shown = SideFile.Json(origin, "ui_messages.json").Items();
        if (shown.Count == 0)
            return;
        draft.Reach(RecordedMoment.Of(shown[0].Property("ts")));
        draft.Reach(RecordedMoment.Of(shown[^1].Property("ts")));
    }

    private void AddManifest(Fields manifest)
    {
        draft.Title ??= manifest["metadata"].Property("title").AsString();
        draft.About("cwd", manifest["cwd"]);
        draft.About("model_provider", manifest["provider"]);
        draft.By(manifest["model"]);
        draft.Reach(RecordedMoment.Of(manifest["created_at"]));
    }

    private void Add(Fields message)
    {
        draft.At(
            message.Has("ts") ? message["ts"]
            : message.Has("timestamp") ? message["timestamp"]
            : message["created_at"]
        );
        switch (message.Text("role"))
        {
            case "user":
                ClineDetails.Note(draft, message["content"], withFolder: !isFolderKnown);
                var (content, hasResults) = calls.AddResults(message["content"]);
                blocks.AddUsers(content, isInterjected: hasResults);
                break;
            case "assistant":
                AddAgents(message);
                break;
            case "system" or "developer":
                if (Contents.Text(message["content"], draft) is { IsMissing: false } text)
                    runs.Context(message.Text("role"), text);
                break;
            default:
                draft.AddRecord(message.Json);
                break;
        }
    }

    private void AddAgents(Fields message)
    {
        draft.By(message.Has("model") ? message["model"] : message["modelInfo"].Property("modelId"));
        blocks.AddAgents(message["content"]);
        calls.Heard(message["content"]);
        var usage = message["usage"];
        runs.Use(
            null,
            DraftRuns.Sum(
                usage.Property("input_tokens").AsInt64(),
                usage.Property("cache_creation_input_tokens").AsInt64(),
                usage.Property("cache_read_input_tokens").AsInt64()
            ) ?? message["metrics"].Property("tokens").Property("prompt").AsInt64(),
            usage.Property("output_tokens").AsInt64() ?? message["metrics"].Property("tokens").Property("completion").AsInt64()
        );
        if (message.Text("stop_reason") is "end_turn" or "stop_sequence" or "max_tokens" or "refusal")
            runs.Complete();
    }
}
