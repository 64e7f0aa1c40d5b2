using System.Text.Json;
using System.Text.Json.Nodes;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Chats of Copilot in VS Code: one object or, in newer versions, a first state and a change of it on each line. The last state is read.
/// </summary>
internal sealed class VsCodeChat(ImportOrigin origin) : TranscriptReader(origin)
{
    /// <summary>A chat is not nested deeper; a longer path would make a state too deep to write.</summary>
    private const int LongestPath = 64;

    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = RawJson.ElementDepth };

    private JsonNode? state;

    public static ImportFormat Format { get; } =
        new(origin => new VsCodeChat(origin))
        {
            Name = "vscode-copilot",
            Holds = "chats of Copilot in VS Code",
            IsTranscript = true,
            IsRecord = fields =>
                IsChat(fields)
                || fields["kind"].AsInt64() == 0 && IsChat(new Fields(fields["v"]))
                || fields["kind"].AsInt64() is 1 or 2 or 3 && fields["k"].Kind == JsonValueKind.Array,
        };

    private static bool IsChat(Fields fields) =>
        fields["requests"].Kind == JsonValueKind.Array && fields.Has("sessionId")
        || fields["requests"].Items() is [var first, ..] && first.Property("message").Property("text").Kind == JsonValueKind.String;

    protected override void Add(Fields record)
    {
        try
        {
            switch (record["kind"].AsInt64())
            {
                case null:
                    AddChat(record);
                    break;
                case 0:
                    state = Node(record["v"]);
                    break;
                case var kind:
                    Change(kind.Value, record);
                    break;
            }
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            Draft.LeaveOut("change that does not fit"); // Of a state that this file does not have.
        }
    }

    protected override void Finish()
    {
        if (state is null)
            return;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.Options))
            state.WriteTo(writer);
        state = null;
        AddChat(new Fields(new RawJson(buffer.ToArray())));
    }

    private static JsonNode? Node(RawJson json) => JsonNode.Parse(JsonText.WithWholeCharacters(json).Span, documentOptions: AnyDepth);

    /// <summary>Sets, inserts or removes the value at a path of names and places.</summary>
    private void Change(long kind, Fields record)
    {
        var path = record["k"].Items();
        if (path.Count > LongestPath)
            throw new InvalidOperationException();
        if (path.Count == 0)
        {
            state = kind == 1 ? Node(record["v"]) : state;
            return;
        }
        var parent = state;
        foreach (var step in path.SkipLast(1))
            parent = At(parent, step);
        var last = path[^1];
        switch (kind)
        {
            case 1:
                Set(parent, last, Node(record["v"]));
                break;
            case 2:
                if (At(parent, last) is not JsonArray list)
                    Set(parent, last, list = []);
                if (record["i"].AsInt64() is >= 0 and var from)
                    while (list.Count > from)
                        list.RemoveAt(list.Count - 1);
                foreach (var item in record["v"].Items())
                    list.Add(Node(item));
                break;
            case 3 when parent is JsonObject fields:
                fields.Remove(last.AsString() ?? "");
                break;
            case 3 when parent is JsonArray items && last.AsInt64() is >= 0 and var place && place < items.Count:
                items.RemoveAt((int)place);
                break;
        }
    }

    private static JsonNode? At(JsonNode? parent, RawJson step) =>
        parent switch
        {
            JsonObject names when step.AsString() is { } name => names[name],
            JsonArray items when step.AsInt64() is >= 0 and var place && place < items.Count => items[(int)place],
            _ => null,
        };

    private static void Set(JsonNode? parent, RawJson step, JsonNode? value)
    {
        if (parent is JsonObject names && step.AsString() is { } name)
            names[name] = value;
        else if (parent is JsonArray items && step.AsInt64() is >= 0 and var place && place < items.Count)
            items[(int)place] = value;
        else if (parent is JsonArray list && step.AsInt64() == list.Count)
            list.Add(value);
        else
            throw new InvalidOperationException();
    }

    private void AddChat(Fields chat)
    {
        Draft.Id = chat.Text("sessionId") ?? (Guid.TryParse(Origin.FileName, out _) ? Origin.FileName : null);
        Draft.Title = chat.Text("customTitle") is { Length: > 0 } title ? title : null;
        Draft.Reach(RecordedMoment.Of(chat["creationDate"]));
        Draft.Reach(RecordedMoment.Of(chat["lastMessageDate"]));
        AddWorkspace();
        foreach (var request in chat["requests"].Items())
            new VsCodeRequest(Draft, Runs, new Fields(request)).Add();
    }

    /// <summary>The folder that was open: <c>workspace.json</c> is next to the folder of the chats.</summary>
    private void AddWorkspace()
    {
        var folder = SideFile.Json(Origin, "workspace.json", levelsUp: 1).Property("folder").AsString();
        if (folder?.StartsWith("file://", StringComparison.Ordinal) == true)
            Draft.About("cwd", JsonText.Quote(Uri.UnescapeDataString(folder["file://".Length..])));
    }
}
