using System.Text.Json;

namespace ChatSessions.Importing;

/// <summary>Sessions of pi and of its relatives, Oh My Pi and OpenClaw. Records keep the order of the file, with branches that were left.</summary>
internal sealed class PiSession : TranscriptReader
{
    private readonly MessageBlocks blocks;

    private PiSession(ImportOrigin origin)
        : base(origin) => blocks = new MessageBlocks(Draft, Runs, Envelope.None);

    public static ImportFormat Format { get; } =
        new(origin => new PiSession(origin))
        {
            Name = "pi",
            Holds = "sessions of pi, Oh My Pi and OpenClaw",
            IsTranscript = true,
            CanGrow = true,
            IsRecord = fields =>
                fields.Text("type") == "session" && fields.Has("id") && fields.Text("timestamp") is not null
                || fields.Text("type") is "model_change" or "thinking_level_change" && fields.Has("timestamp")
                || fields.Text("type") == "message"
                    && fields["message"].Property("role").AsString() is { } role
                    && (role is "toolResult" or "bashExecution" || fields["message"].Property("stopReason").Kind == JsonValueKind.String),
        };

    protected override void Add(Fields record)
    {
        var message = new Fields(record["message"]);
        Draft.At(record.Has("timestamp") ? record["timestamp"] : message["timestamp"]);
        switch (record.Text("type"))
        {
            case "session":
                Draft.Id ??= record.Text("id");
                Draft.Title ??= record.Text("title");
                Draft.About("cwd", record["cwd"]);
                break;
            case "title":
                Draft.Title = record.Text("title") ?? Draft.Title;
                break;
            case "session_info":
                Draft.Title = record.Text("name") ?? Draft.Title;
                break;
            case "session_init":
                Draft.About("version", record["cliVersion"]);
                break;
            case "model_change":
                Draft.By(record.Has("modelId") ? record["modelId"] : record["model"]);
                break;
            case "message":
                AddMessage(record, message);
                break;
            case "custom_message":
                if (Contents.Text(record["content"], Draft) is { IsMissing: false } added)
                    Runs.Context("user", added);
                break;
            case "compaction" or "branch_summary" when record.Text("summary") is { Length: > 0 }:
                Runs.Context("system", record["summary"]);
                break;
            case var type:
                Draft.LeaveOut(type ?? "untyped");
                break;
        }
    }

    private void AddMessage(Fields record, Fields message)
    {
        switch (message.Text("role"))
        {
            case "user":
                blocks.AddUsers(message["content"]);
                break;
            case "assistant":
                AddAgents(message);
                break;
            case "toolResult":
                Runs.Result(message.Text("toolCallId"), message.Text("toolName"), message["content"], message.IsTrue("isError"));
                break;
            case "bashExecution":
                // A command that the user ran, whose output the model reads.
                Runs.Context("user", JsonText.Quote($"! {message.Text("command")}\n{message.Text("output")}"));
                break;
            case ("system" or "developer" or "custom") and var role:
                if (Contents.Text(message["content"], Draft) is { IsMissing: false } text)
                    Runs.Context(role, text);
                break;
            default:
                Draft.AddRecord(record.Json);
                break;
        }
    }

    private void AddAgents(Fields message)
    {
        Draft.By(message["model"]);
        Draft.About("model_provider", message["provider"]);
        blocks.AddAgents(message["content"]);
        var usage = message["usage"];
        Runs.Use(
            null,
            DraftRuns.Sum(usage.Property("input").AsInt64(), usage.Property("cacheRead").AsInt64(), usage.Property("cacheWrite").AsInt64()),
            usage.Property("output").AsInt64()
        );
        if (message.Text("stopReason") is "error" or "aborted")
            Runs.End(isError: true, message.Has("errorMessage") ? message["errorMessage"] : message["stopReason"], isNow: true);
        else if (message.Text("stopReason") is "stop" or "endTurn" or "length")
            Runs.Complete();
    }
}
