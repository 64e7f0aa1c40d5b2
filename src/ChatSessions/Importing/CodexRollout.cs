using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Codex rollouts: lines with a type and a payload or, in older versions, only the payload. Most is recorded twice or more, as an item for the
/// model and as events for the screen; <see cref="CodexSaid"/> and <see cref="CodexCalls"/> keep each once.
/// </summary>
internal sealed class CodexRollout : GrowingTranscript
{
    private readonly ImportOrigin origin;
    private readonly SessionDraft draft;
    private readonly CodexSaid said = new();
    private readonly CodexRuns runs;
    private readonly CodexCalls calls;
    private readonly CodexItems items;
    private readonly CodexEvents events;
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
        events = new CodexEvents(draft, said, runs, calls);
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

    public override long Bytes => draft.Bytes + said.Bytes;

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
                events.Add(new Fields(payload), isInherited);
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

    private void AddTotal(RawJson info) =>
        runs.AddTotal(TokensOf(info.Property("total_token_usage")), TokensOf(info.Property("last_token_usage")), isInherited);

    private static (long Input, long Output)? TokensOf(RawJson usage) =>
        usage.Property("input_tokens").AsInt64() is { } input ? (input, usage.Property("output_tokens").AsInt64() ?? 0) : null;
}
