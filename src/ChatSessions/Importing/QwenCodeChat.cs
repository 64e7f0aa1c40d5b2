using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Chats of Qwen Code: records around messages of Gemini's API. Records keep the order of the file; what the user left by rewinding is kept.
/// </summary>
internal sealed class QwenCodeChat : TranscriptReader
{
    private static readonly Envelope Tags = new([], ["qwen:user-prompt-submit-context", "system-reminder"]);

    private readonly GeminiParts parts;
    private readonly HashSet<string> seen = [];

    private QwenCodeChat(ImportOrigin origin)
        : base(origin) => parts = new GeminiParts(Draft, Runs, Tags);

    public static ImportFormat Format { get; } =
        new(origin => new QwenCodeChat(origin))
        {
            Name = "qwen-code",
            Holds = "chats of Qwen Code",
            IsTranscript = true,
            CanGrow = true,
            IsRecord = fields =>
                fields.Has("sessionId")
                && (
                    fields["message"].Property("parts").Kind == JsonValueKind.Array
                    || fields.Text("type") == "system" && fields["systemPayload"].Kind == JsonValueKind.Object
                ),
        };

    protected override void Add(Fields record)
    {
        Draft.At(record["timestamp"]);
        if (record.Text("sessionId") is { Length: > 0 } id && Draft.Id != Origin.FileName)
            Draft.Id = id;
        Draft.About("cwd", record["cwd"]);
        Draft.About("git_branch", record["gitBranch"]);
        Draft.About("version", record["version"]);
        var content = record["message"].Property("parts");
        var subtype = record.Text("subtype");
        switch (record.Text("type"))
        {
            case "user" when subtype is null or "mid_turn_user_message" or "user_prompt":
                parts.AddUsers(content, isInterjected: subtype == "mid_turn_user_message" && Draft.HasOpenRun);
                break;
            case "user":
                parts.AddContext("user", content);
                break;
            case "assistant":
                AddAgents(record, content);
                break;
            case "tool_result":
                AddResults(record, content);
                break;
            case "system":
                AddSystem(record, subtype);
                break;
            default:
                Draft.AddRecord(record.Json);
                break;
        }
    }

    /// <summary>A message may be recorded in several lines with one id, each with other parts.</summary>
    private void AddAgents(Fields record, RawJson content)
    {
        Draft.By(record["model"]);
        var id = record.Text("uuid");
        if (id is null || seen.Add(id))
            Runs.BeginMessage();
        parts.AddAgents(content);
        var usage = record["usageMetadata"];
        Runs.Use(id, usage.Property("promptTokenCount").AsInt64(), Output(usage));
    }

    /// <summary>Thoughts are counted by themselves.</summary>
    private static long? Output(RawJson usage) =>
        DraftRuns.Sum(usage.Property("candidatesTokenCount").AsInt64(), usage.Property("thoughtsTokenCount").AsInt64());

    private void AddResults(Fields record, RawJson content)
    {
        var isFailed = record["toolCallResult"].Property("status").AsString() is "error" or "cancelled";
        foreach (var part in content.Items())
            if (part.Property("functionResponse") is { Kind: JsonValueKind.Object } response)
                parts.AddResult(response, isFailed);
            else
                parts.AddContext("tool", JsonText.List([part]));
    }

    private void AddSystem(Fields record, string? subtype)
    {
        var payload = record["systemPayload"];
        if (subtype == "custom_title")
            Draft.Title = payload.Property("customTitle").AsString() ?? Draft.Title;
        else if (subtype is "chat_compression" or "rewind")
            Draft.AddRecord(record.Json);
        else
            Draft.LeaveOut($"system/{subtype ?? "untyped"}");
    }
}
