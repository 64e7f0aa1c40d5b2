using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>One conversation in a Claude Code transcript: the main one or a sidechain.</summary>
internal sealed class ClaudeCodeThread
{
    private readonly ClaudeCodeFiles files;
    private ClaudeCodeRun run;
    private ClaudeCodeQueue queue;

    /// <summary>What a person wrote after each record, to notice where the conversation went back.</summary>
    private readonly Dictionary<string, string> writtenAfter = [];

    /// <summary>A command that a person typed; the next record shows whether the agent got it.</summary>
    private DraftEvent? command;

    public ClaudeCodeThread(SessionDraft draft, ClaudeCodeFiles files)
    {
        (Draft, this.files) = (draft, files);
        run = new(draft);
        queue = new(SayQueued);
    }

    public SessionDraft Draft { get; }

    public void Add(string type, RawJson record, Fields fields)
    {
        Draft.At(fields["timestamp"]);
        Draft.About("cwd", fields["cwd"]);
        Draft.About("git_branch", fields["gitBranch"]);
        Draft.About("version", fields["version"]);
        Draft.About("agent_name", fields["agentName"]);
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
            case "queue-operation":
                queue.Add(fields);
                break;
            case "result":
                AddEnd(fields);
                break;
            default:
                AddAttachment(new Fields(fields["attachment"]));
                break;
        }
    }

    /// <summary>The session as of now. What it does to the draft must be undone: <see cref="SessionDraft.AtEnd"/>.</summary>
    public ImportedSession Make(string id, IEnumerable<string> notes)
    {
        var (runBefore, queueBefore) = (run, queue);
        (run, queue) = (new(run, Draft), new(queue, SayQueued));
        try
        {
            Draft.Id = id;
            run.EndIfEnded();
            queue.End();
            Draft.UnfinishedUsage = run.Used;
            return Draft.Make(ImportOrigin.DerivedId(JsonText.Quote(id)), line: null, notes);
        }
        finally
        {
            (run, queue) = (runBefore, queueBefore);
        }
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
        var pieces = ClaudeCodeWords.Split(input).ToList();
        queue.IsRecorded([input.AsString()!, .. pieces.Select(piece => piece.Text.AsString()!)]);
        if (IsOfProgram(fields))
        {
            if (command is not null && pieces.Exists(piece => piece.Voice == ClaudeCodeVoice.Person))
                TheAgentGot(command); // This is the prompt that the command stands for.
            AddContext("user", input);
            return;
        }
        foreach (var piece in pieces)
            Add(piece, fields.Text("parentUuid"));
    }

    private void Add(ClaudeCodePiece piece, string? parent)
    {
        switch (piece.Voice)
        {
            case ClaudeCodeVoice.Person:
                AddInput(piece.Text, parent);
                command = null;
                break;
            case ClaudeCodeVoice.PromptCommand:
                command = AddInput(piece.Text, parent);
                break;
            case ClaudeCodeVoice.LocalCommand:
                command = AddContext("user", piece.Text);
                break;
            case ClaudeCodeVoice.Output:
                command?.BecomeContext("user");
                command = null;
                AddContext("user", piece.Text);
                break;
            case ClaudeCodeVoice.Interruption when Draft.HasOpenRun:
                run.End(isError: true, error: piece.Text, isRecorded: true);
                break;
            default:
                AddContext("user", piece.Text);
                break;
        }
    }

    private DraftEvent AddInput(RawJson content, string? parent)
    {
        // A new input shows that the run is over, but not how it ended.
        if (run.IsRunning)
            run.End(isError: run.HasEnded ? false : null);
        var text = content.AsString() ?? "";
        if (parent is not null && !writtenAfter.TryAdd(parent, DerivedTitle.Of(text)))
            Draft.AddContext(
                "system",
                JsonText.Quote(
                    $"The conversation went back to before \"{writtenAfter[parent]}\". What stands between there and here was left, and the agent no longer saw it."
                )
            );
        return Draft.AddText("user_input", content);
    }

    private DraftEvent AddContext(string role, RawJson content)
    {
        run.EndIfEnded();
        return Draft.AddContext(role, content);
    }

    private void AddResult(RawJson part, RawJson toolUseResult)
    {
        var fields = new Fields(part);
        var (result, reminder) = ClaudeCodeWords.WithoutReminder(files.Whole(Contents.Result(fields["content"], Draft)));
        result =
            fields.IsTrue("is_error") ? Contents.Failed(result)
            : SaysThatItWorked(fields) ? Contents.Worked(result)
            : result;
        // The rest of toolUseResult repeats the result.
        var agent = toolUseResult.Property("agentId").AsString();
        Draft.AddResult(
            fields.Text("tool_use_id"),
            null,
            result,
            writer =>
            {
                writer.WriteText("agent_id", agent);
                writer.WriteRaw("reminder", reminder);
            }
        );
        run.IsAnswered(fields.Text("tool_use_id"));
    }

    /// <summary>
    /// Whether a result without an error says by that that the call worked. Claude Code marks every failure of its own tools. A server of MCP
    /// may write an error as plain text, and a command may end in something else than what failed.
    /// </summary>
    private bool SaysThatItWorked(Fields result) =>
        Draft.ToolOf(result.Text("tool_use_id")) is not (null or "Bash" or "PowerShell") and var tool
        && (result.Has("is_error") || !tool.StartsWith("mcp__", StringComparison.Ordinal));

    private void AddAssistant(Fields fields)
    {
        var message = new Fields(fields["message"]);
        queue.AgentGoesOn();
        if (fields.IsTrue("isApiErrorMessage"))
        {
            run.End(isError: true, error: Contents.Text(message["content"], Draft), isRecorded: true);
            return;
        }
        if (message.Text("model") == "<synthetic>")
        {
            if (Contents.Text(message["content"], Draft) is { IsMissing: false } text)
                AddContext("assistant", text);
            return;
        }
        if (command is not null)
            TheAgentGot(command);
        run.Continue(message.Text("id") ?? fields.Text("uuid") ?? "");
        Draft.By(message["model"]);
        foreach (var part in message["content"].Kind == JsonValueKind.Array ? message["content"].Items() : [message["content"]])
            AddPart(part);
        run.Note(message);
    }

    private void TheAgentGot(DraftEvent typed)
    {
        typed.BecomeInput();
        command = null;
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
                run.Calls(fields.Text("id"));
                break;
            case { } type when type.EndsWith("tool_result", StringComparison.Ordinal):
                AddResult(part, default);
                break;
            default:
                if (Contents.TextOf(part) is { IsMissing: false } text)
                {
                    if (string.IsNullOrWhiteSpace(text.AsString()))
                        return;
                    Draft.AddText("text", text);
                    run.Says();
                }
                else if (!part.IsMissing)
                    Draft.AddRecord(part);
                break;
        }
    }

    private void AddSystem(RawJson record, Fields fields)
    {
        var subtype = fields.Text("subtype") ?? "untyped";
        if (subtype == "turn_duration" && run.IsRunning)
            run.End(durationMs: fields["durationMs"].AsDouble(), isRecorded: true);
        else if (subtype == "api_error")
            Draft.AddRecord(record);
        else if (fields.Text("content") is not { Length: > 0 } content)
            Draft.LeaveOut($"system/{subtype}");
        else if (subtype == "local_command")
            foreach (var piece in ClaudeCodeWords.Split(fields["content"]))
                AddContext("user", piece.Text);
        else if (new Fields(fields["compactMetadata"]) is var about && about["preTokens"].AsInt64() is { } tokens)
            AddContext("system", JsonText.Quote($"{content} ({about.Text("trigger") ?? "trigger unknown"}, at {tokens.Grouped()} tokens)"));
        else
            AddContext("system", fields["content"]);
    }

    /// <summary>The last record of a run that <c>claude -p</c> wrote as stream JSON.</summary>
    private void AddEnd(Fields fields)
    {
        var isError = fields.IsTrue("is_error");
        var result = fields["result"];
        if (!isError && result.AsString() is { Length: > 0 } && !run.IsRunning)
            Draft.AddText("text", result);
        var usage = fields["usage"].Kind == JsonValueKind.Object ? ClaudeCodeRun.TokensOf(new Fields(fields["usage"])) : default;
        run.End(
            isError,
            isError ? (result.AsString() is { Length: > 0 } ? result : fields["subtype"]) : default,
            fields["duration_ms"].AsDouble(),
            isRecorded: true,
            usage == default ? null : new Usage(null, usage.Input, usage.Output, (int?)fields["num_turns"].AsInt64())
        );
    }

    private void AddAttachment(Fields attachment)
    {
        var type = attachment.Text("type") ?? "untyped";
        if (type == "queued_command" && Contents.Text(attachment["prompt"], Draft) is { IsMissing: false } prompt)
        {
            var isOfProgram = attachment.Text("commandMode") is not (null or "prompt" or "bash") || IsOfProgram(attachment);
            var pieces = ClaudeCodeWords.Split(prompt).ToList();
            queue.IsRecorded([prompt.AsString()!, .. pieces.Select(piece => piece.Text.AsString()!)]);
            foreach (var piece in pieces)
            {
                if (!isOfProgram && piece.Voice is ClaudeCodeVoice.Person or ClaudeCodeVoice.PromptCommand)
                    AddSaidDuringRun(piece.Text);
                else
                    AddContext("user", piece.Text);
            }
        }
        else if (ClaudeCodeAttachment.TextOf(attachment, Draft) is { } text)
            AddContext("user", text);
        else
            Draft.LeaveOut($"attachment/{type}");
    }

    /// <summary>Adds what has left the queue and has no record of its own.</summary>
    private DraftEvent? SayQueued(RawJson content, DateTimeOffset? moment)
    {
        var now = Draft.Now;
        Draft.At(moment);
        DraftEvent? added = null;
        foreach (var piece in ClaudeCodeWords.Split(content))
            added = piece.Voice is ClaudeCodeVoice.Person or ClaudeCodeVoice.PromptCommand
                ? AddSaidDuringRun(piece.Text)
                : AddContext("user", piece.Text);
        Draft.At(now);
        return added;
    }

    /// <summary>Adds what a person wrote while the agent was working, and the agent read during the run, so that it does not end the run.</summary>
    private DraftEvent AddSaidDuringRun(RawJson content) => Draft.AddText("user_input", content);

    /// <summary>Whether a record says that no person wrote it.</summary>
    private static bool IsOfProgram(Fields fields) =>
        fields.IsTrue("isMeta")
        || fields.IsTrue("isCompactSummary")
        || fields.IsTrue("isVisibleInTranscriptOnly")
        || fields.IsTrue("isSynthetic")
        || fields.IsTrue("turnCompanion")
        || fields["origin"].Property("kind").AsString() is not (null or "human" or "channel")
        || fields.Text("promptSource") == "system";
}
