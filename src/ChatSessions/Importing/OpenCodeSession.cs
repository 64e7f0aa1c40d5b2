using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Sessions of opencode: messages of parts. They come as an export, which is one object, or as lines made of its database or of its
/// folders.
/// </summary>
internal sealed class OpenCodeSession : TranscriptReader
{
    /// <summary>How the title begins until a model has made one.</summary>
    private static readonly string[] FirstTitles = ["New session - ", "Child session - "];

    private bool isSubagent;

    private OpenCodeSession(ImportOrigin origin)
        : base(origin) { }

    public static ImportFormat Format { get; } =
        new(origin => new OpenCodeSession(origin))
        {
            Name = "opencode",
            Holds = "sessions of opencode",
            IsTranscript = true,
            IsRecord = fields => IsOfSession(fields) || IsOfFolder(fields),
        };

    private static bool IsOfSession(Fields fields)
    {
        var info = fields["info"];
        return info.Property("id").AsString() is not null
            && (
                info.Property("directory").AsString() is not null
                || fields["parts"].Kind == JsonValueKind.Array && info.Property("role").AsString() is not null
            );
    }

    /// <summary>Whether it is a file of opencode's folders; these make a session only together.</summary>
    private static bool IsOfFolder(Fields fields) =>
        fields.Text("sessionID") is not null && (fields.Has("messageID") || fields.Has("role"))
        || fields.Text("messageID") is not null && fields.Has("type")
        || fields.Text("projectID") is not null && fields.Has("directory");

    protected override void Add(Fields record)
    {
        if (!IsOfSession(record))
            return;
        var info = new Fields(record["info"]);
        if (record.Has("parts"))
        {
            AddMessage(info, record["parts"]);
            return;
        }
        AddHead(info);
        foreach (var message in record["messages"].Items())
            AddMessage(new Fields(message.Property("info")), message.Property("parts"));
    }

    private void AddHead(Fields info)
    {
        Draft.Id = info.Text("id");
        if (info.Text("title") is { Length: > 0 } title && !FirstTitles.Any(first => title.StartsWith(first, StringComparison.Ordinal)))
            Draft.Title = title;
        Draft.About("cwd", info["directory"]);
        Draft.About("version", info["version"]);
        Draft.About("parent_session_id", info["parentID"]);
        isSubagent = info.Text("parentID") is { Length: > 0 };
        Draft.Reach(RecordedMoment.Of(info["time"].Property("created")));
        Draft.Reach(RecordedMoment.Of(info["time"].Property("updated")));
    }

    private void AddMessage(Fields info, RawJson parts)
    {
        var created = info["time"].Property("created");
        Draft.At(created);
        switch (info.Text("role"))
        {
            case "user":
                AddUsers(parts.Items());
                break;
            case "assistant":
                AddAgents(info, parts.Items(), created);
                break;
            case var role:
                foreach (var part in parts.Items())
                    if (Contents.TextOf(part) is { IsMissing: false } text)
                        Runs.Context(role, text);
                break;
        }
    }

    /// <summary>The user's words, and after them what the program added: the contents of files, or the request of a command.</summary>
    private void AddUsers(IReadOnlyList<RawJson> parts)
    {
        var said = new List<RawJson>();
        var added = new List<RawJson>();
        foreach (var json in parts)
        {
            var part = new Fields(json);
            switch (part.Text("type"))
            {
                case "text" when Contents.TextOf(json) is { IsMissing: false } text:
                    (part.IsTrue("synthetic") || part.IsTrue("ignored") ? added : said).Add(text);
                    break;
                case "file" when Contents.Mark(json, Draft) is { } mark:
                    said.Add(JsonText.Quote(mark));
                    break;
                case "subtask" when part.Text("prompt") is { Length: > 0 }:
                    added.Add(part["prompt"]);
                    break;
                case var type:
                    Draft.LeaveOut(type ?? "untyped");
                    break;
            }
        }
        if (said.Exists(one => one.Utf8.Length > 2))
            Runs.Input(JsonText.Join(said));
        if (added.Count > 0)
            Runs.Context("user", JsonText.Join(added));
    }

    private void AddAgents(Fields info, IReadOnlyList<RawJson> parts, RawJson created)
    {
        Draft.By(info.Has("modelID") ? info["modelID"] : info["model"].Property("modelID"));
        Draft.About("model_provider", info["providerID"]);
        if (isSubagent)
            Draft.About("agent_type", info.Has("agent") ? info["agent"] : info["mode"]);
        Runs.BeginMessage();
        var isCounted = false;
        foreach (var json in parts)
        {
            var part = new Fields(json);
            var start = part["time"].Property("start");
            Draft.At(start.IsMissing ? created : start);
            switch (part.Text("type"))
            {
                // What a model writes to replace what was said before is no answer.
                case "text" when part.IsTrue("synthetic") || info.IsTrue("summary"):
                    if (part.Text("text") is { Length: > 0 })
                        Runs.Context("system", part["text"]);
                    break;
                case "text":
                    Runs.Text(part["text"]);
                    break;
                case "reasoning":
                    Runs.Think(part["text"]);
                    break;
                case "tool":
                    AddTool(part, new Fields(part["state"]), created);
                    break;
                case "file" when Contents.Mark(json, Draft) is { } mark:
                    Runs.Text(JsonText.Quote(mark));
                    break;
                case "step-finish" when part["tokens"].Kind == JsonValueKind.Object:
                    Use(part["tokens"]);
                    isCounted = true;
                    break;
                case var type:
                    if (type is not ("step-start" or "step-finish"))
                        Draft.LeaveOut(type ?? "untyped");
                    break;
            }
        }
        if (!isCounted)
            Use(info["tokens"]);
        End(info);
    }

    private void AddTool(Fields part, Fields state, RawJson created)
    {
        var id = part.Text("callID");
        var start = state["time"].Property("start");
        Draft.At(start.IsMissing ? created : start);
        Runs.Call(id, part.Text("tool"), state["input"]);
        if (state["time"].Property("end") is { IsMissing: false } end)
            Draft.At(end);
        switch (state.Text("status"))
        {
            case "completed" or "success":
                var exitCode = state["metadata"].Property("exit");
                Runs.Result(id, null, Contents.WithExitCode(exitCode, WithAttachments(state), Draft));
                break;
            case "error":
                Runs.Result(id, null, state.Has("error") ? state["error"] : state["output"], isFailed: true);
                break;
        }
    }

    /// <summary>A call's output, with marks for the pictures and files that belong to it.</summary>
    private RawJson WithAttachments(Fields state)
    {
        var marks = state["attachments"].Items().Select(one => Contents.Mark(one, Draft)).OfType<string>().Select(JsonText.Quote).ToList();
        return marks.Count > 0 && state["output"].Kind == JsonValueKind.String
            ? JsonText.Join([state["output"], .. marks])
            : state["output"];
    }

    /// <summary>Notes the tokens of a request. Cached input is counted apart, and so is reasoning, where there is a total.</summary>
    private void Use(RawJson tokens)
    {
        var cache = tokens.Property("cache");
        Runs.Use(
            null,
            DraftRuns.Sum(tokens.Property("input").AsInt64(), cache.Property("read").AsInt64(), cache.Property("write").AsInt64()),
            DraftRuns.Sum(
                tokens.Property("output").AsInt64(),
                tokens.Property("total").IsMissing ? null : tokens.Property("reasoning").AsInt64()
            )
        );
    }

    private void End(Fields info)
    {
        if (info["time"].Property("completed") is { IsMissing: false } completed)
            Draft.At(completed);
        if (info["error"].Kind == JsonValueKind.Object)
        {
            var message = info["error"].Property("data").Property("message");
            Runs.End(isError: true, message.AsString() is { Length: > 0 } ? message : info["error"].Property("name"), isNow: true);
        }
        else if (!info.IsTrue("summary") && info.Text("finish") is "stop" or "end_turn" or "length")
            Runs.Complete();
    }
}
