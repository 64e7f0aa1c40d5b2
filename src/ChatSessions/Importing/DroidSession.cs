using System.Text.Json;

namespace ChatSessions.Importing;

/// <summary>Sessions of Factory's Droid, and the output of <c>droid exec --output-format stream-json</c>.</summary>
internal sealed class DroidSession : TranscriptReader
{
    private static readonly Envelope Tags = new([], ["system-reminder", "system-notification"]);

    private readonly MessageBlocks blocks;

    private DroidSession(ImportOrigin origin)
        : base(origin) => blocks = new MessageBlocks(Draft, Runs, Tags);

    public static ImportFormat Format { get; } =
        new(origin => new DroidSession(origin))
        {
            Name = "droid",
            Holds = "sessions of Droid",
            IsTranscript = true,
            CanGrow = true,
            IsRecord = fields =>
                fields.Text("type") switch
                {
                    "session_start" => fields.Has("id") && (fields.Has("cwd") || fields.Has("title")),
                    "system" => IdOf(fields) is not null
                        && fields.Has("cwd")
                        && fields.Has("model")
                        && !fields.Has("uuid")
                        && !fields.Has("apiKeySource")
                        && !fields.Has("permissionMode"),
                    "message" => IdOf(fields) is not null && fields.Text("role") is not null && fields.Has("text"),
                    "tool_call" => IdOf(fields) is not null && fields.Has("parameters"),
                    "completion" => fields.Has("finalText"),
                    _ => false,
                },
        };

    private static string? IdOf(Fields record) => record.Text("session_id") ?? record.Text("sessionId");

    protected override void Add(Fields record)
    {
        Draft.At(record["timestamp"]);
        Draft.Id ??= IdOf(record);
        switch (record.Text("type"))
        {
            case "session_start":
                Draft.Id = record.Text("id") ?? Draft.Id;
                Draft.Title = record.Text("sessionTitle") ?? record.Text("title");
                Draft.About("cwd", record["cwd"]);
                Draft.About("version", record["version"]);
                break;
            case "system":
                Draft.About("cwd", record["cwd"]);
                Draft.By(record["model"]);
                break;
            case "message":
                AddMessage(record);
                break;
            case "tool_call":
                Runs.Call(CallOf(record), record.Text("toolName") ?? record.Text("toolId"), record["parameters"]);
                break;
            case "tool_result":
                Runs.Result(CallOf(record), null, record.Has("value") ? record["value"] : record["error"], record.IsTrue("isError"));
                break;
            case "completion":
                AddEnd(record);
                break;
            case "error":
                Runs.End(isError: true, record["message"], isNow: true);
                break;
            case "compaction_state" when record.Text("summaryText") is { Length: > 0 }:
                Runs.Context("system", record["summaryText"]);
                break;
            case var type:
                Draft.LeaveOut(type ?? "untyped");
                break;
        }
    }

    private static string? CallOf(Fields record) => record.Text("toolCallId") ?? record.Text("id");

    private void AddMessage(Fields record)
    {
        var message = record["message"].Kind == JsonValueKind.Object ? new Fields(record["message"]) : record;
        var content = message.Has("content") ? message["content"] : message["text"];
        switch (message.Text("role"))
        {
            case "user":
                blocks.AddUsers(content);
                break;
            case "assistant":
                Draft.By(message["model"]);
                blocks.AddAgents(content);
                break;
            default:
                Draft.AddRecord(record.Json);
                break;
        }
    }

    private void AddEnd(Fields record)
    {
        // The final text repeats the last message, if there is one after the last call.
        if (!Runs.IsAnswered)
        {
            Runs.BeginMessage();
            Runs.Text(record["finalText"]);
        }
        var usage = record["usage"];
        Runs.Use(
            null,
            DraftRuns.Sum(
                usage.Property("input_tokens").AsInt64(),
                usage.Property("cache_creation_input_tokens").AsInt64(),
                usage.Property("cache_read_input_tokens").AsInt64()
            ),
            usage.Property("output_tokens").AsInt64()
        );
        Runs.End(isError: false, durationMs: record["durationMs"].AsDouble(), isNow: true);
    }
}
