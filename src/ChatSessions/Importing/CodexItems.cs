using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The items of a Codex rollout: what was sent to the model, and what it returned.</summary>
internal sealed class CodexItems(SessionDraft draft, CodexSaid said, CodexRuns runs, CodexCalls calls)
{
    private const string PlanTag = "<proposed_plan>";
    private const string PlanEnd = "</proposed_plan>";

    /// <param name="isInherited">Whether it was copied from another session.</param>
    public void Add(RawJson item, bool isInherited)
    {
        var fields = new Fields(item);
        var type = fields.Text("type") ?? (fields.Has("role") ? "message" : "untyped");
        var callId = fields.Text("call_id") ?? fields.Text("id");
        switch (type)
        {
            case "message":
                AddMessage(fields, isInherited);
                break;
            case "agent_message":
                AddAgentMessage(fields);
                break;
            case "reasoning":
                AddReasoning(fields, isInherited);
                break;
            case "function_call":
                calls.Add(
                    callId,
                    fields.Text("name"),
                    ToolArguments.Of(fields["arguments"]),
                    writer => writer.WriteText("namespace", fields.Text("namespace"))
                );
                break;
            case "custom_tool_call":
                calls.AddCustom(callId, fields.Text("name"), fields["input"]);
                break;
            case "local_shell_call":
                calls.Add(callId, "local_shell", fields["action"]);
                break;
            case "web_search_call":
                calls.AddSearch(fields);
                break;
            case "image_generation_call":
                calls.Add(callId, "image_generation", JsonText.Less(item, "type", "id", "status", "result"));
                if (fields["result"] is { Kind: JsonValueKind.String } image)
                    calls.AddResult(callId, PictureOf(image));
                break;
            case "tool_call":
                calls.Add(
                    callId,
                    fields.Text("name") ?? fields["function"].Property("name").AsString(),
                    ToolArguments.Of(fields["arguments"])
                );
                break;
            case "function_call_output" or "custom_tool_call_output" or "tool_search_output" or "tool_result":
                var output =
                    fields.Has("output") ? fields["output"]
                    : fields.Has("result") ? fields["result"]
                    : fields["tools"];
                calls.AddResult(callId, output);
                break;
            case "ghost_snapshot" or "compaction" or "compaction_trigger" or "context_compaction" or "additional_tools":
                draft.LeaveOut(type);
                break;
            case var _ when type.EndsWith("_call", StringComparison.Ordinal):
                calls.Add(callId, type[..^"_call".Length], JsonText.Less(item, CodexToolEvent.Bookkeeping));
                break;
            default:
                draft.AddRecord(item);
                break;
        }
    }

    private void AddMessage(Fields fields, bool isInherited)
    {
        var role = fields.Text("role");
        if (role == "user")
        {
            AddInput(fields["content"], isInherited);
            return;
        }
        var text = Contents.Text(fields["content"], draft);
        if (text.IsMissing)
            return;
        if (role != "assistant")
        {
            draft.AddContext(role, text);
            return;
        }
        var phase = fields.Text("phase");
        var answer = draft.AddText("text", text, writer => writer.WriteText("phase", phase));
        said.AddItem(answer, [text.AsString()!, .. TextsOf(fields["content"]), .. PlansIn(text.AsString()!)], isInherited);
        runs.AddAnswer(answer, isFinal: phase != "commentary");
    }

    /// <summary>What the person wrote is an input; what programs wrote around it stands before it as context.</summary>
    private void AddInput(RawJson content, bool isInherited)
    {
        var (context, words, texts) = (new List<string>(), new List<RawJson>(), new List<string>());
        var parts = content.Kind == JsonValueKind.String ? [content] : content.Items();
        var hasPictures = parts.Any(part => Contents.TextOf(part).IsMissing);
        foreach (var part in parts)
        {
            if (Contents.TextOf(part) is { IsMissing: false } text)
            {
                // Codex puts a picture between two tags.
                if (hasPictures && text.AsString()!.Trim() is "</image>" or ['<', 'i', 'm', 'a', 'g', 'e', .., '>'])
                    continue;
                var input = CodexInput.Split(text.AsString()!, isSure: false);
                if (input.Context.Length > 0)
                    context.Add(input.Context);
                if (input.Words is null)
                    continue;
                words.Add(input.Context.Length == 0 ? text : JsonText.Quote(input.Words));
                texts.Add(input.Words);
            }
            else if (Contents.Mark(part, draft) is { } mark)
                words.Add(JsonText.Quote(mark));
            else
                draft.AddRecord(part);
        }
        if (context.Count > 0)
            draft.AddContext("user", JsonText.Quote(string.Join('\n', context)));
        if (words.Count == 0)
            return;
        said.NextRun();
        var added = draft.AddText("user_input", JsonText.Join(words));
        said.AddItem(added, [.. texts, string.Join('\n', texts)], isInherited);
        runs.AddInput(added);
    }

    /// <summary>What one agent wrote to another. It is neither the user's nor this agent's.</summary>
    private void AddAgentMessage(Fields fields)
    {
        var texts = TextsOf(fields["content"]);
        if (texts.Count == 0)
            draft.LeaveOut("agent_message without a text");
        else
            draft.AddContext(fields.Text("author") ?? "agent", JsonText.Quote(string.Join('\n', texts)));
    }

    /// <summary>The recorded thoughts, or else their summary. Often there is neither, only encrypted text.</summary>
    private void AddReasoning(Fields fields, bool isInherited)
    {
        var (content, summary) = (PartsOf(fields["content"]), PartsOf(fields["summary"]));
        var shown = content.Count > 0 ? content : summary;
        if (shown.Count == 0)
        {
            draft.LeaveOut("reasoning without a text");
            return;
        }
        var thought = draft.AddText("thinking", JsonText.Join(shown));
        said.AddItem(thought, [.. ((IEnumerable<RawJson>)[.. content, .. summary]).Select(part => part.AsString()!)], isInherited);
        runs.AddWork(thought);
    }

    private static List<RawJson> PartsOf(RawJson parts) => [.. parts.Items().Select(Contents.TextOf).Where(text => !text.IsMissing)];

    private static List<string> TextsOf(RawJson content) =>
        content.AsString() is { } text ? [text] : [.. PartsOf(content).Select(part => part.AsString()!)];

    /// <summary>The plan in an answer, which an event repeats.</summary>
    private static IEnumerable<string> PlansIn(string text) =>
        text.IndexOf(PlanTag, StringComparison.Ordinal) is >= 0 and var start
        && text.IndexOf(PlanEnd, start, StringComparison.Ordinal) is >= 0 and var end
            ? [text[(start + PlanTag.Length)..end]]
            : [];

    private RawJson PictureOf(RawJson base64) =>
        OmittedData.In(
            JsonText.Make(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("type", "image");
                writer.WriteString("media_type", "image/png");
                writer.WriteRaw("data", base64);
                writer.WriteEndObject();
            })
        )
            is { } data
            ? draft.Omit(data).Json
            : base64;
}
