using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Trajectories of SWE-agent and of mini-swe-agent. Where the model writes its command as text, what follows in the user's name is the result of
/// that command.
/// </summary>
internal sealed class SweAgentTrajectory(SessionDraft draft, DraftRuns runs)
{
    private readonly OpenAiMessages messages = new(draft, runs);
    private string? openCall;
    private string? openToolCall;
    private string? lastAction;
    private int calls;
    private bool hasTask;

    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.Each(Read, broken, cancellationToken))
        {
            Name = "swe-agent",
            Holds = "trajectories of SWE-agent and mini-swe-agent",
            IsRecord = fields =>
                fields["history"].Items() is [var first, ..]
                    && (fields["trajectory"].Kind == JsonValueKind.Array || first.Property("message_type").Kind == JsonValueKind.String)
                || fields["messages"].Kind == JsonValueKind.Array
                    && (fields.Text("trajectory_format") is not null || fields["info"].Property("exit_status") is { IsMissing: false }),
            // The oldest trajectories of mini-swe-agent are only the messages.
            IsMessage = fields => fields.Text("role") == "user" && fields["content"].Utf8.Span.StartsWith("\"<returncode>"u8),
        };

    private static ImportedSession Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var runs = new DraftRuns(draft);
        var trajectory = new SweAgentTrajectory(draft, runs);
        if (record.Kind == JsonValueKind.Array)
            trajectory.AddMessages(record);
        else
            trajectory.Add(new Fields(record));
        runs.Finish();
        return draft.MakeOfMessages(line);
    }

    private void Add(Fields file)
    {
        var info = new Fields(file["info"]);
        draft.By(info["config"].Property("model").Property("model_name"));
        draft.About("version", info.Has("mini_version") ? info["mini_version"] : info["swe_agent_version"]);
        AddMessages(file.Has("messages") ? file["messages"] : file["history"]);
        if (file["trajectory"].Items() is [.., var step])
            AddLastResult(new Fields(step), info["submission"]);
        var stats = new Fields(info["model_stats"]);
        if (stats["tokens_sent"].AsInt64() is not null)
            runs.UseInAll(stats["tokens_sent"].AsInt64(), stats["tokens_received"].AsInt64(), stats["api_calls"].AsInt64());
        var status = info.Text("exit_status");
        if (status is not null)
            runs.End(isError: !status.StartsWith("submitted", StringComparison.OrdinalIgnoreCase), ErrorOf(status));
    }

    private void AddMessages(RawJson list)
    {
        foreach (var message in list.Items())
            AddMessage(message, new Fields(message));
    }

    /// <summary>No message follows the last command, so its result is only with the step. That of a submission may be empty there.</summary>
    private void AddLastResult(Fields step, RawJson submission)
    {
        if ((openCall ?? openToolCall) is not { } call || step.Text("action")?.Trim() != lastAction?.Trim())
            return;
        var observed = step.Text("observation") is { Length: > 0 } ? step["observation"] : submission;
        if (observed.AsString() is { Length: > 0 })
            runs.Result(call, null, observed);
    }

    private static RawJson ErrorOf(string status) =>
        status.StartsWith("submitted", StringComparison.OrdinalIgnoreCase) ? default : JsonText.Quote(status);

    private void AddMessage(RawJson message, Fields fields)
    {
        var extra = new Fields(fields["extra"]);
        draft.At(extra["timestamp"]);
        var role = fields.Text("role");
        if (fields.IsTrue("is_demo") || role is "exit")
        {
            if (Contents.Text(fields["content"], draft) is { IsMissing: false } shown)
                draft.AddContext(role, shown);
        }
        else if (role == "tool" && fields["tool_call_ids"].Items() is [var toolCall, ..])
        {
            runs.Result(toolCall.AsString(), null, fields["content"]);
            openToolCall = null;
        }
        else if (role == "user" && openCall is { } call)
        {
            runs.Result(call, null, fields["content"]);
            openCall = null;
        }
        else if (role == "user" && hasTask)
        {
            // The program answers a message without a command.
            if (Contents.Text(fields["content"], draft) is { IsMissing: false } reply)
                draft.AddContext("user", reply);
        }
        else if (role == "assistant")
            AddAgents(message, fields, extra);
        else
        {
            hasTask |= role == "user";
            messages.Add(message);
        }
    }

    private void AddAgents(RawJson message, Fields fields, Fields extra)
    {
        messages.Add(message);
        var usage = extra["response"].Property("usage");
        runs.Use(null, usage.Property("prompt_tokens").AsInt64(), usage.Property("completion_tokens").AsInt64());
        var called = fields["tool_calls"].Items();
        openToolCall = called is [var only] ? only.Property("id").AsString() : null;
        lastAction = fields.Text("action");
        if (called.Count > 0)
            return;
        var action = lastAction ??= CommandIn(Contents.Text(fields["content"], draft).AsString());
        if (string.IsNullOrWhiteSpace(action))
            return;
        openCall = $"action-{++calls}";
        runs.Call(
            openCall,
            "bash",
            JsonText.Make(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("command", action.Trim());
                writer.WriteEndObject();
            })
        );
    }

    /// <summary>The command in the first fenced block, or null.</summary>
    private static string? CommandIn(string? text)
    {
        foreach (var fence in (string[])["```bash\n", "```mswea_bash_command\n", "```sh\n"])
            if (text?.IndexOf(fence, StringComparison.Ordinal) is >= 0 and var start)
            {
                var from = start + fence.Length;
                var end = text.IndexOf("\n```", from, StringComparison.Ordinal);
                return end < 0 ? null : text[from..end];
            }
        return null;
    }
}
