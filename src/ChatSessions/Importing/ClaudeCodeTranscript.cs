using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Claude Code transcripts. The whole file is one session, and so is each sidechain, in that file or in one
/// of its own. Records keep the order of the file, which is the order of time. Branches that the user left by editing a question are kept.
/// </summary>
internal sealed class ClaudeCodeTranscript : GrowingTranscript
{
    /// <summary>Types of lines that are not messages; they may come before the first message.</summary>
    private static readonly string[] Bookkeeping =
    [
        "summary",
        "custom-title",
        "ai-title",
        "file-history-snapshot",
        "queue-operation",
        "last-prompt",
        "permission-mode",
    ];

    private static readonly string[] References = ["sessionId", "leafUuid", "messageId", "snapshot", "customTitle", "aiTitle"];

    private readonly ImportOrigin origin;
    private readonly ClaudeCodeFiles files;
    private readonly ClaudeCodeThread main;
    private readonly Dictionary<string, (ClaudeCodeThread Thread, string? Prompt)> sidechains = [];
    private readonly Dictionary<string, string> sidechainOf = [];
    private readonly ClaudeCodeIndex index = new();
    private readonly List<(string? Leaf, string Text)> summaries = [];
    private readonly bool hasIdAsName;
    private string? customTitle;
    private string? aiTitle;
    private string? sessionId;
    private string? fallbackId;

    private ClaudeCodeTranscript(ImportOrigin origin)
    {
        this.origin = origin;
        files = new(origin);
        main = new(new SessionDraft(origin), files);
        hasIdAsName = Guid.TryParseExact(origin.FileName, "D", out _);
    }

    public static ImportFormat Format { get; } =
        new(origin => new ClaudeCodeTranscript(origin))
        {
            Name = "claude-code",
            Holds = "transcripts of Claude Code",
            IsTranscript = true,
            CanGrow = true,
            IsRecord = IsRecord,
        };

    private static bool IsRecord(Fields fields) =>
        fields["loglines"].Kind == JsonValueKind.Array
        || fields.Text("type") switch
        {
            "user" or "assistant" => fields["message"].Kind == JsonValueKind.Object,
            "system" or "attachment" or "progress" => fields.Has("uuid") || fields.Has("sessionId") || fields.Has("session_id"),
            var type => Bookkeeping.Contains(type) && References.Any(fields.Has),
        };

    public override long Bytes => main.Draft.Bytes + sidechains.Values.Sum(one => one.Thread.Draft.Bytes) + index.Bytes + files.Bytes;

    public override bool IsUpToDate(CancellationToken cancellationToken) => files.AreAsBefore(cancellationToken);

    protected override void Add(RawJson record, ImportRecords records, CancellationToken cancellationToken)
    {
        fallbackId ??= ImportOrigin.DerivedId(record);
        var fields = new Fields(record);
        var type = fields.Text("type") ?? "untyped";
        // Stream JSON writes it differently.
        if ((fields.Text("sessionId") ?? fields.Text("session_id")) is { Length: > 0 } id && sessionId != origin.FileName)
            sessionId = id; // The last id wins: a resumed session begins with another's records and ends with its own.
        if (!index.Add(fields) || IsCopy(fields, cancellationToken))
        {
            main.Draft.LeaveOut("repeated");
            return;
        }
        switch (type)
        {
            case "user" or "assistant" or "system" or "attachment":
                ThreadOf(fields).Add(type, record, fields);
                break;
            case "queue-operation":
                main.Add(type, record, fields);
                break;
            case "result" when fields.Has("session_id"):
                main.Add(type, record, fields);
                break;
            case "summary" when fields.Text("summary") is { } summary:
                summaries.Add((fields.Text("leafUuid"), summary));
                break;
            case "custom-title":
                customTitle = fields.Text("customTitle") ?? customTitle;
                break;
            case "ai-title":
                aiTitle = fields.Text("aiTitle") ?? aiTitle;
                break;
            default:
                if (fields["message"].Kind == JsonValueKind.Object && type != "progress")
                    ThreadOf(fields).Draft.AddRecord(record);
                else
                    main.Draft.LeaveOut(type);
                break;
        }
    }

    /// <summary>Whether the transcript of another session has the record: the one that it was forked from, that was resumed, or that started the agent.</summary>
    private bool IsCopy(Fields fields, CancellationToken cancellationToken)
    {
        if (fields.Text("uuid") is null)
            return false;
        var other = fields["forkedFrom"].Property("sessionId").AsString() ?? fields.Text("sessionId");
        if (other is null || other == origin.FileName)
            return false;
        if (!files.HasToo(other, fields, cancellationToken))
            return false;
        if (!fields.IsTrue("isSidechain"))
            main.Draft.About("forked_from_id", JsonText.Quote(other));
        return true;
    }

    /// <summary>The session and those of its sidechains, without empty ones.</summary>
    protected override IEnumerable<ImportedSession> Make(ImportRecords records, CancellationToken cancellationToken)
    {
        using var end = main.Draft.AtEnd();
        var id = sessionId ?? fallbackId!;
        if (hasIdAsName && id != origin.FileName)
        {
            // A part of another session in a file of its own. Under that session's id, one of them would replace the other.
            main.Draft.About("forked_from_id", JsonText.Quote(id));
            id = origin.FileName;
        }
        // A summary may belong to another session, from which this one was resumed.
        main.Draft.Title = customTitle ?? aiTitle ?? summaries.FindLast(one => one.Leaf is not null && index.HasId(one.Leaf)).Text;
        main.Draft.BrokenLines = records.BrokenLines;
        if (!main.Draft.IsEmpty)
            yield return main.Make(id, records.Notes);
        IEnumerable<string> ofFile = main.Draft.IsEmpty ? [.. records.Notes, .. main.Draft.Notes()] : [];
        foreach (var (key, (thread, prompt)) in sidechains)
        {
            if (thread.Draft.IsEmpty)
                continue;
            using var endOfThread = thread.Draft.AtEnd();
            thread.Draft.BrokenLines = records.BrokenLines;
            Describe(thread.Draft, key, prompt, cancellationToken);
            yield return thread.Make($"{id}.agent-{key}", ofFile);
            ofFile = [];
        }
    }

    /// <summary>Says which call of which session started an agent, and what for.</summary>
    private void Describe(SessionDraft draft, string key, string? prompt, CancellationToken cancellationToken)
    {
        var call = index.CallOf(key, prompt);
        if (call is null && draft.Noted("parent_session_id") is { } parent)
            call = files.IndexOf(parent, cancellationToken)?.CallOf(key, prompt);
        var noted = files.AboutAgent();
        if (noted.Text("parentAgentId") is { Length: > 0 } parentAgent && draft.Noted("parent_session_id") is { } session)
            draft.About("parent_session_id", JsonText.Quote($"{session}.agent-{parentAgent}"), replace: true);
        draft.About("parent_call_id", noted["toolUseId"]);
        draft.About("agent_type", noted["agentType"]);
        draft.About("agent_name", noted["name"]);
        draft.About("description", noted["description"]);
        if (call is not null)
        {
            draft.About("parent_call_id", JsonText.Quote(call.Id));
            draft.About("agent_type", JsonText.Quote(call.AgentType ?? ""));
            draft.About("agent_name", JsonText.Quote(call.Name ?? ""));
            draft.About("description", JsonText.Quote(call.Description ?? ""));
        }
        if (key.StartsWith("acompact-", StringComparison.Ordinal))
            draft.About("description", JsonText.Quote("Summary of the conversation for its compaction"));
        draft.Title = draft.Noted("description");
    }

    public override void Dispose()
    {
        main.Draft.Dispose();
        foreach (var (thread, _) in sidechains.Values)
            thread.Draft.Dispose();
    }

    /// <summary>
    /// A sidechain is identified by its agent's id or, in stream JSON, by the call that started it or, in older versions, by its first record.
    /// </summary>
    private ClaudeCodeThread ThreadOf(Fields fields)
    {
        var starter = fields.Text("parent_tool_use_id");
        if (!fields.IsTrue("isSidechain") && starter is null)
            return main;
        var uuid = fields.Text("uuid");
        var key = fields.Text("agentId") ?? starter ?? sidechainOf.GetValueOrDefault(fields.Text("parentUuid") ?? "") ?? uuid ?? "unnamed";
        if (uuid is not null)
            sidechainOf[uuid] = key;
        if (sidechains.TryGetValue(key, out var known))
            return known.Thread;
        var thread = new ClaudeCodeThread(new SessionDraft(origin), files);
        var content = fields["message"].Property("content");
        sidechains[key] = (thread, content.AsString() ?? content.Items().Select(part => part.Property("text").AsString()).FirstOrDefault());
        thread.Draft.About("agent_id", fields["agentId"]);
        thread.Draft.About("parent_session_id", fields[fields.Has("sessionId") ? "sessionId" : "session_id"]);
        thread.Draft.About("parent_call_id", JsonText.Quote(starter ?? ""));
        return thread;
    }
}
