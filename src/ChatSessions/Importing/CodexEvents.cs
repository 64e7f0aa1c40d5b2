using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The events of a Codex rollout: what was shown on the screen.</summary>
internal sealed class CodexEvents(SessionDraft draft, CodexSaid said, CodexRuns runs, CodexCalls calls)
{
    /// <summary>Errors that end no run.</summary>
    private static readonly string[] PassingErrors = ["thread_rollback_failed", "active_turn_not_steerable"];

    private bool isInherited;

    /// <param name="isInherited">Whether it was copied from another session.</param>
    public void Add(Fields fields, bool isInherited)
    {
        this.isInherited = isInherited;
        var type = fields.Text("type") ?? "untyped";
        switch (type)
        {
            case "user_message":
                AddWords(fields["message"], fields["images"], fields["local_images"], CodexSaid.Channel.Event);
                break;
            case "agent_message":
                AddReported("text", fields["message"], CodexSaid.Channel.Event, fields.Text("phase"));
                break;
            case "agent_reasoning" or "agent_reasoning_raw_content":
                AddReported("thinking", fields["text"], CodexSaid.Channel.Event);
                break;
            case "item_completed":
                AddCompletedItem(new Fields(fields["item"]));
                break;
            case "task_started" or "turn_started":
                said.NextRun();
                runs.AddStart();
                break;
            case "task_complete" or "turn_complete":
                AddReported("text", fields["last_agent_message"], CodexSaid.Channel.EndOfRun);
                AddEnd(type, isError: false, default, fields);
                break;
            case "turn_aborted":
                AddEnd(type, isError: true, fields["reason"], fields);
                break;
            case "error" when !PassingErrors.Contains(fields.Text("codex_error_info")):
                AddEnd(type, isError: true, fields["message"], fields);
                break;
            case "thread_name_updated":
                draft.Title = fields.Text("thread_name") is { Length: > 0 } name ? name : draft.Title;
                break;
            case "thread_settings_applied":
                draft.By(fields["thread_settings"].Property("model"));
                break;
            case "thread_rolled_back":
                draft.AddRecord(fields.Json);
                break;
            default:
                AddToolEvent(CodexToolEvent.Find(type, fields, draft), $"event_msg/{type}");
                break;
        }
    }

    private void AddEnd(string kind, bool isError, RawJson error, Fields fields)
    {
        runs.AddEnd(kind, isError, error, fields["duration_ms"].AsDouble());
        said.NextRun();
    }

    private void AddCompletedItem(Fields item)
    {
        var type = item.Text("type") ?? "untyped";
        switch (type)
        {
            case "UserMessage":
                AddWords(JoinedTexts(item["content"]), PicturesIn(item["content"]), default, CodexSaid.Channel.CompletedItem);
                break;
            case "AgentMessage":
                AddReported("text", JoinedTexts(item["content"]), CodexSaid.Channel.CompletedItem, item.Text("phase"));
                break;
            case "Plan":
                AddReported("text", item["text"], CodexSaid.Channel.CompletedItem);
                break;
            case "Reasoning":
                foreach (var thought in (IEnumerable<RawJson>)[.. item["summary_text"].Items(), .. item["raw_content"].Items()])
                    AddReported("thinking", thought, CodexSaid.Channel.CompletedItem);
                break;
            default:
                AddToolEvent(CodexToolEvent.FindInItem(item, draft), $"item_completed/{type}");
                break;
        }
    }

    private void AddToolEvent(CodexToolEvent? reported, string kind)
    {
        if (reported is { Id.Length: > 0, IsOfUser: false })
            calls.Report(reported);
        else
            draft.LeaveOut(kind);
    }

    /// <summary>Adds what an event says the agent said; it is dropped at the end if an item says it.</summary>
    private void AddReported(string kind, RawJson text, CodexSaid.Channel channel, string? phase = null)
    {
        if (text.AsString() is not { } words || words.AsSpan().Trim().IsEmpty)
            return;
        var added = draft.AddText(kind, text, writer => writer.WriteText("phase", phase));
        said.AddReported(channel, added, words, isInherited);
        if (kind == "text")
            runs.AddAnswer(added, isFinal: phase != "commentary");
        else
            runs.AddWork(added);
    }

    /// <summary>Adds what an event says the user wrote; it is dropped at the end if an item says it.</summary>
    private void AddWords(RawJson message, RawJson pictures, RawJson files, CodexSaid.Channel channel)
    {
        var input = CodexInput.Split(message.AsString() ?? "", isSure: true);
        var marks = PictureMarks(pictures, files);
        if (input.Words is null && marks.Count == 0)
            return;
        var words = input switch
        {
            { Words: null } => JsonText.Join(marks),
            { Context: "" } => message,
            _ => JsonText.Quote(input.Words),
        };
        var added = draft.AddText("user_input", words);
        said.AddReported(channel, added, input.Words ?? "", isInherited);
        runs.AddInput(added);
    }

    private List<RawJson> PictureMarks(RawJson pictures, RawJson files) =>
        [
            .. pictures.Items().Select(picture => Contents.Mark(PictureOf(picture), draft)).OfType<string>().Select(JsonText.Quote),
            .. files.Items().Select(file => JsonText.Quote($"[image {file.AsString()}]")),
        ];

    private static RawJson PictureOf(RawJson address) =>
        JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "image");
            writer.WriteRaw("image_url", address);
            writer.WriteEndObject();
        });

    private static RawJson JoinedTexts(RawJson content)
    {
        var texts = content.Items().Select(part => part.Property("text")).Where(text => text.Kind == JsonValueKind.String).ToList();
        return texts.Count == 0 ? default : JsonText.Join(texts);
    }

    private static RawJson PicturesIn(RawJson content) =>
        JsonText.Make(writer =>
        {
            writer.WriteStartArray();
            foreach (var part in content.Items())
                if (part.Property("image_url") is { IsMissing: false } address)
                    writer.WriteRawValue(address.Utf8.Span, skipInputValidation: true);
            writer.WriteEndArray();
        });
}
