using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The content of messages as Claude's API has it, a text or a list of blocks, which many programs record.</summary>
/// <param name="envelope">What the program puts around the user's words.</param>
internal sealed class MessageBlocks(SessionDraft draft, DraftRuns runs, Envelope envelope)
{
    /// <summary>Adds what the agent said, thought and called.</summary>
    public void AddAgents(RawJson content)
    {
        runs.BeginMessage();
        foreach (var block in BlocksOf(content))
            AddAgents(block, new Fields(block));
    }

    /// <summary>Adds what is in the user's name: the user's words, and the results of tools.</summary>
    /// <param name="isInterjected">Whether it was said while the agent was working.</param>
    public void AddUsers(RawJson content, bool isInterjected = false)
    {
        var said = new List<RawJson>();
        var added = new List<RawJson>();
        var isAnswer = false;
        foreach (var block in BlocksOf(content))
        {
            var fields = new Fields(block);
            if (IsResult(fields.Text("type")))
            {
                AddResult(fields);
                isInterjected = true;
                isAnswer |= IsEnd(fields.Text("name") ?? draft.ToolOf(fields.Text("tool_use_id")));
            }
            else if (Contents.TextOf(block) is { IsMissing: false } text)
            {
                var (words, context) = envelope.Open(text);
                if (!words.IsMissing)
                    said.Add(words);
                if (!context.IsMissing)
                    added.Add(context);
            }
            else if (Contents.Mark(block, draft) is { } mark)
                said.Add(JsonText.Quote(mark));
            else
                draft.AddRecord(block);
        }
        if (isAnswer)
            runs.Complete();
        if (said.Exists(one => one.Utf8.Length > 2))
        {
            if (isInterjected && !isAnswer)
                runs.Interject(JsonText.Join(said));
            else
                runs.Input(JsonText.Join(said));
        }
        if (added.Count > 0)
            runs.Context("user", JsonText.Join(added));
    }

    private static IReadOnlyList<RawJson> BlocksOf(RawJson content) =>
        content.Kind == System.Text.Json.JsonValueKind.Array ? content.Items()
        : content.Kind is System.Text.Json.JsonValueKind.Undefined or System.Text.Json.JsonValueKind.Null ? []
        : [content];

    private static bool IsResult(string? type) =>
        type is "toolResult" or "tool-result" || type?.EndsWith("tool_result", StringComparison.Ordinal) == true;

    /// <summary>Whether a call is how the agent says that it is done.</summary>
    private static bool IsEnd(string? tool) => tool == "attempt_completion";

    private void AddAgents(RawJson block, Fields fields)
    {
        switch (fields.Text("type"))
        {
            case "thinking" or "reasoning":
                runs.Think(fields.Has("thinking") ? fields["thinking"] : fields["text"]);
                break;
            case "redacted_thinking":
                draft.LeaveOut("redacted_thinking");
                break;
            case "tool_use" or "server_tool_use" or "mcp_tool_use" or "tool_call" or "toolCall" or "tool-call":
                var name = fields.Text("name") ?? fields.Text("toolName");
                runs.Call(
                    fields.Text("id") ?? fields.Text("toolCallId"),
                    name,
                    fields.Has("input") ? fields["input"]
                        : fields.Has("arguments") ? fields["arguments"]
                        : fields["args"]
                );
                if (IsEnd(name))
                    runs.Complete();
                break;
            case var type when IsResult(type):
                AddResult(fields);
                break;
            default:
                if (Contents.TextOf(block) is { IsMissing: false } text)
                    runs.Text(text);
                else if (Contents.Mark(block, draft) is { } mark)
                    runs.Text(JsonText.Quote(mark));
                else
                    draft.AddRecord(block);
                break;
        }
    }

    private void AddResult(Fields fields)
    {
        // Amp says how the tool ended, and puts its result there.
        var run = new Fields(fields["run"]);
        var result =
            fields.Has("content") ? fields["content"]
            : run.Has("result") ? run["result"]
            : run.Has("error") ? run["error"]
            : fields["output"];
        runs.Result(
            fields.Text("tool_use_id") ?? fields.Text("toolUseID") ?? fields.Text("toolCallId") ?? fields.Text("id"),
            fields.Text("name") ?? fields.Text("toolName"),
            result,
            fields.IsTrue("is_error") || fields.IsTrue("isError") || run.Text("status") is "error" or "cancelled" or "rejected-by-user"
        );
    }
}
