using System.Globalization;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The items of a Codex rollout: what was sent to the model, and what it returned.</summary>
internal sealed class CodexItems
{
    private static readonly string[] ContextBeginnings =
    [
        "<environment_context>",
        "<user_instructions>",
        "<turn_aborted>",
        "<permissions instructions>",
        "<skill>",
        "# AGENTS.md instructions",
    ];

    /// <summary>Messages in the user's name, with their texts joined and one by one.</summary>
    public List<(DraftEvent Event, List<string> Texts)> Inputs { get; } = [];

    public bool HasTexts { get; private set; }

    public bool HasThoughts { get; private set; }

    /// <summary>Whether a message in the user's name begins like those that Codex itself writes.</summary>
    public static bool IsContext(string text) => ContextBeginnings.Any(start => text.StartsWith(start, StringComparison.Ordinal));

    public void Add(RawJson item, SessionDraft draft)
    {
        var fields = new Fields(item);
        var type = fields.Text("type") ?? "untyped";
        var callId = fields.Text("call_id") ?? fields.Text("id");
        switch (type)
        {
            case "message":
                AddMessage(fields, draft);
                break;
            case "reasoning":
                AddReasoning(fields, draft);
                break;
            case "function_call":
                draft.AddCall(
                    callId,
                    fields.Text("name"),
                    ToolArguments.Of(fields["arguments"]),
                    writer => writer.WriteText("namespace", fields.Text("namespace"))
                );
                break;
            case "custom_tool_call":
                draft.AddCall(callId, fields.Text("name"), ToolArguments.Of(fields["input"]));
                break;
            case "local_shell_call":
                draft.AddCall(callId, "local_shell", fields["action"]);
                break;
            case "image_generation_call":
                draft.AddCall(callId, "image_generation", JsonText.Less(item, "type", "id", "status", "result"));
                if (fields["result"] is { Kind: JsonValueKind.String } image)
                    draft.AddResult(callId, null, PictureOf(image, draft));
                break;
            case "function_call_output" or "custom_tool_call_output" or "tool_search_output":
                draft.AddResult(callId, null, ResultOf(fields.Has("output") ? fields["output"] : fields["tools"], draft));
                break;
            case "ghost_snapshot" or "compaction" or "compaction_trigger" or "context_compaction" or "additional_tools":
                draft.LeaveOut(type);
                break;
            case var _ when type.EndsWith("_call", StringComparison.Ordinal):
                draft.AddCall(callId, type[..^"_call".Length], JsonText.Less(item, "type", "id", "call_id", "status"));
                break;
            default:
                draft.AddRecord(item);
                break;
        }
    }

    private void AddMessage(Fields fields, SessionDraft draft)
    {
        var text = Contents.Text(fields["content"], draft);
        if (text.IsMissing)
            return;
        switch (fields.Text("role"))
        {
            case "assistant":
                HasTexts = true;
                draft.AddText("text", text);
                break;
            case "user":
                List<string> texts =
                [
                    text.AsString()!.Trim(),
                    .. fields["content"].Items().Select(part => Contents.TextOf(part).AsString()?.Trim()).OfType<string>(),
                ];
                Inputs.Add((draft.AddText("user_input", text), texts));
                break;
            case var role:
                draft.AddContext(role, text);
                break;
        }
    }

    /// <summary>The recorded thoughts, or else their summary. Often there is neither, only encrypted text.</summary>
    private void AddReasoning(Fields fields, SessionDraft draft)
    {
        var texts = TextsOf(fields["content"]);
        if (texts.Count == 0)
            texts = TextsOf(fields["summary"]);
        if (texts.Count == 0)
        {
            draft.LeaveOut("reasoning without a text");
            return;
        }
        HasThoughts = true;
        draft.AddText("thinking", JsonText.Join(texts));

        static List<RawJson> TextsOf(RawJson parts) => [.. parts.Items().Select(Contents.TextOf).Where(text => !text.IsMissing)];
    }

    /// <summary>A result in which a failure can be seen, however the version of Codex recorded it.</summary>
    private static RawJson ResultOf(RawJson output, SessionDraft draft)
    {
        if (output.Kind == JsonValueKind.Object && output.Property("content") is { IsMissing: false } content)
        {
            var inner = Contents.Result(content, draft);
            return output.Property("success").AsBoolean() == false ? Contents.Failed(inner) : inner;
        }
        if (output.AsString() is not { } text)
            return Contents.Result(output, draft);
        var shell = new Fields(JsonText.ObjectIn(text));
        if (shell.Has("output") && shell["metadata"].Kind == JsonValueKind.Object)
            return WithExitCode(shell["metadata"].Properties(), "output", shell["output"]);
        return ExitCodeIn(text) is { } code and not 0
            ? WithExitCode([new("exit_code", JsonText.Make(writer => writer.WriteNumberValue(code)))], "content", output)
            : output;
    }

    private static RawJson WithExitCode(IReadOnlyList<KeyValuePair<string, RawJson>> metadata, string name, RawJson output) =>
        JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            foreach (var (field, value) in metadata)
                writer.WriteRaw(field, value);
            writer.WriteRaw(name, output);
            writer.WriteEndObject();
        });

    /// <summary>The exit code in the lines that newer versions put above a shell's output.</summary>
    private static int? ExitCodeIn(string text)
    {
        foreach (var line in text.AsSpan(0, Math.Min(text.Length, 400)).EnumerateLines())
        {
            foreach (var label in (string[])["Exit code: ", "Process exited with code "])
                if (line.StartsWith(label) && int.TryParse(line[label.Length..], CultureInfo.InvariantCulture, out var code))
                    return code;
            if (line.StartsWith("Output:"))
                break;
        }
        return null;
    }

    private static RawJson PictureOf(RawJson base64, SessionDraft draft) =>
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
