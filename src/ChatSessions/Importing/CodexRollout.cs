using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Codex rollouts: lines with a type and a payload or, in older versions, only the payload. Messages are recorded twice,
/// as an item for the model and as an event for the screen; the events are used if the items lack them.
/// </summary>
internal sealed class CodexRollout(ImportOrigin origin) : IDisposable
{
    private readonly SessionDraft draft = new(origin);
    private readonly CodexItems items = new();
    private readonly List<(DraftEvent Event, string Text)> toldInputs = [];
    private readonly List<DraftEvent> toldTexts = [];
    private readonly List<DraftEvent> toldThoughts = [];
    private string? fallbackId;
    private (long? Input, long? Output) tokens;
    private (long? Input, long? Output) tokensBefore = (0, 0);

    public static ImportFormat Format { get; } =
        new(Read)
        {
            Name = "codex",
            Holds = "rollouts of Codex",
            IsTranscript = true,
            IsRecord = IsRecord,
            Refusal = fields =>
                fields.Text("type") is "thread.started" or "turn.started" or "item.started" or "item.completed"
                    ? "is output of 'codex exec --json', which is not supported. Import the session's rollout from ~/.codex/sessions."
                    : null,
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
            || type is "function_call" or "function_call_output" && fields.Has("call_id");
    }

    private static IEnumerable<ImportedSession> Read(
        ImportRecords records,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        using var rollout = new CodexRollout(records.Origin);
        foreach (var record in records.Transcript(broken, cancellationToken))
            rollout.Add(record);
        foreach (var session in rollout.Make(records.Notes, records.BrokenLines))
            yield return session;
    }

    private void Add(RawJson record)
    {
        fallbackId ??= ImportOrigin.DerivedId(record);
        var fields = new Fields(record);
        var type = fields.Text("type");
        var payload = fields["payload"];
        draft.At(fields["timestamp"]);
        if (payload.IsMissing)
        {
            if (type is not null)
                items.Add(record, draft);
            else if (fields.Has("record_type"))
                draft.LeaveOut(fields.Text("record_type") ?? "record");
            else
                AddHeader(fields);
            return;
        }
        switch (type)
        {
            case "session_meta":
                AddHeader(new Fields(payload));
                break;
            case "response_item":
                items.Add(payload, draft);
                break;
            case "event_msg":
                AddMessage(new Fields(payload));
                break;
            case "turn_context":
                draft.By(payload.Property("model"));
                break;
            case "compacted":
                draft.AddRecord(JsonText.Less(payload, "replacement_history")); // It repeats earlier records.
                break;
            default:
                draft.LeaveOut(type ?? "untyped");
                break;
        }
    }

    /// <summary>The session; none if it is empty.</summary>
    private IEnumerable<ImportedSession> Make(IReadOnlyCollection<string> notes, int brokenLines)
    {
        draft.BrokenLines = brokenLines;
        SettleInputs();
        toldTexts.ForEach(told => told.IsDropped = items.HasTexts);
        toldThoughts.ForEach(told => told.IsDropped = items.HasThoughts);
        return draft.IsEmpty ? [] : [draft.Make(fallbackId!, line: null, notes)];
    }

    public void Dispose() => draft.Dispose();

    /// <summary>A fork begins with its own header, followed by everything it was forked from, including that header.</summary>
    private void AddHeader(Fields header)
    {
        draft.Id ??= header.Text("id");
        draft.Reach(IsoMoment.Find(header.Text("timestamp")));
        draft.About("cwd", header["cwd"]);
        draft.About("git_branch", header["git"].Property("branch"));
        draft.About("version", header["cli_version"]);
        draft.About("model_provider", header["model_provider"]);
        draft.About("forked_from_id", header["forked_from_id"]);
    }

    private void AddMessage(Fields message)
    {
        var type = message.Text("type");
        switch (type)
        {
            case "user_message" when message.Text("message") is { } text:
                toldInputs.Add((draft.AddText("user_input", message["message"]), text));
                break;
            case "agent_message" when message.Has("message"):
                toldTexts.Add(draft.AddText("text", message["message"]));
                break;
            case "agent_reasoning" when message.Has("text"):
                toldThoughts.Add(draft.AddText("thinking", message["text"]));
                break;
            case "token_count":
                var total = message["info"].Property("total_token_usage");
                if (total.Kind == JsonValueKind.Object)
                    tokens = (total.Property("input_tokens").AsInt64(), total.Property("output_tokens").AsInt64());
                break;
            case "task_complete" or "turn_complete":
                AddStop(isError: false, default, message);
                break;
            case "turn_aborted":
                AddStop(isError: true, message["reason"], message);
                break;
            case "error":
                AddStop(isError: true, message["message"], message);
                break;
            case "thread_name_updated":
                draft.Title = message.Text("thread_name") ?? draft.Title;
                break;
            case "thread_rolled_back":
                draft.AddRecord(message.Json);
                break;
            default:
                draft.LeaveOut($"event_msg/{type ?? "untyped"}");
                break;
        }
    }

    /// <summary>The counts are totals of the session so far. A run used the difference, unless the counts were reset.</summary>
    private void AddStop(bool isError, RawJson error, Fields message)
    {
        if (!draft.HasOpenRun)
        {
            draft.LeaveOut($"event_msg/{message.Text("type")}"); // After an error, the end is recorded too.
            return;
        }
        var usage = new Usage(
            message["duration_ms"].AsDouble(),
            tokens.Input - tokensBefore.Input is >= 0 and var input ? input : null,
            tokens.Output - tokensBefore.Output is >= 0 and var output ? output : null,
            Turns: null
        );
        if (tokens != default)
            tokensBefore = tokens;
        draft.AddStop(isError, error, usage);
    }

    /// <summary>
    /// Codex sends the model much context in the user's name. If the events say what the user wrote, everything else is context; if not,
    /// context is recognized by how it begins.
    /// </summary>
    private void SettleInputs()
    {
        var told = toldInputs.Select(one => one.Text.Trim()).ToHashSet();
        var found = new HashSet<string>();
        foreach (var (item, texts) in items.Inputs)
        {
            var matches = texts.Where(told.Contains).ToList();
            found.UnionWith(matches);
            if (told.Count > 0 ? matches.Count == 0 : texts.Exists(CodexItems.IsContext))
                item.BecomeContext("user");
        }
        foreach (var (input, text) in toldInputs)
            input.IsDropped = found.Contains(text.Trim());
    }
}
