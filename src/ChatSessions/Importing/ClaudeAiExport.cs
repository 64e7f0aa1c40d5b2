using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>Conversations in an export of Claude.ai. Results of tools are in the same message as their calls.</summary>
internal static class ClaudeAiExport
{
    private static readonly string[] Passing = ["token_budget", "flag"];

    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.EachItem(Read, broken, cancellationToken))
        {
            Name = "claude-ai",
            Holds = "exports of Claude.ai",
            IsRecord = fields => fields["chat_messages"].Kind == JsonValueKind.Array,
        };

    private static ImportedSession? Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var runs = new DraftRuns(draft);
        var blocks = new MessageBlocks(draft, runs, Envelope.None);
        var conversation = new Fields(record);
        draft.Id = conversation.Text("uuid");
        draft.Title = conversation.Text("name") is { Length: > 0 } name ? name : null;
        draft.By(conversation["model"]);
        draft.Reach(RecordedMoment.Of(conversation["created_at"]));
        draft.Reach(RecordedMoment.Of(conversation["updated_at"]));
        foreach (var message in conversation["chat_messages"].Items())
            Add(new Fields(message), draft, runs, blocks);
        runs.Finish();
        return draft.IsEmpty ? null : draft.Make(origin.ItemId($"{draft.Title}\n{conversation["created_at"]}"), line, []);
    }

    private static void Add(Fields message, SessionDraft draft, DraftRuns runs, MessageBlocks blocks)
    {
        draft.At(message["created_at"]);
        // Older exports have only the text.
        var content =
            message["content"].Items().Count > 0
                ? JsonText.List(message["content"].Items().Where(block => !Passing.Contains(block.Property("type").AsString())))
                : message["text"];
        if (message.Text("sender") == "assistant")
        {
            blocks.AddAgents(content);
            if (message.Text("stop_reason") is "end_turn" or "stop_sequence")
                runs.Complete();
            return;
        }
        if (message.Text("sender") != "human")
        {
            draft.AddRecord(message.Json);
            return;
        }
        var names = message["files"].Items().Concat(message["attachments"].Items()).Select(file => file.Property("file_name").AsString());
        var marks = names.OfType<string>().Distinct().Select(name => JsonText.Quote($"[file {name}]")).ToList();
        blocks.AddUsers(
            marks.Count == 0 ? content : JsonText.List([.. content.Kind == JsonValueKind.Array ? content.Items() : [content], .. marks])
        );
        foreach (var file in message["attachments"].Items())
            if (file.Property("extracted_content") is { Kind: JsonValueKind.String, Utf8.Length: > 2 } given)
                draft.AddContext("user", given);
    }
}
