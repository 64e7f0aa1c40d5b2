using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Sessions of Goose: a line about the session, and one for each message. Its database is made into such lines.</summary>
internal sealed class GooseSession : TranscriptReader
{
    private (long? Input, long? Output) inAll;
    private int inputs;

    private GooseSession(ImportOrigin origin)
        : base(origin) { }

    public static ImportFormat Format { get; } =
        new(origin => new GooseSession(origin))
        {
            Name = "goose",
            Holds = "sessions of Goose",
            IsTranscript = true,
            IsRecord = IsHead,
        };

    private static bool IsHead(Fields fields) => fields.Has("working_dir") && (fields.Has("message_count") || fields.Has("extension_data"));

    protected override void Add(Fields record)
    {
        if (IsHead(record))
        {
            AddHead(record);
            return;
        }
        Draft.At(record["created"]);
        var isHidden = record["metadata"].Property("userVisible").AsBoolean() == false;
        switch (record.Text("role"))
        {
            case "user":
                AddUsers(record["content"].Items(), isHidden);
                break;
            case "assistant":
                AddAgents(record["content"].Items(), isHidden);
                break;
            default:
                Draft.AddRecord(record.Json);
                break;
        }
    }

    /// <summary>The tokens are those of the session, so they are those of a run only if it is the only one.</summary>
    protected override void Finish()
    {
        if (inputs == 1 && inAll != default)
            Runs.UseInAll(inAll.Input, inAll.Output, count: null);
    }

    private void AddHead(Fields head)
    {
        // Before there was a database, a session's file had its id as name.
        Draft.Id = head.Text("id") ?? (Origin.FileName.Length > 0 && head.Has("message_count") ? Origin.FileName : null);
        var title = head.Text("name") is { Length: > 0 } name && name != Draft.Id ? name : head.Text("description");
        Draft.Title = string.IsNullOrWhiteSpace(title) ? null : title;
        Draft.About("cwd", head["working_dir"]);
        Draft.About("model_provider", head["provider_name"]);
        Draft.About("parent_session_id", head["parent_session_id"]);
        if (head.Text("session_type") == "sub_agent")
            Draft.About("agent_type", head["session_type"]);
        Draft.By(JsonText.ObjectIn(head.Text("model_config_json")).Property("model_name"));
        Draft.Reach(RecordedMoment.Of(head["created_at"]));
        Draft.Reach(RecordedMoment.Of(head["updated_at"]));
        inAll = (head["accumulated_input_tokens"].AsInt64(), head["accumulated_output_tokens"].AsInt64());
    }

    /// <summary>The user's words, or the results of tools in the user's name. What the user does not see, the program wrote.</summary>
    private void AddUsers(IReadOnlyList<RawJson> blocks, bool isHidden)
    {
        var said = new List<RawJson>();
        foreach (var block in blocks)
        {
            var fields = new Fields(block);
            if (fields.Text("type") == "toolResponse")
                AddResult(fields);
            else if (Contents.TextOf(block) is { IsMissing: false } text)
                said.Add(text);
            else if (Contents.Mark(block, Draft) is { } mark)
                said.Add(JsonText.Quote(mark));
            else
                AddOther(fields);
        }
        if (!said.Exists(one => one.Utf8.Length > 2))
            return;
        if (isHidden)
            Runs.Context("user", JsonText.Join(said));
        else
        {
            inputs++;
            Runs.Input(JsonText.Join(said));
        }
    }

    private void AddAgents(IReadOnlyList<RawJson> blocks, bool isHidden)
    {
        Runs.BeginMessage();
        foreach (var block in blocks)
        {
            var fields = new Fields(block);
            switch (fields.Text("type"))
            {
                case "text" when isHidden:
                    if (fields.Text("text") is { Length: > 0 })
                        Runs.Context("system", fields["text"]);
                    break;
                case "text":
                    Runs.Text(fields["text"]);
                    break;
                case "thinking":
                    Runs.Think(fields["thinking"]);
                    break;
                case "reasoning":
                    Runs.Think(fields["text"]);
                    break;
                case "toolRequest" or "frontendToolRequest":
                    var call = new Fields(fields["toolCall"].Property("value"));
                    Runs.Call(fields.Text("id"), call.Text("name"), call["arguments"]);
                    // A call that the program could not read has no tool, and no result.
                    if (fields["toolCall"].Property("error") is { IsMissing: false } error)
                        Runs.Result(fields.Text("id"), null, error, isFailed: true);
                    break;
                case "toolResponse":
                    AddResult(fields);
                    break;
                default:
                    if (Contents.Mark(block, Draft) is { } mark)
                        Runs.Text(JsonText.Quote(mark));
                    else
                        AddOther(fields);
                    break;
            }
        }
    }

    private void AddResult(Fields response)
    {
        var result = response["toolResult"];
        var value = result.Property("value");
        var isFailed = result.Property("status").AsString() == "error" || value.Property("isError").AsBoolean() == true;
        if (value.Kind == JsonValueKind.Object && value.Property("content").Kind == JsonValueKind.Array)
            value = value.Property("content");
        Runs.Result(response.Text("id"), null, value.IsMissing ? result.Property("error") : value, isFailed);
    }

    /// <summary>What the program said to the user, and questions whether a tool may be used.</summary>
    private void AddOther(Fields block)
    {
        if (block.Text("type") == "systemNotification" && block.Text("msg") is { Length: > 0 })
            Runs.Context("system", block["msg"]);
        else
            Draft.LeaveOut(block.Text("type") ?? "untyped");
    }
}
