using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Threads of Amp, one object each.</summary>
internal static class AmpThread
{
    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.Each(Read, broken, cancellationToken))
        {
            Name = "amp",
            Holds = "threads of Amp",
            IsRecord = fields =>
                fields["messages"].Kind == JsonValueKind.Array
                && fields.Text("id")?.StartsWith("T-", StringComparison.Ordinal) == true
                && fields.Has("created"),
        };

    private static ImportedSession Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var runs = new DraftRuns(draft);
        var blocks = new MessageBlocks(draft, runs, Envelope.None);
        var thread = new Fields(record);
        draft.Id = thread.Text("id");
        draft.Title = thread.Text("title");
        draft.Reach(RecordedMoment.Of(thread["created"]));
        foreach (var trace in thread["meta"].Property("traces").Items())
            draft.Reach(RecordedMoment.Of(trace.Property("endTime")));
        if (thread["env"].Property("initial").Property("trees").Items() is [var tree, ..])
        {
            var uri = tree.Property("uri").AsString();
            if (uri?.StartsWith("file://", StringComparison.Ordinal) == true)
                draft.About("cwd", JsonText.Quote(Uri.UnescapeDataString(uri["file://".Length..])));
            draft.About("git_branch", tree.Property("repository").Property("ref"));
        }
        foreach (var message in thread["messages"].Items())
            Add(new Fields(message), draft, runs, blocks);
        runs.Finish();
        return draft.MakeOfMessages(line);
    }

    private static void Add(Fields message, SessionDraft draft, DraftRuns runs, MessageBlocks blocks)
    {
        var usage = new Fields(message["usage"]);
        draft.At(message["meta"].Property("sentAt") is { IsMissing: false } sent ? sent : usage["timestamp"]);
        switch (message.Text("role"))
        {
            case "user":
                blocks.AddUsers(message["content"]);
                break;
            case "assistant":
                draft.By(usage["model"]);
                blocks.AddAgents(message["content"]);
                runs.Use(
                    null,
                    DraftRuns.Sum(
                        usage["inputTokens"].AsInt64(),
                        usage["cacheCreationInputTokens"].AsInt64(),
                        usage["cacheReadInputTokens"].AsInt64()
                    ),
                    usage["outputTokens"].AsInt64()
                );
                if (message["state"].Property("stopReason").AsString() is "end_turn")
                    runs.Complete();
                break;
            default:
                draft.AddRecord(message.Json);
                break;
        }
    }
}
