using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Transcripts of Antigravity and its command line: a step on each line. Calls have no ids, so results pair with them in order.</summary>
internal sealed class AntigravityTranscript(ImportOrigin origin) : TranscriptReader(origin)
{
    private static readonly Envelope Tags = new(["USER_REQUEST"], ["ADDITIONAL_METADATA", "USER_SETTINGS_CHANGE", "USER_RULES"]);

    private readonly Queue<(string Id, string? Name)> open = [];
    private int calls;

    public static ImportFormat Format { get; } =
        new(origin => new AntigravityTranscript(origin))
        {
            Name = "antigravity",
            Holds = "transcripts of Antigravity",
            IsTranscript = true,
            CanGrow = true,
            IsRecord = fields => fields.Text("source") is "USER_EXPLICIT" or "MODEL" or "SYSTEM" && fields.Has("created_at"),
        };

    protected override void Add(Fields record)
    {
        Draft.Id ??= IdInPath();
        Draft.At(record["created_at"]);
        var type = record.Text("type");
        switch (record.Text("source"))
        {
            case "USER_EXPLICIT":
                AddUsers(record["content"]);
                break;
            case "MODEL" when type is null or "PLANNER_RESPONSE" or "NOTIFY_USER":
                AddAgents(record);
                break;
            case "MODEL":
                AddResult(type, record);
                break;
            case "SYSTEM" when record.Text("content") is { Length: > 0 }:
                Runs.Context("system", record["content"]);
                break;
            case "SYSTEM":
                Draft.LeaveOut(type ?? "untyped");
                break;
            default:
                Draft.AddRecord(record.Json);
                break;
        }
    }

    /// <summary>The folder of a conversation has its id: <c>brain/ID/.system_generated/logs/transcript.jsonl</c>.</summary>
    private string? IdInPath()
    {
        var folders = Origin.Place.Split(Path.DirectorySeparatorChar);
        return folders is [.., "brain", var id, ".system_generated", "logs", _] ? id : null;
    }

    private void AddUsers(RawJson content)
    {
        var (words, context) = Tags.Open(content);
        open.Clear();
        if (words.Utf8.Length > 2)
            Runs.Input(words);
        if (!context.IsMissing)
            Runs.Context("user", context);
    }

    private void AddAgents(Fields record)
    {
        Runs.BeginMessage();
        if (record.Text("thinking") is { Length: > 0 })
            Runs.Think(record["thinking"]);
        Runs.Text(record["content"]);
        foreach (var call in record["tool_calls"].Items())
        {
            var (id, name) = ($"{record["step_index"]}.{calls++}", call.Property("name").AsString());
            Runs.Call(id, name, Decoded(call.Property("args")));
            open.Enqueue((id, name));
        }
    }

    private void AddResult(string type, Fields record)
    {
        var isFailed = record.Text("status") is "ERROR" or "FAILED" or "CANCELED" or "CANCELLED";
        var result = record.Has("content")
            ? record["content"]
            : JsonText.Less(record.Json, "step_index", "source", "type", "status", "created_at");
        if (open.TryDequeue(out var call))
            Runs.Result(call.Id, call.Name, result, isFailed);
        else
            Runs.Result(null, type.ToLowerInvariant(), result, isFailed);
    }

    /// <summary>Each argument is recorded as the JSON that the model wrote, in a string.</summary>
    private static RawJson Decoded(RawJson arguments) =>
        arguments.Kind != JsonValueKind.Object
            ? arguments
            : JsonText.Make(writer =>
            {
                writer.WriteStartObject();
                foreach (var (name, value) in arguments.Properties())
                    writer.WriteRaw(name, JsonText.StringIn(value.AsString()) is { IsMissing: false } decoded ? decoded : value);
                writer.WriteEndObject();
            });
}
