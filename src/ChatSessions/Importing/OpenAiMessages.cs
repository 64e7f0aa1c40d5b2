using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>OpenAI chat completion messages, which many programs write: a list, a request, a response, or both in one.</summary>
internal static class OpenAiMessages
{
    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.Each(Read, broken, cancellationToken))
        {
            Name = "openai",
            Holds = "messages of OpenAI (role with content)",
            IsRecord = fields => fields["choices"].Items().Any(choice => choice.Property("message").Kind == JsonValueKind.Object),
            IsMessage = fields => fields.Text("role") is not null && !fields.Has("type") && fields["contents"].Kind != JsonValueKind.Array,
        };

    private static ImportedSession Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var fields = new Fields(record);
        var metadata = new Fields(fields["metadata"]);
        string?[] ids =
        [
            fields.Text("session_id"),
            fields.Text("conversation_id"),
            metadata.Text("session_id"),
            metadata.Text("conversation_id"),
            fields.Text("id"),
        ];
        draft.Id = ids.FirstOrDefault(id => !string.IsNullOrEmpty(id));
        draft.Title = fields.Text("title");
        draft.By(fields["model"]);
        if (fields["created"].AsInt64() is >= 0 and <= 253_402_300_799 and var seconds)
            draft.Reach(DateTimeOffset.FromUnixTimeSeconds(seconds));
        foreach (var message in (record.Kind == JsonValueKind.Array ? record : fields["messages"]).Items())
            Add(message, draft);
        if (fields["choices"].Items() is [var choice, ..])
        {
            Add(choice.Property("message"), draft);
            AddStop(choice, fields["usage"], draft);
        }
        return draft.MakeOfMessages(line);
    }

    private static void Add(RawJson message, SessionDraft draft)
    {
        var fields = new Fields(message);
        switch (fields.Text("role"))
        {
            case "user":
                if (Contents.Text(fields["content"], draft) is { IsMissing: false } input)
                    draft.AddText("user_input", input);
                break;
            case "assistant":
                AddAssistant(fields, draft);
                break;
            case "tool":
                draft.AddResult(fields.Text("tool_call_id"), fields.Text("name"), ResultOf(fields, draft));
                break;
            case "function":
                draft.AddResult(fields.Text("name"), fields.Text("name"), ResultOf(fields, draft));
                break;
            case ("system" or "developer") and var role:
                if (Contents.Text(fields["content"], draft) is { IsMissing: false } text)
                    draft.AddContext(role, text);
                break;
            default:
                draft.AddRecord(message);
                break;
        }
    }

    private static void AddAssistant(Fields fields, SessionDraft draft)
    {
        var thinking = fields.Text("reasoning_content") is { Length: > 0 } ? fields["reasoning_content"] : fields["reasoning"];
        if (thinking.AsString() is { Length: > 0 })
            draft.AddText("thinking", thinking);
        // Next to tool calls, many programs write an empty text instead of none.
        if (Contents.Text(fields["content"], draft) is { IsMissing: false, Utf8.Length: > 2 } text)
            draft.AddText("text", text);
        if (fields.Text("refusal") is { Length: > 0 })
            draft.AddText("text", fields["refusal"]);
        foreach (var call in fields["tool_calls"].Items())
        {
            var function = call.Property("function");
            var custom = call.Property("custom");
            if (function.Kind == JsonValueKind.Object)
                AddCall(call.Property("id").AsString(), function, "arguments", draft);
            else if (custom.Kind == JsonValueKind.Object)
                AddCall(call.Property("id").AsString(), custom, "input", draft);
            else
                draft.AddRecord(call);
        }
        // The older form has no ids and only one call at a time.
        if (fields["function_call"] is { Kind: JsonValueKind.Object } old)
            AddCall(old.Property("name").AsString(), old, "arguments", draft);
    }

    private static void AddCall(string? id, RawJson function, string arguments, SessionDraft draft) =>
        draft.AddCall(id, function.Property("name").AsString(), ToolArguments.Of(function.Property(arguments)));

    /// <summary>A result is recorded as a text. If it is an object, its fields may say that the call failed.</summary>
    private static RawJson ResultOf(Fields fields, SessionDraft draft)
    {
        var content = Contents.Result(fields["content"], draft);
        var result = JsonText.ObjectIn(content.AsString()) is { IsMissing: false } parsed ? Contents.Marked(parsed, draft) : content;
        return fields.IsTrue("is_error") ? Contents.Failed(result) : result;
    }

    /// <summary>A response that ends in tool calls does not end the run; the next response is not in this file.</summary>
    private static void AddStop(RawJson choice, RawJson usage, SessionDraft draft)
    {
        var reason = choice.Property("finish_reason").AsString();
        if (reason is not null and not ("tool_calls" or "function_call"))
            draft.AddStop(
                isError: false,
                default,
                new Usage(null, usage.Property("prompt_tokens").AsInt64(), usage.Property("completion_tokens").AsInt64(), Turns: null)
            );
    }
}
