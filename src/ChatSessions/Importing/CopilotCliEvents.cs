using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Events of GitHub Copilot's command line and of its agent in VS Code. What a subagent does is recorded among them, and becomes a session of
/// its own.
/// </summary>
internal sealed class CopilotCliEvents : TranscriptReader
{
    private readonly Dictionary<string, CopilotCliEvents> subagents = [];
    private readonly HashSet<string> called = [];
    private RawJson prompt;
    private string? lastInput;
    private string? lastThought;
    private bool hasStopped;

    private CopilotCliEvents(ImportOrigin origin)
        : base(origin) { }

    public static ImportFormat Format { get; } =
        new(origin => new CopilotCliEvents(origin))
        {
            Name = "copilot-cli",
            Holds = "sessions of GitHub Copilot CLI",
            IsTranscript = true,
            IsRecord = fields =>
                fields["data"].Kind == JsonValueKind.Object
                && fields.Text("type") is { } type
                && (
                    type is "user.message" or "system.message"
                    || type.StartsWith("session.", StringComparison.Ordinal)
                    || type.StartsWith("assistant.", StringComparison.Ordinal)
                    || type.StartsWith("tool.execution_", StringComparison.Ordinal)
                ),
        };

    public override void Dispose()
    {
        foreach (var subagent in subagents.Values)
            subagent.Dispose();
        base.Dispose();
    }

    protected override void Add(Fields record)
    {
        var type = record.Text("type") ?? "untyped";
        var data = new Fields(record["data"]);
        if (data.Text("parentToolCallId") is { Length: > 0 } parent)
            SubagentOf(parent).Add(type, data, record);
        else
            Add(type, data, record);
    }

    protected override void Finish()
    {
        AddPrompt();
        AddWorkspace();
    }

    protected override IEnumerable<ImportedSession> Make(string fallbackId, ImportRecords records)
    {
        foreach (var session in base.Make(fallbackId, records))
            yield return session;
        var id = Draft.Id ?? fallbackId;
        foreach (var (call, subagent) in subagents)
        {
            subagent.Draft.Id = $"{id}.agent-{call}";
            subagent.Draft.About("parent_session_id", JsonText.Quote(id));
            subagent.Draft.About("parent_call_id", JsonText.Quote(call));
            foreach (var session in subagent.MakeOwn($"{fallbackId}.agent-{call}", records))
                yield return session;
        }
    }

    private IEnumerable<ImportedSession> MakeOwn(string fallbackId, ImportRecords records) => base.Make(fallbackId, records);

    private CopilotCliEvents SubagentOf(string call)
    {
        if (!subagents.TryGetValue(call, out var subagent))
            subagents[call] = subagent = new CopilotCliEvents(Origin);
        return subagent;
    }

    private void Add(string type, Fields data, Fields record)
    {
        Draft.At(record["timestamp"]);
        switch (type)
        {
            case "session.start" or "session.resume":
                AddHead(data);
                break;
            case "session.model_change":
                Draft.By(data["newModel"]);
                break;
            case "session.error":
                AddPrompt();
                Runs.End(isError: true, data["message"], isNow: true);
                hasStopped = true;
                break;
            case "abort":
                Runs.End(isError: true, data["reason"], isNow: true);
                hasStopped = true;
                break;
            case "session.shutdown":
                AddTotals(data);
                break;
            case "session.compaction_complete" when data.Text("summaryContent") is { Length: > 0 }:
                Runs.Context("system", data["summaryContent"]);
                break;
            case "hook.start" when data.Text("hookType") == "userPromptSubmitted":
                prompt = new RawJson(data["input"].Property("prompt").Utf8.ToArray());
                break;
            case "user.message":
                AddUsers(data);
                break;
            case "assistant.message":
                AddAgents(data);
                break;
            case "assistant.reasoning" when data.Text("content") is { Length: > 0 } thought:
                AddPrompt();
                AddThought(thought, data["content"]);
                break;
            case "tool.execution_start":
                AddCall(data.Text("toolCallId"), data.Text("toolName"), data["arguments"]);
                break;
            case "tool.execution_complete":
                AddResult(data);
                break;
            case "system.message" or "system.notification":
                if (Contents.Text(data["content"], Draft) is { IsMissing: false } text)
                    Runs.Context("system", text);
                break;
            case "subagent.started" when data.Text("toolCallId") is { } call:
                var subagent = SubagentOf(call).Draft;
                subagent.About("agent_name", data["agentName"]);
                subagent.About("description", data["agentDescription"]);
                break;
            default:
                Draft.LeaveOut(type);
                break;
        }
    }

    private void AddHead(Fields data)
    {
        Draft.Id ??= data.Text("sessionId");
        Draft.Reach(RecordedMoment.Of(data["startTime"]));
        Draft.By(data["selectedModel"]);
        Draft.About("version", data["copilotVersion"]);
        Draft.About("cwd", data["context"].Property("cwd"));
        Draft.About("git_branch", data["context"].Property("branch"));
    }

    private void AddUsers(Fields data)
    {
        prompt = default;
        lastInput = data.Text("content");
        var said = new List<RawJson>();
        if (lastInput is { Length: > 0 })
            said.Add(data["content"]);
        foreach (var attachment in data["attachments"].Items())
            if ((attachment.Property("path").AsString() ?? attachment.Property("displayName").AsString()) is { } path)
                said.Add(JsonText.Quote($"[{attachment.Property("type").AsString() ?? "file"} {path}]"));
        if (said.Count > 0)
            Runs.Input(JsonText.Join(said));
    }

    /// <summary>Adds a prompt that only a hook recorded.</summary>
    private void AddPrompt()
    {
        if (prompt.AsString() is { Length: > 0 } text && text != lastInput)
            Runs.Input(prompt);
        prompt = default;
    }

    private void AddAgents(Fields data)
    {
        AddPrompt();
        Draft.By(data["model"]);
        Runs.BeginMessage();
        if (data.Text("reasoningText") is { Length: > 0 } thought)
            AddThought(thought, data["reasoningText"]);
        Runs.Text(data["content"]);
        foreach (var call in data["toolRequests"].Items())
            AddCall(call.Property("toolCallId").AsString(), call.Property("name").AsString(), call.Property("arguments"));
        Runs.Use(data.Text("messageId"), null, data["outputTokens"].AsInt64());
    }

    /// <summary>A thought may have an event of its own, and be repeated by the message.</summary>
    private void AddThought(string thought, RawJson content)
    {
        if (thought != lastThought)
            Runs.Think(content);
        lastThought = thought;
    }

    private void AddCall(string? id, string? name, RawJson arguments)
    {
        AddPrompt();
        if (id is null || called.Add(id))
            Runs.Call(id, name, arguments);
    }

    private void AddResult(Fields data)
    {
        var content = data["result"].Property("content");
        Runs.Result(
            data.Text("toolCallId"),
            null,
            content.IsMissing && data["error"] is { Kind: JsonValueKind.Object } error ? error.Property("message") : content,
            data["success"].AsBoolean() == false
        );
    }

    /// <summary>The tokens of the whole session, which are those of its run if there was only one.</summary>
    private void AddTotals(Fields data)
    {
        if (data["modelMetrics"].Properties() is { Count: > 0 } metrics && !hasStopped && Draft.Stops == 0)
        {
            var usages = metrics.Select(one => one.Value.Property("usage")).ToList();
            var input = DraftRuns.Sum(usages.Select(usage => usage.Property("inputTokens").AsInt64()));
            if (input is not null)
                Runs.UseInAll(
                    input,
                    DraftRuns.Sum(usages.Select(usage => usage.Property("outputTokens").AsInt64())),
                    DraftRuns.Sum(metrics.Select(one => one.Value.Property("requests").Property("count").AsInt64()))
                );
        }
        Draft.LeaveOut("session.shutdown");
    }

    /// <summary>The title and folder in the session's <c>workspace.yaml</c>.</summary>
    private void AddWorkspace()
    {
        foreach (var line in (SideFile.Text(Origin, "workspace.yaml") ?? "").EnumerateLines())
        {
            if (line.IndexOf(": ") is not (> 0 and var colon))
                continue;
            var value = line[(colon + 2)..].Trim().Trim("\"'").ToString();
            switch (line[..colon])
            {
                case "name" or "summary" when value.Length > 0 && value[0] is not ('|' or '>'):
                    Draft.Title ??= value;
                    break;
                case "cwd":
                    Draft.About("cwd", JsonText.Quote(value));
                    break;
                case "branch":
                    Draft.About("git_branch", JsonText.Quote(value));
                    break;
            }
        }
    }
}
