using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>A <c>ChatHistory</c> of Semantic Kernel as its serializer writes it.</summary>
internal sealed class SemanticKernelHistory(SessionDraft draft, DraftRuns runs)
{
    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.Each(Read, broken, cancellationToken))
        {
            Name = "semantic-kernel",
            Holds = "chat histories of Semantic Kernel",
            IsMessage = fields => RoleOf(fields) is not null,
        };

    private static string? RoleOf(Fields message) => Either(Either(message, "Role"), "Label").AsString();

    private static ImportedSession Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        var runs = new DraftRuns(draft);
        var history = new SemanticKernelHistory(draft, runs);
        foreach (var message in (record.Kind == JsonValueKind.Array ? record : record.Property("messages")).Items())
            history.Add(new Fields(message));
        runs.Finish();
        return draft.MakeOfMessages(line);
    }

    private void Add(Fields message)
    {
        var metadata = Either(message, "Metadata");
        draft.At(Either(metadata, "CreatedAt"));
        draft.By(Either(message, "ModelId"));
        var role = RoleOf(message);
        if (role == "assistant")
            runs.BeginMessage();
        var items = Either(message, "Items").Items();
        var said = new List<RawJson>();
        foreach (var item in items)
            AddItem(new Fields(item), role, said);
        if (items.Count == 0 && Either(message, "Content") is { Kind: JsonValueKind.String } content)
            said.Add(content);
        if (said.Count > 0)
            AddText(role, JsonText.Join(said));
        var usage = Either(metadata, "Usage");
        runs.Use(null, Either(usage, "InputTokenCount").AsInt64(), Either(usage, "OutputTokenCount").AsInt64());
    }

    private void AddText(string? role, RawJson text)
    {
        if (role == "user")
            runs.Input(text);
        else if (role != "assistant")
            runs.Context(role, text);
    }

    private void AddItem(Fields item, string? role, List<RawJson> said)
    {
        switch (item.Text("$type"))
        {
            case "TextContent" when role == "assistant":
                runs.Text(Either(item, "Text"));
                break;
            case "TextContent":
                if (Either(item, "Text") is { Kind: JsonValueKind.String } text)
                    said.Add(text);
                break;
            case "ReasoningContent":
                runs.Think(Either(item, "Text"));
                break;
            case "FunctionCallContent":
                runs.Call(Either(item, "Id").AsString(), NameOf(item), Either(item, "Arguments"));
                break;
            case "FunctionResultContent":
                runs.Result(Either(item, "CallId").AsString(), NameOf(item), Either(item, "Result"));
                break;
            case "ImageContent"
            or "AudioContent"
            or "BinaryContent" when Contents.Mark(item.Json, draft) is { } mark && role != "assistant":
                said.Add(JsonText.Quote(mark));
                break;
            default:
                draft.AddRecord(item.Json);
                break;
        }
    }

    /// <summary>The function's full name, as models see it.</summary>
    private static string? NameOf(Fields item) =>
        Either(item, "PluginName").AsString() is { Length: > 0 } plugin
            ? $"{plugin}-{Either(item, "FunctionName").AsString()}"
            : Either(item, "FunctionName").AsString();

    /// <summary>A field whose name begins with a capital letter, or with a small one if the program's settings say so.</summary>
    private static RawJson Either(Fields fields, string name) =>
        fields.Has(name) ? fields[name] : fields[char.ToLowerInvariant(name[0]) + name[1..]];

    private static RawJson Either(RawJson json, string name) => Either(new Fields(json), name);
}
