using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Conversations in an export of ChatGPT. They are trees: an edited question and a repeated answer are kept before those that replaced them.
/// </summary>
internal sealed class ChatGptExport
{
    private readonly SessionDraft draft;
    private readonly DraftRuns runs;
    private readonly Dictionary<string, Fields> nodes = [];
    private readonly Dictionary<string, string> callOf = [];

    private ChatGptExport(SessionDraft draft)
    {
        this.draft = draft;
        runs = new DraftRuns(draft);
    }

    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.EachItem(Read, broken, cancellationToken))
        {
            Name = "chatgpt",
            Holds = "exports of ChatGPT",
            IsRecord = fields => fields["mapping"].Kind == JsonValueKind.Object,
        };

    private static ImportedSession? Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var conversation = new Fields(record);
        new ChatGptExport(draft).Add(conversation);
        return draft.IsEmpty ? null : draft.Make(origin.ItemId($"{conversation.Text("title")}\n{conversation["create_time"]}"), line, []);
    }

    private void Add(Fields conversation)
    {
        draft.Id = conversation.Text("conversation_id") ?? conversation.Text("id");
        draft.Title = conversation.Text("title");
        draft.Reach(RecordedMoment.Of(conversation["create_time"]));
        draft.Reach(RecordedMoment.Of(conversation["update_time"]));
        foreach (var (id, node) in conversation["mapping"].Properties())
            nodes[id] = new Fields(node);
        foreach (var node in InOrder(conversation.Text("current_node")))
            if (node["message"] is { Kind: JsonValueKind.Object } message)
                AddMessage(new Fields(message), node.Text("parent"));
        runs.Finish();
    }

    /// <summary>All nodes, each after its parent, and the branch that the user left on last.</summary>
    private IEnumerable<Fields> InOrder(string? current)
    {
        var active = new HashSet<string>();
        for (var id = current; id is not null && nodes.TryGetValue(id, out var node) && active.Add(id); )
            id = node.Text("parent");
        var roots = nodes.Where(node => node.Value.Text("parent") is not { } parent || !nodes.ContainsKey(parent)).Select(node => node.Key);
        var open = new Stack<string>(roots.Reverse());
        var seen = new HashSet<string>();
        while (open.TryPop(out var id))
        {
            if (!seen.Add(id) || !nodes.TryGetValue(id, out var node))
                continue;
            yield return node;
            // What is pushed last is taken first.
            var children = node["children"].Items().Select(child => child.AsString()).OfType<string>().ToList();
            foreach (var child in children.Where(active.Contains).Concat(children.Where(child => !active.Contains(child)).Reverse()))
                open.Push(child);
        }
    }

    private void AddMessage(Fields message, string? parent)
    {
        draft.At(message["create_time"]);
        var metadata = new Fields(message["metadata"]);
        var content = new Fields(message["content"]);
        var isHidden = metadata.IsTrue("is_visually_hidden_from_conversation");
        switch (message["author"].Property("role").AsString())
        {
            case "user" when !isHidden && content.Text("content_type") is not ("user_editable_context" or "model_editable_context"):
                if (TextOf(content) is { IsMissing: false, Utf8.Length: > 2 } input)
                    runs.Input(WithFiles(input, metadata));
                break;
            case "assistant":
                draft.By(metadata["model_slug"]);
                AddAgents(message, content);
                if (message.IsTrue("end_turn"))
                    runs.Complete();
                break;
            case "tool":
                var text = TextOf(content);
                if (!text.IsMissing)
                    runs.Result(
                        callOf.GetValueOrDefault(parent ?? ""),
                        message["author"].Property("name").AsString(),
                        text,
                        content.Text("content_type") == "system_error"
                    );
                if (message.Text("id") is { } id && parent is not null && callOf.TryGetValue(parent, out var call))
                    callOf[id] = call;
                break;
            case var role:
                if (TextOf(content) is { IsMissing: false, Utf8.Length: > 2 } added)
                    runs.Context(role, added);
                break;
        }
    }

    private void AddAgents(Fields message, Fields content)
    {
        runs.BeginMessage();
        var type = content.Text("content_type");
        if (type == "thoughts")
        {
            foreach (var thought in content["thoughts"].Items())
                runs.Think(thought.Property("content") is { Utf8.Length: > 2 } said ? said : thought.Property("summary"));
            return;
        }
        if (type == "reasoning_recap")
        {
            draft.LeaveOut(type);
            return;
        }
        var text = TextOf(content);
        if (message.Text("recipient") is { } recipient && recipient != "all" && message.Text("id") is { } id)
        {
            callOf[id] = id;
            runs.Call(id, recipient, text);
        }
        else
            runs.Text(text);
    }

    private RawJson TextOf(Fields content)
    {
        switch (content.Text("content_type"))
        {
            case "text" or "multimodal_text":
                var texts = content["parts"].Items().Select(PartOf).Where(text => text.Utf8.Length > 2).ToList();
                return texts.Count > 0 ? JsonText.Join(texts) : default;
            case "user_editable_context":
                var about = new[] { content["user_profile"], content["user_instructions"] }.Where(text => text.Utf8.Length > 2).ToList();
                return about.Count > 0 ? JsonText.Join(about) : default;
            case "model_editable_context":
                return content["model_set_context"];
            case "tether_browsing_display":
                return content["result"];
            default:
                return content["text"].Kind == JsonValueKind.String ? content["text"] : content["content"];
        }
    }

    private RawJson PartOf(RawJson part)
    {
        if (part.Kind == JsonValueKind.String)
            return part;
        var fields = new Fields(part);
        if (fields["text"].Kind == JsonValueKind.String)
            return fields["text"];
        return fields.Text("asset_pointer") is { } address ? JsonText.Quote($"[{fields.Text("content_type")} {address}]")
            : Contents.Mark(part, draft) is { } mark ? JsonText.Quote(mark)
            : default;
    }

    /// <summary>The user's text with the names of the files that were given.</summary>
    private static RawJson WithFiles(RawJson text, Fields metadata)
    {
        var names = metadata["attachments"].Items().Select(one => one.Property("name").AsString()).OfType<string>().ToList();
        return names.Count == 0 ? text : JsonText.Join([text, .. names.Select(name => JsonText.Quote($"[file {name}]"))]);
    }
}
