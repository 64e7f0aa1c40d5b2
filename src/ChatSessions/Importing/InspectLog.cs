using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Logs of Inspect: each sample is a session. A sample may be a file of its own, as in the zip of an <c>.eval</c> log.</summary>
internal static class InspectLog
{
    private const string Attachment = "attachment://";

    public static ImportFormat Format { get; } =
        new(Read)
        {
            Name = "inspect",
            Holds = "logs of Inspect",
            IsRecord = fields =>
                fields["eval"].Kind == JsonValueKind.Object && fields["samples"].Kind == JsonValueKind.Array || IsSample(fields),
        };

    private static bool IsSample(Fields fields) =>
        fields["messages"].Kind == JsonValueKind.Array && fields["epoch"].AsInt64() is not null && fields.Has("target");

    private static IEnumerable<ImportedSession> Read(
        ImportRecords records,
        Action<ChatSessionException> broken,
        CancellationToken cancellationToken
    )
    {
        while (records.Read(cancellationToken))
        {
            var log = new Fields(records.Current());
            foreach (var sample in IsSample(log) ? [log.Json] : log["samples"].Items())
                if (ReadSample(new Fields(sample), new Fields(log["eval"]), records.Origin, records.Line) is { } session)
                    yield return session;
        }
    }

    private static ImportedSession? ReadSample(Fields sample, Fields eval, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var runs = new DraftRuns(draft);
        var messages = new OpenAiMessages(draft, runs);
        var name = $"{sample["id"].AsText()}-{sample["epoch"].AsText()}";
        draft.Id = sample.Text("uuid") ?? (eval.Text("run_id") is { } run ? $"{run}-{eval.Text("task")}-{name}" : null);
        draft.By(sample["output"].Property("model") is { IsMissing: false } model ? model : eval["model"]);
        draft.Reach(RecordedMoment.Of(eval["created"]));
        draft.Reach(RecordedMoment.Of(sample["started_at"]));
        draft.Reach(RecordedMoment.Of(sample["completed_at"]));
        foreach (var message in sample["messages"].Items())
            Add(new Fields(message), sample["attachments"], draft, messages, runs);
        AddEnd(sample, runs);
        return draft.IsEmpty ? null : draft.Make(origin.ItemId(name), line, []);
    }

    private static void Add(Fields message, RawJson attachments, SessionDraft draft, OpenAiMessages messages, DraftRuns runs)
    {
        var content =
            message["content"].AsString() is { } text && text.StartsWith(Attachment, StringComparison.Ordinal)
                ? attachments.Property(text[Attachment.Length..])
                : default;
        if (!content.IsMissing)
            message = new Fields(With(message, content));
        if (message.Text("role") != "tool")
        {
            messages.Add(message.Json);
            return;
        }
        var error = message["error"].Property("message");
        runs.Result(
            message.Text("tool_call_id"),
            message.Text("function"),
            error.IsMissing ? message["content"] : error,
            isFailed: !error.IsMissing
        );
    }

    private static RawJson With(Fields message, RawJson content) =>
        JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in message.All)
                writer.WriteRaw(name, name == "content" ? content : value);
            writer.WriteEndObject();
        });

    private static void AddEnd(Fields sample, DraftRuns runs)
    {
        var usages = sample["model_usage"].Properties();
        if (usages.Count > 0)
            runs.UseInAll(
                DraftRuns.Sum(usages.Select(usage => usage.Value.Property("input_tokens").AsInt64())),
                DraftRuns.Sum(usages.Select(usage => usage.Value.Property("output_tokens").AsInt64())),
                count: null
            );
        var seconds = sample["total_time"].AsDouble();
        if (sample["error"].Property("message") is { IsMissing: false } error)
            runs.End(isError: true, error, seconds * 1000);
        else if (sample["output"].Property("stop_reason").AsString() == "stop")
            runs.End(isError: false, durationMs: seconds * 1000);
        else
            runs.Finish();
    }
}
