using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>OpenAI chat completion messages, which many programs write: a list, a request, a response, or both in one.</summary>
internal sealed class OpenAiMessages(SessionDraft draft, DraftRuns runs)
{
    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.Each(Read, broken, cancellationToken))
        {
            Name = "openai",
            Holds = "messages of OpenAI (role with content)",
            IsGeneric = true,
            IsRecord = fields => fields["choices"].Items().Any(choice => choice.Property("message").Kind == JsonValueKind.Object),
            IsMessage = fields =>
                fields.Text("role") is not null
                && !fields.Has("type")
                && (fields.Has("content") || fields.Has("tool_calls") || fields.Has("function_call")),
        };

    private static ImportedSession Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var runs = new DraftRuns(draft);
        var messages = new OpenAiMessages(draft, runs);
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
        draft.Reach(RecordedMoment.Of(fields["created"]));
        foreach (var message in (record.Kind == JsonValueKind.Array ? record : fields["messages"]).Items())
            messages.Add(message);
        if (fields["choices"].Items() is [var choice, ..])
            messages.AddChoice(choice, fields["usage"]);
        runs.Finish();
        return draft.MakeOfMessages(line);
    }

    /// <summary>Adds a message, with its time and its model if it has them.</summary>
    public void Add(RawJson message)
    {
        var fields = new Fields(message);
        draft.At(
            fields.Has("timestamp") ? fields["timestamp"]
            : fields.Has("created_at") ? fields["created_at"]
            : fields["created"]
        );
        switch (fields.Text("role"))
        {
            case "user":
                if (Contents.Text(fields["content"], draft) is { IsMissing: false } input)
                    runs.Input(input);
                break;
            case "assistant":
                AddAgents(fields);
                break;
            case "tool":
                AddResult(fields, fields.Text("tool_call_id"));
                break;
            case "function":
                AddResult(fields, fields.Text("name"));
                break;
            case ("system" or "developer") and var role:
                if (Contents.Text(fields["content"], draft) is { IsMissing: false } text)
                    runs.Context(role, text);
                break;
            default:
                draft.AddRecord(message);
                break;
        }
    }

    /// <summary>Adds a message of the agent.</summary>
    public void AddAgents(Fields fields)
    {
        draft.By(fields.Has("model") ? fields["model"] : fields["model_id"]);
        runs.BeginMessage();
        var thinking = fields.Text("reasoning_content") is { Length: > 0 } ? fields["reasoning_content"] : fields["reasoning"];
        if (thinking.AsString() is { Length: > 0 })
            runs.Think(thinking);
        AddContent(fields["content"]);
        if (fields.Text("refusal") is { Length: > 0 })
            runs.Text(fields["refusal"]);
        // Some programs keep the list as a text.
        var calls = fields.Text("tool_calls") is { } text ? JsonText.ListIn(text) : fields["tool_calls"];
        foreach (var call in calls.Items())
            AddCall(new Fields(call));
        // The older form has no ids and only one call at a time.
        if (fields["function_call"] is { Kind: JsonValueKind.Object } old)
            runs.Call(old.Property("name").AsString(), old.Property("name").AsString(), old.Property("arguments"));
    }

    /// <summary>Some servers put the model's thoughts among the parts.</summary>
    private void AddContent(RawJson content)
    {
        var parts = content.Items().Where(IsThought).ToList();
        foreach (var thought in parts)
            runs.Think(thought.Property("reasoning") is { IsMissing: false } text ? text : thought.Property("text"));
        if (parts.Count > 0)
            content = JsonText.List(content.Items().Where(part => !IsThought(part)));
        runs.Text(Contents.Text(content, draft));

        static bool IsThought(RawJson part) => part.Property("type").AsString() == "reasoning";
    }

    private void AddCall(Fields call)
    {
        var id = call.Text("id") ?? call.Text("tool_call_id");
        var function = call["function"];
        if (function.Kind == JsonValueKind.Object)
            runs.Call(id, function.Property("name").AsString(), function.Property("arguments"));
        else if (call["custom"] is { Kind: JsonValueKind.Object } custom)
            runs.Call(id, custom.Property("name").AsString(), custom.Property("input"));
        else if ((function.AsString() ?? call.Text("name")) is { } name)
            runs.Call(id, name, call["arguments"]);
        else
            draft.AddRecord(call.Json);
    }

    /// <summary>A result is recorded as a text. If it is an object, its fields may say that the call failed.</summary>
    public void AddResult(Fields fields, string? callId)
    {
        var content = Contents.Result(fields["content"], draft);
        var result = JsonText.ObjectIn(content.AsString()) is { IsMissing: false } parsed ? Contents.Marked(parsed, draft) : content;
        runs.Result(callId, fields.Text("name") ?? fields.Text("tool_name"), result, fields.IsTrue("is_error"));
    }

    /// <summary>A response that ends in tool calls does not end the run; the next response is not in this file.</summary>
    private void AddChoice(RawJson choice, RawJson usage)
    {
        Add(choice.Property("message"));
        runs.Use(null, usage.Property("prompt_tokens").AsInt64(), usage.Property("completion_tokens").AsInt64());
        var reason = choice.Property("finish_reason").AsString();
        if (reason is not null and not ("tool_calls" or "function_call"))
            runs.Complete();
    }
}
