using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// Conversations of OpenHands: a list of events, or a folder with a file for each event. The last file of a folder stands for all of them, since
/// it is the one that is new when the conversation goes on; the others make no session.
/// </summary>
internal sealed class OpenHandsConversation : TranscriptReader
{
    private const string FilePattern = "event-*.json";

    private readonly bool isOneOfMany;
    private readonly HashSet<string> finishing = [];

    private OpenHandsConversation(ImportOrigin origin)
        : base(origin)
    {
        var folders = origin.Place.Split(Path.DirectorySeparatorChar);
        if (folders is not [.., var id, "events", var file] || !file.StartsWith("event-", StringComparison.Ordinal))
            return;
        Draft.Id = id;
        isOneOfMany = true;
    }

    public static ImportFormat Format { get; } =
        new(origin => new OpenHandsConversation(origin))
        {
            Name = "openhands",
            Holds = "conversations of OpenHands",
            IsTranscript = true,
            IsRecord = fields => IsEvent(fields) || fields["items"].Items().Take(5).Any(item => IsEvent(new Fields(item))),
            IsMessage = IsEvent,
        };

    private static bool IsEvent(Fields fields) =>
        fields.Text("kind")?.EndsWith("Event", StringComparison.Ordinal) == true && fields.Has("source") && fields.Has("timestamp")
        || fields.Text("source") is "user" or "agent" or "environment"
            && fields.Has("timestamp")
            && (fields.Text("action") is not null && fields.Has("args") || fields.Text("observation") is not null && fields.Has("content"));

    protected override void Add(Fields record)
    {
        if (isOneOfMany)
            AddFolder();
        else if (record["items"].Kind == JsonValueKind.Array)
            foreach (var item in record["items"].Items())
                AddEvent(new Fields(item));
        else
            AddEvent(record);
    }

    private void AddFolder()
    {
        var folder = Path.GetDirectoryName(Origin.Place)!;
        var files = Directory.GetFiles(folder, FilePattern);
        Array.Sort(files, StringComparer.Ordinal);
        if (files is [] || files[^1] != Origin.Place)
            return;
        long bytes = 0;
        foreach (var file in files)
        {
            bytes += new FileInfo(file).Length;
            if (bytes > Origin.MaxSessionBytes)
                throw ImportRecords.TooLarge($"{folder} is", Origin.MaxSessionBytes);
            try
            {
                using var stream = SessionFile.OpenUnlocked(file);
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                AddEvent(new Fields(RawJson.Parse(memory.ToArray())));
            }
            catch (Exception exception) when (exception is JsonException || FileProblem.IsOfFileSystem(exception))
            {
                Draft.LeaveOut("event that could not be read");
            }
        }
    }

    private void AddEvent(Fields one)
    {
        if (one.Json.Kind != JsonValueKind.Object)
            return;
        Draft.At(one["timestamp"]);
        switch (one.Text("kind"))
        {
            case "MessageEvent":
                AddMessage(one);
                break;
            case "ActionEvent":
                AddAction(one);
                break;
            case "ObservationEvent":
                AddObservation(one);
                break;
            case "UserRejectObservation":
                Runs.Result(CallOf(one), one.Text("tool_name"), one["rejection_reason"], isFailed: true);
                break;
            case "AgentErrorEvent":
                Runs.Result(CallOf(one), one.Text("tool_name"), one["error"], isFailed: true);
                break;
            case "ConversationErrorEvent":
                Runs.End(isError: true, one.Has("detail") ? one["detail"] : one["code"], isNow: true);
                break;
            case "SystemPromptEvent":
                if (Contents.TextOf(one["system_prompt"]) is { IsMissing: false } prompt)
                    Runs.Context("system", prompt);
                break;
            case "Condensation" or "CondensationSummaryEvent" when one.Text("summary") is { Length: > 0 }:
                Runs.Context("system", one["summary"]);
                break;
            case { } kind:
                Draft.LeaveOut(kind);
                break;
            default:
                AddOlder(one);
                break;
        }
    }

    private static string? CallOf(Fields one) => one.Text("tool_call_id") ?? one.Text("action_id");

    private void AddMessage(Fields one)
    {
        var message = new Fields(one["llm_message"]);
        if (one.Text("source") == "agent")
            Runs.BeginMessage();
        if (message.Text("reasoning_content") is { Length: > 0 })
            Runs.Think(message["reasoning_content"]);
        if (Contents.Text(message["content"], Draft) is not { IsMissing: false } text)
            return;
        if (one.Text("source") == "user")
            Runs.Input(text);
        else if (one.Text("source") == "agent")
            Runs.Text(text);
        else
            Runs.Context(one.Text("source"), text);
        if (Contents.Text(one["extended_content"], Draft) is { IsMissing: false } added)
            Runs.Context("system", added);
    }

    private void AddAction(Fields one)
    {
        Runs.BeginMessage();
        if (one.Text("reasoning_content") is { Length: > 0 })
            Runs.Think(one["reasoning_content"]);
        Runs.Text(Contents.Text(one["thought"], Draft));
        var id = one.Text("tool_call_id") ?? one.Text("id");
        var arguments = one["tool_call"].Property("arguments");
        if (arguments.IsMissing)
            arguments = one["tool_call"].Property("function").Property("arguments");
        if (arguments.IsMissing && one["action"].Kind == JsonValueKind.Object)
            arguments = JsonText.Less(one["action"], "kind");
        Runs.Call(id, one.Text("tool_name"), arguments);
        // Results name the action, if it has no call id.
        if (one.Text("tool_name") == "finish" && id is not null)
        {
            finishing.Add(id);
            Runs.Complete();
        }
    }

    private void AddObservation(Fields one)
    {
        var observation = new Fields(one["observation"]);
        var content = observation.Has("content") ? observation["content"] : JsonText.Less(one["observation"], "kind");
        if (CallOf(one) is not { } id)
        {
            if (Contents.Text(content, Draft) is { IsMissing: false } text)
                Runs.Context("environment", text);
            return;
        }
        Runs.Result(
            id,
            one.Text("tool_name"),
            Contents.WithExitCode(observation["exit_code"], content, Draft),
            observation.IsTrue("is_error")
        );
        if (finishing.Contains(id))
            Runs.Complete();
    }

    /// <summary>Events before version 1: actions and observations by name.</summary>
    private void AddOlder(Fields one)
    {
        var arguments = new Fields(one["args"]);
        var id = one["tool_call_metadata"].Property("tool_call_id").AsString();
        switch (one.Text("action"))
        {
            case "message" when one.Text("source") == "user":
                Runs.Input(arguments["content"]);
                break;
            case "message":
                Runs.BeginMessage();
                Runs.Text(arguments["content"]);
                break;
            case "system" or "recall":
                if (arguments.Text("content") is { Length: > 0 })
                    Runs.Context("system", arguments["content"]);
                break;
            case "change_agent_state":
                Draft.LeaveOut("change_agent_state");
                break;
            case { } action:
                Runs.BeginMessage();
                if (arguments.Text("thought") is { Length: > 0 })
                    Runs.Text(arguments["thought"]);
                Runs.Call(id ?? one["id"].ToString(), action, JsonText.Less(arguments.Json, "thought"));
                if (action == "finish")
                    Runs.Complete();
                break;
            default:
                AddOlderObservation(one, id);
                break;
        }
    }

    private void AddOlderObservation(Fields one, string? id)
    {
        if (one.Text("observation") is not { } name || name is "agent_state_changed" or "null")
            Draft.LeaveOut(one.Text("observation") ?? "untyped");
        else if (id is null && one["cause"].IsMissing)
            Runs.Context("environment", one["content"]);
        else
            Runs.Result(
                id ?? one["cause"].ToString(),
                null,
                Contents.WithExitCode(one["extras"].Property("metadata").Property("exit_code"), one["content"], Draft),
                name == "error"
            );
    }
}
