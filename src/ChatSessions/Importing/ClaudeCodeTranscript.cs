using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Claude Code transcripts. The whole file is one session, and so is each sidechain, in that file or in one
/// of its own. Records keep the order of the file, which is the order of time. Branches that the user left by editing a question are kept.
/// </summary>
internal sealed class ClaudeCodeTranscript(ImportOrigin origin) : IDisposable
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

    private readonly ClaudeCodeThread main = new(new SessionDraft(origin));
    private readonly Dictionary<string, ClaudeCodeThread> sidechains = [];
    private readonly Dictionary<string, string> sidechainOf = [];
    private readonly HashSet<string> seen = [];
    private readonly List<(string? Leaf, string Text)> summaries = [];
    private string? customTitle;
    private string? aiTitle;
    private string? sessionId;
    private string? fallbackId;

    public static ImportFormat Format { get; } =
        new(Read)
        {
            Name = "claude-code",
            Holds = "transcripts of Claude Code",
            IsTranscript = true,
            IsRecord = IsRecord,
        };

    private static bool IsRecord(Fields fields) =>
        fields["loglines"].Kind == JsonValueKind.Array
        || fields.Text("type") switch
        {
            "user" or "assistant" => fields["message"].Kind == JsonValueKind.Object,
            "system" or "attachment" or "progress" => fields.Has("uuid") || fields.Has("sessionId"),
            var type => Bookkeeping.Contains(type) && References.Any(fields.Has),
        };

    private static IEnumerable<ImportedSession> Read(
        ImportRecords records,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        using var transcript = new ClaudeCodeTranscript(records.Origin);
        foreach (var record in records.Transcript(broken, cancellationToken))
            transcript.Add(record);
        foreach (var session in transcript.Make(records.Notes, records.BrokenLines))
            yield return session;
    }

    private void Add(RawJson record)
    {
        fallbackId ??= ImportOrigin.DerivedId(record);
        var fields = new Fields(record);
        var type = fields.Text("type") ?? "untyped";
        var uuid = fields.Text("uuid");
        if (uuid is not null && !seen.Add(uuid))
        {
            main.Draft.LeaveOut("repeated"); // Some versions copied a session's records when resuming it.
            return;
        }
        if (fields.Text("sessionId") is { Length: > 0 } id && sessionId != origin.FileName)
            sessionId = id; // The last id wins: a resumed session begins with another's records and ends with its own.
        switch (type)
        {
            case "user" or "assistant" or "system" or "attachment":
                ThreadOf(fields, uuid).Add(type, record, fields);
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
                    ThreadOf(fields, uuid).Draft.AddRecord(record);
                else
                    main.Draft.LeaveOut(type);
                break;
        }
    }

    /// <summary>The session and those of its sidechains, without empty ones.</summary>
    private IEnumerable<ImportedSession> Make(IReadOnlyCollection<string> notes, int brokenLines)
    {
        var id = sessionId ?? fallbackId!;
        // A summary may belong to another session, from which this one was resumed.
        main.Draft.Title = customTitle ?? aiTitle ?? summaries.FindLast(one => one.Leaf is not null && seen.Contains(one.Leaf)).Text;
        main.Draft.BrokenLines = brokenLines;
        if (!main.Draft.IsEmpty)
            yield return main.Make(id, notes);
        IEnumerable<string> ofFile = main.Draft.IsEmpty ? [.. notes, .. main.Draft.Notes()] : [];
        foreach (var (key, thread) in sidechains)
        {
            if (thread.Draft.IsEmpty)
                continue;
            thread.Draft.BrokenLines = brokenLines;
            yield return thread.Make($"{id}.agent-{key}", ofFile);
            ofFile = [];
        }
    }

    public void Dispose()
    {
        main.Draft.Dispose();
        foreach (var thread in sidechains.Values)
            thread.Draft.Dispose();
    }

    /// <summary>A sidechain is identified by its agent's id or, in older versions, by its first record.</summary>
    private ClaudeCodeThread ThreadOf(Fields fields, string? uuid)
    {
        if (!fields.IsTrue("isSidechain"))
            return main;
        var key = fields.Text("agentId") ?? sidechainOf.GetValueOrDefault(fields.Text("parentUuid") ?? "") ?? uuid ?? "unnamed";
        if (uuid is not null)
            sidechainOf[uuid] = key;
        if (!sidechains.TryGetValue(key, out var thread))
        {
            sidechains[key] = thread = new(new SessionDraft(origin));
            thread.Draft.About("agent_id", fields["agentId"]);
            thread.Draft.About("parent_session_id", fields["sessionId"]);
        }
        return thread;
    }
}
