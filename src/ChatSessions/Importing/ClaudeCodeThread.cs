using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>One conversation in a Claude Code transcript: the main one or a sidechain.</summary>
internal sealed class ClaudeCodeThread(SessionDraft draft)
{
    /// <summary>What the program writes in the user's name: command output, and reminders to the model.</summary>
    private static readonly string[] NotOfTheUser =
    [
        "<local-command-stdout>",
        "<local-command-stderr>",
        "<bash-stdout>",
        "<bash-stderr>",
        "<system-reminder>",
    ];

    /// <summary>The tokens of each request of the run. The records of a request repeat them; the last record is complete.</summary>
    private readonly Dictionary<string, (long Input, long Output)> requests = [];
    private string? lastRequest;
    private bool hasRunEnded;

    public SessionDraft Draft { get; } = draft;

    /// <summary>Whether the agent did anything since the last stop.</summary>
    private bool IsRunning => lastRequest is not null;

    public void Add(string type, RawJson record, Fields fields)
    {
        Draft.At(fields["timestamp"]);
        Draft.About("cwd", fields["cwd"]);
        Draft.About("git_branch", fields["gitBranch"]);
        Draft.About("version", fields["version"]);
        switch (type)
        {
            case "user":
                AddUser(fields);
                break;
            case "assistant":
                AddAssistant(fields);
                break;
            case "system":
                AddSystem(record, fields);
                break;
            default:
                AddAttachment(fields["attachment"]);
                break;
        }
    }

    public ImportedSession Make(string id, IEnumerable<string> notes)
    {
        Draft.Id = id;
        if (hasRunEnded)
            EndRun();
        return Draft.Make(ImportOrigin.DerivedId(JsonText.Quote(id)), line: null, notes);
    }

    private void AddUser(Fields fields)
    {
        var content = fields["message"].Property("content");
        var said = new List<RawJson>();
        foreach (var part in content.Kind == JsonValueKind.Array ? content.Items() : [content])
        {
            if (part.Property("type").AsString() == "tool_result")
                AddResult(part, fields["toolUseResult"]);
            else if (Contents.TextOf(part) is { IsMissing: false } text)
                said.Add(text);
            else if (Contents.Mark(part, Draft) is { } mark)
                said.Add(JsonText.Quote(mark));
            else if (!part.IsMissing)
                Draft.AddRecord(part);
        }
        if (said.Count == 0)
            return;
        var input = JsonText.Join(said);
        if (fields.IsTrue("isMeta") || fields.IsTrue("isCompactSummary") || fields.IsTrue("isVisibleInTranscriptOnly"))
            Draft.AddContext("user", input);
        else if (BeginsWith(input, "[Request interrupted by user") && Draft.HasOpenRun)
            EndRun(isError: true, error: input);
        else if (NotOfTheUser.Any(tag => BeginsWith(input, tag)))
            Draft.AddContext("user", input);
        else
            AddInput(input);
    }

    private void AddInput(RawJson content)
    {
        // A new input shows that the run is over, but not how it ended.
        if (IsRunning)
            EndRun(isError: hasRunEnded ? false : null);
        Draft.AddText("user_input", content);
    }

    private void AddResult(RawJson part, RawJson toolUseResult)
    {
        var fields = new Fields(part);
        var result = Contents.Result(fields["content"], Draft);
        if (fields.IsTrue("is_error"))
            result = Contents.Failed(result);
        // The rest of toolUseResult repeats the result.
        var agent = toolUseResult.Property("agentId").AsString();
        Draft.AddResult(fields.Text("tool_use_id"), null, result, writer => writer.WriteText("agent_id", agent));
    }

    private void AddAssistant(Fields fields)
    {
        var message = new Fields(fields["message"]);
        if (fields.IsTrue("isApiErrorMessage"))
        {
            EndRun(isError: true, error: Contents.Text(message["content"], Draft));
            return;
        }
        if (message.Text("model") == "<synthetic>")
        {
            if (Contents.Text(message["content"], Draft) is { IsMissing: false } text)
                Draft.AddContext("assistant", text);
            return;
        }
        var request = message.Text("id") ?? fields.Text("uuid") ?? "";
        if (hasRunEnded && request != lastRequest)
            EndRun();
        lastRequest = request;
        Draft.By(message["model"]);
        foreach (var part in message["content"].Kind == JsonValueKind.Array ? message["content"].Items() : [message["content"]])
            AddPart(part);
        if (message["usage"].Kind == JsonValueKind.Object)
            requests[request] = TokensOf(new Fields(message["usage"]));
        hasRunEnded = message.Text("stop_reason") is "end_turn" or "stop_sequence" or "max_tokens" or "refusal";
    }

    private void AddPart(RawJson part)
    {
        var fields = new Fields(part);
        switch (fields.Text("type"))
        {
            case "thinking":
                if (fields.Text("thinking") is { Length: > 0 })
                    Draft.AddText("thinking", fields["thinking"]);
                break;
            case "redacted_thinking":
                Draft.LeaveOut("redacted_thinking");
                break;
            case "tool_use" or "server_tool_use" or "mcp_tool_use":
                Draft.AddCall(fields.Text("id"), fields.Text("name"), fields["input"]);
                break;
            case { } type when type.EndsWith("tool_result", StringComparison.Ordinal):
                AddResult(part, default);
                break;
            default:
                if (Contents.TextOf(part) is { IsMissing: false } text)
                    Draft.AddText("text", text);
                else if (!part.IsMissing)
                    Draft.AddRecord(part);
                break;
        }
    }

    private void AddSystem(RawJson record, Fields fields)
    {
        var subtype = fields.Text("subtype") ?? "untyped";
        if (subtype == "turn_duration" && IsRunning)
            EndRun(durationMs: fields["durationMs"].AsDouble());
        else if (subtype == "api_error")
            Draft.AddRecord(record);
        else if (fields.Text("content") is { Length: > 0 })
            Draft.AddContext("system", fields["content"]);
        else
            Draft.LeaveOut($"system/{subtype}");
    }

    /// <summary>What the user wrote while the agent was working, and the agent read during the run.</summary>
    private void AddAttachment(RawJson attachment)
    {
        var type = attachment.Property("type").AsString();
        var prompt = type == "queued_command" ? Contents.Text(attachment.Property("prompt"), Draft) : default;
        if (prompt.IsMissing)
            Draft.LeaveOut($"attachment/{type ?? "untyped"}");
        else
            Draft.AddText("user_input", prompt);
    }

    private void EndRun(bool? isError = false, RawJson error = default, double? durationMs = null)
    {
        long? input = requests.Count > 0 ? requests.Values.Sum(tokens => tokens.Input) : null;
        long? output = requests.Count > 0 ? requests.Values.Sum(tokens => tokens.Output) : null;
        Draft.AddStop(isError, error, new Usage(durationMs, input, output, requests.Count > 0 ? requests.Count : null));
        requests.Clear();
        lastRequest = null;
        hasRunEnded = false;
    }

    /// <summary>Tokens read from or written to the cache count as input, since the model read them too.</summary>
    private static (long Input, long Output) TokensOf(Fields usage) =>
        (
            (usage["input_tokens"].AsInt64() ?? 0)
                + (usage["cache_creation_input_tokens"].AsInt64() ?? 0)
                + (usage["cache_read_input_tokens"].AsInt64() ?? 0),
            usage["output_tokens"].AsInt64() ?? 0
        );

    private static bool BeginsWith(RawJson text, string start) => text.Utf8.Span[1..].StartsWith(System.Text.Encoding.UTF8.GetBytes(start));
}
