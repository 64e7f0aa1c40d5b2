using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Results of tau-bench and tau2-bench: each task that was tried is a session. The user is simulated.</summary>
internal static class TauBenchResults
{
    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.EachItem(Read, broken, cancellationToken, file => file["simulations"]))
        {
            Name = "tau-bench",
            Holds = "results of tau-bench",
            IsRecord = fields =>
                fields["traj"].Kind == JsonValueKind.Array && fields.Has("task_id")
                || fields["simulations"].Items() is [var first, ..] && first.Property("messages").Kind == JsonValueKind.Array,
        };

    private static ImportedSession? Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var runs = new DraftRuns(draft);
        var messages = new OpenAiMessages(draft, runs);
        var task = new Fields(record);
        draft.Id = task.Text("id");
        draft.Reach(RecordedMoment.Of(task["start_time"]));
        draft.Reach(RecordedMoment.Of(task["end_time"]));
        foreach (var message in (task.Has("traj") ? task["traj"] : task["messages"]).Items())
        {
            var fields = new Fields(message);
            if (fields.Text("role") == "tool" && !fields.Has("tool_call_id") && fields.Has("requestor"))
            {
                draft.At(fields["timestamp"]);
                runs.Result(fields.Text("id"), null, fields["content"], fields.IsTrue("error"));
            }
            else
                messages.Add(message);
            var usage = fields["usage"];
            if (fields.Text("role") == "assistant")
                runs.Use(null, usage.Property("prompt_tokens").AsInt64(), usage.Property("completion_tokens").AsInt64());
        }
        runs.Finish();
        return draft.IsEmpty ? null : draft.Make(origin.ItemId($"{task["task_id"].AsText()}\n{task["trial"].AsText()}"), line, []);
    }
}
