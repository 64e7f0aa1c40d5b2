using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>The wire files of Kimi Code: what its parts tell each other, from which the conversation is taken.</summary>
internal sealed class KimiWire : TranscriptReader
{
    private readonly MessageBlocks blocks;
    private readonly List<(string Text, RawJson Input)> reported = [];
    private string? systemPrompt;

    private KimiWire(ImportOrigin origin)
        : base(origin)
    {
        blocks = new MessageBlocks(Draft, Runs, new Envelope([], ["git-context", "system-reminder", "system"]));
        AddState();
    }

    public static ImportFormat Format { get; } =
        new(origin => new KimiWire(origin))
        {
            Name = "kimi",
            Holds = "sessions of Kimi Code",
            IsTranscript = true,
            IsRecord = fields =>
                fields.Text("type") is { } type
                && (
                    type == "metadata" && fields.Has("protocol_version")
                    || type is "context.append_message" or "context.append_loop_event"
                    || type == "turn.prompt" && fields.Has("time")
                ),
        };

    protected override void Add(Fields record)
    {
        Draft.At(record.Has("time") ? record["time"] : record["created_at"]);
        var type = record.Text("type");
        switch (type)
        {
            case "config.update" or "profile.bind":
                Draft.About("cwd", record["cwd"]);
                if (record.Text("systemPrompt") is { Length: > 0 } prompt && prompt != systemPrompt)
                {
                    systemPrompt = prompt;
                    Runs.Context("system", record["systemPrompt"]);
                }
                break;
            case "llm.request":
                AddReported();
                Draft.By(record["model"]);
                break;
            case "turn.prompt" or "turn.steer" when IsOfUser(record):
                if (Contents.Text(record["input"], Draft) is { IsMissing: false } input)
                    reported.Add((input.AsString()!.Trim(), new RawJson(input.Utf8.ToArray())));
                break;
            case "context.append_message":
                AddMessage(new Fields(record["message"]));
                break;
            case "context.append_loop_event":
                AddEvent(new Fields(record["event"]));
                break;
            case "context.apply_compaction" when record.Text("summary") is { Length: > 0 }:
                Runs.Context("system", record["summary"]);
                break;
            case "turn.cancel":
                if (Draft.HasOpenRun)
                    Runs.End(isError: true, isNow: true);
                break;
            case "turn.ended" when Draft.HasOpenRun:
                var isOk = record.Text("reason") == "completed";
                Runs.End(!isOk, isOk ? default : record["reason"], record["durationMs"].AsDouble(), isNow: true);
                break;
            default:
                Draft.LeaveOut(type ?? "untyped");
                break;
        }
    }

    protected override void Finish() => AddReported();

    /// <summary>A session's folder has its id, and <c>state.json</c> its title: <c>ID/agents/main/wire.jsonl</c>.</summary>
    private void AddState()
    {
        var folders = Origin.Place.Split(Path.DirectorySeparatorChar);
        if (folders is not [.., var session, "agents", var agent, "wire.jsonl"])
            return;
        Draft.Id = agent == "main" ? session : $"{session}.{agent}";
        var state = new Fields(SideFile.Json(Origin, "state.json", levelsUp: 2));
        Draft.About("cwd", state["workDir"]);
        if (agent != "main")
        {
            Draft.About("parent_session_id", JsonText.Quote(session));
            Draft.About("agent_id", JsonText.Quote(agent));
            return;
        }
        Draft.Title = state.Text("title") is { Length: > 0 } title ? title : null;
        Draft.Reach(RecordedMoment.Of(state["createdAt"]));
        Draft.Reach(RecordedMoment.Of(state["updatedAt"]));
    }

    private static bool IsOfUser(Fields record) =>
        record["origin"] is { IsMissing: true } || record["origin"].Property("kind").AsString() is "user";

    private void AddMessage(Fields message)
    {
        switch (message.Text("role"))
        {
            case "user" when IsOfUser(message) || message["origin"].Property("name").AsString() == "subagent":
                var text = string.Join('\n', message["content"].Items().Select(part => part.Property("text").AsString())).Trim();
                reported.RemoveAll(one => one.Text == text);
                blocks.AddUsers(message["content"]);
                break;
            case "assistant":
                blocks.AddAgents(message["content"]);
                foreach (var call in message["toolCalls"].Items())
                    Runs.Call(call.Property("id").AsString(), call.Property("name").AsString(), call.Property("arguments"));
                break;
            case "tool":
                Runs.Result(message.Text("toolCallId"), null, message["content"], message.IsTrue("isError"));
                break;
            case var role:
                if (Contents.Text(message["content"], Draft) is { IsMissing: false } added)
                    Runs.Context(role, added);
                break;
        }
    }

    private void AddEvent(Fields one)
    {
        switch (one.Text("type"))
        {
            case "step.begin":
                Runs.BeginMessage();
                break;
            case "content.part":
                var part = new Fields(one["part"]);
                if (part.Text("type") == "think")
                    Runs.Think(part.Has("think") ? part["think"] : part["text"]);
                else if (Contents.TextOf(part.Json) is { IsMissing: false } text)
                    Runs.Text(text);
                else
                    Draft.AddRecord(OmittedData.In(part.Json) is { } data ? Draft.Omit(data).Json : part.Json);
                break;
            case "tool.call":
                Runs.Call(one.Text("toolCallId"), one.Text("name"), one["args"]);
                break;
            case "tool.result":
                var result = new Fields(one["result"]);
                Runs.Result(
                    one.Text("toolCallId"),
                    null,
                    result.Has("output") ? result["output"] : one["result"],
                    result.IsTrue("isError") || result.IsTrue("is_error")
                );
                break;
            case "step.end":
                AddStepEnd(one);
                break;
            case var type:
                Draft.LeaveOut(type ?? "untyped");
                break;
        }
    }

    private void AddStepEnd(Fields one)
    {
        var usage = one["usage"];
        Runs.Use(
            one.Text("uuid"),
            DraftRuns.Sum(
                usage.Property("inputOther").AsInt64(),
                usage.Property("inputCacheRead").AsInt64(),
                usage.Property("inputCacheCreation").AsInt64()
            ),
            usage.Property("output").AsInt64()
        );
        if (one.Text("finishReason") is "end_turn" or "stop")
            Runs.Complete();
    }

    /// <summary>Adds what the user wrote but no message says, because the turn was cancelled before.</summary>
    private void AddReported()
    {
        foreach (var (_, input) in reported)
            Runs.Input(input);
        reported.Clear();
    }
}
