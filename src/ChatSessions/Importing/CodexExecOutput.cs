using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The output of <c>codex exec --json</c>: what the agent did, without the user's words and without times.</summary>
internal sealed class CodexExecOutput(SessionDraft draft)
{
    private bool isRunning;

    public static bool IsRecord(Fields fields) =>
        fields.Text("type") switch
        {
            "thread.started" => fields.Has("thread_id"),
            "turn.started" => !fields.Has("payload"),
            "item.started" or "item.updated" or "item.completed" => fields["item"].Property("type").AsString() is not null,
            "turn.completed" => fields.Has("usage"),
            "turn.failed" => fields.Has("error"),
            _ => false,
        };

    public void Add(Fields record)
    {
        switch (record.Text("type"))
        {
            case "thread.started":
                draft.Id ??= record.Text("thread_id");
                break;
            case "turn.started":
                isRunning = true;
                break;
            case "item.completed":
                isRunning = true;
                AddItem(new Fields(record["item"]));
                break;
            case "turn.completed":
                AddStop(isError: false, default, record["usage"]);
                break;
            case "turn.failed":
                AddStop(isError: true, record["error"].Property("message"), record["usage"]);
                break;
            case "error" when isRunning:
                AddStop(isError: true, record["message"], default);
                break;
            case var type:
                draft.LeaveOut(type ?? "untyped");
                break;
        }
    }

    private void AddStop(bool isError, RawJson error, RawJson usage)
    {
        if (isRunning)
            draft.AddStop(
                isError,
                error,
                new Usage(null, usage.Property("input_tokens").AsInt64(), usage.Property("output_tokens").AsInt64(), Turns: null)
            );
        isRunning = false;
    }

    private void AddItem(Fields item)
    {
        var id = item.Text("id");
        switch (item.Text("type"))
        {
            case "agent_message":
                draft.AddText("text", item["text"]);
                break;
            case "reasoning":
                draft.AddText("thinking", item["text"]);
                break;
            case "command_execution":
                draft.AddCall(id, "exec_command", Some(item, "command"));
                var output = item.Has("aggregated_output") ? item["aggregated_output"] : JsonText.Quote("");
                draft.AddResult(
                    id,
                    null,
                    item["exit_code"].AsInt64() is { } code and not 0 ? CodexResult.WithExitCode(code, output)
                        : item.Text("status") is "failed" or "declined" ? Contents.Failed(output)
                        : output
                );
                break;
            case "file_change":
                draft.AddCall(id, "apply_patch", Some(item, "changes"));
                AddStatus(id, item);
                break;
            case "mcp_tool_call":
                draft.AddCall(id, $"{item.Text("server")}.{item.Text("tool")}", item["arguments"]);
                if (item["error"].Property("message") is { IsMissing: false } error)
                    draft.AddResult(id, null, Contents.Failed(error));
                else
                    draft.AddResult(id, null, Contents.Result(item["result"].Property("content"), draft));
                break;
            case "web_search":
                draft.AddCall(id, "web_search", Some(item, "query", "action"));
                AddStatus(id, item);
                break;
            case "error":
                draft.AddContext("system", item["message"]);
                break;
            default:
                draft.AddRecord(item.Json);
                break;
        }
    }

    private void AddStatus(string? id, Fields item)
    {
        var status = Some(item, "status");
        draft.AddResult(id, null, item.Text("status") == "failed" ? Contents.Failed(status) : status);
    }

    private static RawJson Some(Fields item, params string[] names) =>
        JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            foreach (var name in names)
                writer.WriteRaw(name, item[name]);
            writer.WriteEndObject();
        });
}
