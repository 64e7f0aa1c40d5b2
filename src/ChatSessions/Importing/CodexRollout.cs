using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Codex rollouts: lines with a type and a payload or, in older versions, only the payload. Most is recorded twice or more, as an item for the
/// model and as events for the screen; <see cref="CodexSaid"/> and <see cref="CodexCalls"/> keep each once.
/// </summary>
internal sealed class CodexRollout : GrowingTranscript
{
    /// <summary>Errors that end no run.</summary>
    private static readonly string[] PassingErrors = ["thread_rollback_failed", "active_turn_not_steerable"];

    private readonly ImportOrigin origin;
    private readonly SessionDraft draft;
    private readonly CodexSaid said = new();
    private readonly CodexRuns runs;
    private readonly CodexCalls calls;
    private readonly CodexItems items;
    private readonly CodexFork fork;
    private readonly CodexHistory history;
    private readonly CodexTitle title;
    private string? fallbackId;
    private bool isInherited;
    private CodexExecOutput? output;

    private CodexRollout(ImportOrigin origin)
    {
        this.origin = origin;
        draft = new SessionDraft(origin);
        runs = new CodexRuns(draft);
        calls = new CodexCalls(draft, runs);
        items = new CodexItems(draft, said, runs, calls);
        fork = new CodexFork(origin);
        history = new CodexHistory(draft, said);
        title = new CodexTitle(draft);
    }

    public static ImportFormat Format { get; } =
        new(origin => new CodexRollout(origin))
        {
            Name = "codex",
            Holds = "rollouts of Codex",
            IsTranscript = true,
            CanGrow = true,
            IsRecord = IsRecord,
        };

    private static bool IsRecord(Fields fields)
    {
        var type = fields.Text("type");
        return type is not null && fields["payload"].Kind == JsonValueKind.Object && fields.Has("timestamp")
            || type is null
                && fields.Text("id") is not null
                && fields.Text("timestamp") is not null
                && (fields.Has("instructions") || fields.Has("git"))
            || fields.Text("record_type") == "state"
            || type is "message" && fields["content"].Kind == JsonValueKind.Array && fields.Has("role")
            || type is "function_call" or "function_call_output" && fields.Has("call_id")
            || CodexExecOutput.IsRecord(fields);
    }

    public override long Bytes => draft.Bytes;

    public override bool IsUpToDate(CancellationToken cancellationToken) => fork.IsUpToDate();

    public override void Dispose() => draft.Dispose();

    protected override void Add(RawJson record, ImportRecords records, CancellationToken cancellationToken)
    {
        var fields = new Fields(record);
        if (output is null && draft.IsEmpty && CodexExecOutput.IsRecord(fields))
            output = new CodexExecOutput(draft);
        if (output is null)
            Add(record, fields);
        else
            output.Add(fields);
    }

    protected override IEnumerable<ImportedSession> Make(ImportRecords records, CancellationToken cancellationToken)
    {
        using var end = draft.AtEnd();
        draft.BrokenLines = records.BrokenLines;
        draft.RepairedLines = records.RepairedLines;
        draft.Id ??= CodexFiles.IdIn(origin.Place);
        if (output is null)
            Settle();
        else
            title.Settle(name: null);
        if (!draft.IsEmpty)
            yield return draft.Make(fallbackId ?? origin.PlaceId(null), line: null, records.Notes);
    }

    private void Add(RawJson record, Fields fields)
    {
        fallbackId ??= ImportOrigin.DerivedId(record);
        var type = fields.Text("type");
        var payload = fields["payload"];
        if (type == "session_meta")
        {
            AddHeader(fields["timestamp"], new Fields(payload));
            return;
        }
        (isInherited, var isLeftOut) = fork.Look(type, fields, payload);
        if (!isLeftOut)
            draft.At(fields["timestamp"]);
        if (payload.IsMissing)
        {
            if (type is not null)
                items.Add(record, isInherited);
            else if (fields.Has("record_type"))
                draft.LeaveOut(fields.Text("record_type") ?? "record");
            else
                AddHeader(default, fields);
            return;
        }
        switch (type)
        {
            case "event_msg" when payload.Property("type").AsString() == "token_count":
                AddTotal(payload.Property("info"));
                break;
            case "token_usage_record":
                if (!isInherited)
                    runs.AddRequest(payload.Property("response_id").AsString(), TokensOf(payload.Property("usage")));
                break;
            case var _ when isLeftOut:
                break;
            case "response_item":
                items.Add(payload, isInherited);
                break;
            case "event_msg":
                AddEvent(new Fields(payload));
                break;
            case "turn_context":
                draft.By(payload.Property("model"));
                break;
            case "compacted":
                history.AddCompaction(new Fields(payload));
                break;
            default:
                draft.LeaveOut(type ?? "untyped");
                break;
        }
    }

    private void Settle()
    {
        var moves = new List<(DraftEvent? After, DraftEvent Moved)>();
        said.Settle();
        calls.Settle(moves);
        if (draft.IsEmpty)
            return;
        moves.AddRange(history.Moves);
        runs.Settle(moves);
        if (fork.LeftOut > 0)
            moves.Insert(0, (null, AddNoteOnFork()));
        draft.Move(moves);
        title.Settle(draft.Id is { } id ? CodexFiles.NameOf(id, origin.Place) : null);
    }

    private DraftEvent AddNoteOnFork()
    {
        draft.At(null as DateTimeOffset?);
        return draft.AddContext(
            "system",
            JsonText.Quote(
                $"This session goes on from session {fork.ParentId}. What it repeats of that one ({fork.LeftOut.Grouped()} records) is only there."
            )
        );
    }

    private void AddHeader(RawJson timestamp, Fields header)
    {
        if (!fork.AddHeader(header))
            return;
        draft.At(timestamp);
        draft.Id ??= header.Text("id") ?? header.Text("session_id");
        draft.Reach(IsoMoment.Find(header.Text("timestamp")));
        draft.About("cwd", header["cwd"]);
        draft.About("git_branch", header["git"].Property("branch"));
        draft.About("version", header["cli_version"]);
        draft.About("model_provider", header["model_provider"]);
        draft.About("forked_from_id", header["forked_from_id"]);
        var subagent = header["source"].Property("subagent");
        if (subagent.IsMissing && header.Text("thread_source") != "subagent")
            return;
        var spawn = subagent.Property("thread_spawn");
        var (name, role) = (Some(spawn, header, "agent_nickname"), Some(spawn, header, "agent_role"));
        if (fork.ParentId is { } parent)
            draft.About("parent_session_id", JsonText.Quote(parent));
        if (fork.ParentCallId is { } call)
            draft.About("parent_call_id", JsonText.Quote(call));
        draft.About("agent_name", name);
        draft.About("agent_type", role);
        draft.About("agent_type", subagent);
        draft.About("agent_type", subagent.Property("other"));
        draft.About("description", Some(spawn, header, "agent_path"));
        title.SetAgent(name.AsString(), role.AsString() ?? subagent.AsString() ?? subagent.Property("other").AsString());

        static RawJson Some(RawJson spawn, Fields header, string field) =>
            spawn.Property(field).AsString() is { Length: > 0 } ? spawn.Property(field) : header[field];
    }

    private void AddEvent(Fields said)
    {
        var type = said.Text("type") ?? "untyped";
        switch (type)
        {
            case "user_message":
                AddWords(said["message"], said["images"], said["local_images"], CodexSaid.Channel.Event);
                break;
            case "agent_message":
                AddReported("text", said["message"], CodexSaid.Channel.Event, said.Text("phase"));
                break;
            case "agent_reasoning" or "agent_reasoning_raw_content":
                AddReported("thinking", said["text"], CodexSaid.Channel.Event);
                break;
            case "item_completed":
                AddCompletedItem(new Fields(said["item"]));
                break;
            case "task_started" or "turn_started":
                this.said.NextRun();
                runs.AddStart();
                break;
            case "task_complete" or "turn_complete":
                AddReported("text", said["last_agent_message"], CodexSaid.Channel.EndOfRun);
                AddEnd(type, isError: false, default, said);
                break;
            case "turn_aborted":
                AddEnd(type, isError: true, said["reason"], said);
                break;
            case "error" when !PassingErrors.Contains(said.Text("codex_error_info")):
                AddEnd(type, isError: true, said["message"], said);
                break;
            case "thread_name_updated":
                draft.Title = said.Text("thread_name") is { Length: > 0 } name ? name : draft.Title;
                break;
            case "thread_settings_applied":
                draft.By(said["thread_settings"].Property("model"));
                break;
            case "thread_rolled_back":
                draft.AddRecord(said.Json);
                break;
            default:
                AddToolEvent(CodexToolEvent.Find(type, said, draft), $"event_msg/{type}");
                break;
        }
    }

    private void AddEnd(string kind, bool isError, RawJson error, Fields said)
    {
        runs.AddEnd(kind, isError, error, said["duration_ms"].AsDouble());
        this.said.NextRun();
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

    private void AddTotal(RawJson info) =>
        runs.AddTotal(TokensOf(info.Property("total_token_usage")), TokensOf(info.Property("last_token_usage")), isInherited);

    private static (long Input, long Output)? TokensOf(RawJson usage) =>
        usage.Property("input_tokens").AsInt64() is { } input ? (input, usage.Property("output_tokens").AsInt64() ?? 0) : null;
}
