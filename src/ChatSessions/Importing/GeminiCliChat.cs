using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Chats of Gemini CLI: one object or, since 0.40, lines. A line is the head, a message, or a change: a later line of a message replaces it, and
/// what the user rewound is left out as the program does.
/// </summary>
internal sealed class GeminiCliChat : TranscriptReader
{
    private static readonly Envelope Tags = new([], ["session_context", "hook_context"]);
    private static readonly string[] MessageTypes = ["user", "gemini", "model", "info", "error", "warning"];

    private readonly GeminiParts parts;
    private readonly List<(string? Id, RawJson Message)> messages = [];
    private readonly Dictionary<string, int> places = [];
    private long kept;

    private GeminiCliChat(ImportOrigin origin)
        : base(origin) => parts = new GeminiParts(Draft, Runs, Tags);

    public static ImportFormat Format { get; } =
        new(origin => new GeminiCliChat(origin))
        {
            Name = "gemini-cli",
            Holds = "chats of Gemini CLI",
            IsTranscript = true,
            IsRecord = fields =>
                fields.Has("sessionId")
                    && fields.Has("startTime")
                    && (fields.Has("projectHash") || fields.Has("lastUpdated") || fields.Has("messages"))
                || fields["history"].Items() is [var first, ..] && IsContent(new Fields(first))
                || fields["contents"].Items() is [var content, ..] && IsContent(new Fields(content))
                || MessageTypes.Contains(fields.Text("type")) && fields.Has("id") && fields.Has("timestamp") && fields.Has("content")
                || fields.Has("$rewindTo"),
            IsMessage = IsContent,
        };

    /// <summary>Whether it is a message of Gemini's API.</summary>
    private static bool IsContent(Fields fields) => fields.Text("role") is not null && fields["parts"].Kind == JsonValueKind.Array;

    protected override void Add(Fields record)
    {
        if (record["$set"] is { Kind: JsonValueKind.Object } changes)
            Set(new Fields(changes));
        else if (record.Text("$rewindTo") is { } target)
            RewindTo(target);
        else if (record.Has("type") || IsContent(record))
            Keep(record);
        else
            Set(record);
    }

    protected override void Finish()
    {
        foreach (var (_, message) in messages)
            AddMessage(new Fields(message));
    }

    private void Set(Fields head)
    {
        Draft.Id = head.Text("sessionId") ?? Draft.Id;
        Draft.Title = head.Text("summary") ?? Draft.Title;
        Draft.About("model_provider", head["modelProvider"]);
        foreach (var time in (string[])["startTime", "start_time", "lastUpdated"])
            Draft.Reach(RecordedMoment.Of(head[time]));
        if (head.Has("directories") && head["directories"].Items() is [var folder, ..])
            Draft.About("cwd", folder);
        var all =
            head.Has("messages") ? head["messages"]
            : head.Has("history") ? head["history"]
            : head["contents"];
        if (all.Kind != JsonValueKind.Array)
            return;
        // The whole state of the chat, which replaces the lines before.
        messages.Clear();
        places.Clear();
        foreach (var message in all.Items())
            Keep(new Fields(message));
    }

    private void Keep(Fields message)
    {
        kept += message.Json.Utf8.Length;
        if (kept > Origin.MaxSessionBytes)
            throw ImportRecords.TooLarge($"{Origin.Name} is", Origin.MaxSessionBytes);
        var copy = new RawJson(message.Json.Utf8.ToArray()); // The record is valid only until the next one is read.
        var id = message.Text("id");
        if (id is not null && places.TryGetValue(id, out var place))
            messages[place] = (id, copy);
        else
        {
            if (id is not null)
                places[id] = messages.Count;
            messages.Add((id, copy));
        }
    }

    private void RewindTo(string target)
    {
        if (!places.TryGetValue(target, out var place))
            return;
        foreach (var (id, _) in messages.Skip(place))
        {
            if (id is not null)
                places.Remove(id);
            Draft.LeaveOut("rewound message");
        }
        messages.RemoveRange(place, messages.Count - place);
    }

    private void AddMessage(Fields message)
    {
        Draft.At(message.Has("timestamp") ? message["timestamp"] : message["ts"]);
        var content = message.Has("content") ? message["content"] : message["parts"];
        switch (message.Text("type") ?? message.Text("role"))
        {
            case "user":
                parts.AddUsers(content);
                break;
            case "gemini" or "model" or "assistant":
                AddAgents(message, content);
                break;
            case ("info" or "error" or "warning" or "system") and var kind:
                parts.AddContext(kind, content);
                break;
            default:
                Draft.AddRecord(message.Json);
                break;
        }
    }

    private void AddAgents(Fields message, RawJson content)
    {
        Draft.By(message["model"]);
        Runs.BeginMessage();
        foreach (var thought in message["thoughts"].Items())
            AddThought(new Fields(thought));
        parts.AddAgents(content);
        var calls = message["toolCalls"].Items();
        foreach (var call in calls)
            Runs.Call(IdOf(call), call.Property("name").AsString(), call.Property("args"));
        foreach (var call in calls)
            AddResult(new Fields(call));
        var tokens = message["tokens"];
        Runs.Use(
            message.Text("id"),
            tokens.Property("input").AsInt64(),
            DraftRuns.Sum(tokens.Property("output").AsInt64(), tokens.Property("thoughts").AsInt64())
        );
    }

    private static string? IdOf(RawJson call) => call.Property("id").AsString();

    private void AddThought(Fields thought)
    {
        var texts = new[] { thought["subject"], thought["description"] }.Where(text => text.AsString() is { Length: > 0 }).ToList();
        Runs.Think(texts.Count > 0 ? JsonText.Join(texts) : default);
    }

    private void AddResult(Fields call)
    {
        if (call.Has("timestamp"))
            Draft.At(call["timestamp"]);
        var isFailed = call.Text("status") is "error" or "cancelled";
        var responses = call["result"].Items().Select(part => part.Property("functionResponse")).Where(part => !part.IsMissing).ToList();
        foreach (var response in responses.Take(1))
            parts.AddResult(response, isFailed);
        if (responses.Count == 0 && call["resultDisplay"] is { IsMissing: false, Kind: not JsonValueKind.Null } shown)
            Runs.Result(call.Text("id"), call.Text("name"), shown, isFailed);
    }
}
