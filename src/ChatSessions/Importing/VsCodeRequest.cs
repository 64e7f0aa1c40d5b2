using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>A request in a chat of VS Code: what the user asked, and all that Copilot did for it.</summary>
internal sealed class VsCodeRequest(SessionDraft draft, DraftRuns runs, Fields request)
{
    /// <summary>The calls as the model wrote them, which the shown ones may lack.</summary>
    private readonly List<Fields> called = [];
    private readonly HashSet<string> added = [];
    private readonly List<RawJson> pieces = [];
    private bool areThoughts;

    private RawJson Metadata => request["result"].Property("metadata");

    public void Add()
    {
        draft.At(request["timestamp"]);
        draft.By(Metadata.Property("resolvedModel") is { IsMissing: false } model ? model : request["modelId"]);
        if (request["message"].Property("text") is { Kind: JsonValueKind.String, Utf8.Length: > 2 } question)
            runs.Input(question);
        else if (request["message"].Kind == JsonValueKind.String)
            runs.Input(request["message"]);
        foreach (var round in Metadata.Property("toolCallRounds").Items())
            called.AddRange(round.Property("toolCalls").Items().Select(call => new Fields(call)));
        var parts = request["response"].Items().Select(part => new Fields(part)).ToList();
        // A call that is still running is recorded again and again.
        var last = new Dictionary<string, Fields>();
        foreach (var part in parts)
            if (part.Text("toolCallId") is { } id)
                last[id] = part;
        runs.BeginMessage();
        foreach (var part in parts)
            AddPart(part.Text("toolCallId") is { } id ? last[id] : part);
        AddPieces();
        foreach (var call in called.ToList())
            AddCalled(call);
        AddEnd();
    }

    private void AddPart(Fields part)
    {
        var kind = part.Text("kind");
        var value = part["value"].Kind == JsonValueKind.Object ? part["value"].Property("value") : part["value"];
        switch (kind)
        {
            case null or "markdownContent" or "markdownVuln":
                AddPiece(value.IsMissing ? part["content"].Property("value") : value, isThought: false);
                break;
            case "thinking":
                AddPiece(value.Kind == JsonValueKind.Array ? JsonText.Join([.. value.Items()]) : value, isThought: true);
                break;
            case "inlineReference":
                AddPiece(NameOf(part), isThought: false);
                break;
            case "toolInvocationSerialized" or "toolInvocation":
                AddPieces();
                AddInvocation(part);
                break;
            case "textEditGroup" or "notebookEditGroup":
                AddPieces();
                draft.AddRecord(part.Json);
                break;
            default:
                draft.LeaveOut(kind);
                break;
        }
    }

    /// <summary>A text is streamed in pieces, with names of files between them.</summary>
    private void AddPiece(RawJson text, bool isThought)
    {
        if (text.Kind != JsonValueKind.String || text.Utf8.Length <= 2)
            return;
        if (isThought != areThoughts)
            AddPieces();
        areThoughts = isThought;
        pieces.Add(text);
    }

    private void AddPieces()
    {
        if (pieces.Count > 0)
        {
            var text = JsonText.Join(pieces, separator: "");
            if (areThoughts)
                runs.Think(text);
            else
                runs.Text(text);
        }
        pieces.Clear();
    }

    private static RawJson NameOf(Fields part)
    {
        var reference = part["inlineReference"];
        var path =
            part.Text("name")
            ?? reference.Property("name").AsString()
            ?? reference.Property("path").AsString()
            ?? reference.Property("uri").Property("path").AsString()
            ?? reference.Property("fsPath").AsString();
        return path is null ? default : JsonText.Quote($"`{path}`");
    }

    private void AddInvocation(Fields part)
    {
        var shownId = part.Text("toolCallId");
        if (shownId is not null && !added.Add(shownId))
            return;
        var tool = part.Text("toolId");
        var place = called.FindIndex(one => one.Text("id") == shownId);
        if (place < 0)
            place = called.FindIndex(one => Plain(one.Text("name")) == Plain(tool));
        if (place >= 0)
        {
            var call = called[place];
            called.RemoveAt(place);
            runs.Call(call.Text("id"), call.Text("name"), call["arguments"]);
            AddResult(call.Text("id"), part);
        }
        else
        {
            runs.Call(shownId, tool, ArgumentsOf(part));
            AddResult(shownId, part);
        }
    }

    private void AddCalled(Fields call)
    {
        runs.Call(call.Text("id"), call.Text("name"), call["arguments"]);
        AddResult(call.Text("id"), default);
    }

    /// <summary>The shown name is that of the extension's tool: <c>copilot_readFile</c> for <c>read_file</c>.</summary>
    private static string Plain(string? tool) =>
        (tool ?? "").Replace("copilot_", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static RawJson ArgumentsOf(Fields part)
    {
        var data = new Fields(part["toolSpecificData"]);
        var command = data["commandLine"].Property("original") is { IsMissing: false } original ? original : data["command"];
        if (!command.IsMissing)
            return Single("command", command);
        if (part["resultDetails"].Property("input") is { IsMissing: false } input)
            return input;
        var shown = TextOf(part["invocationMessage"]);
        return shown.IsMissing ? default : Single("invocationMessage", shown);
    }

    private static RawJson Single(string name, RawJson value) =>
        JsonText.Make(writer =>
        {
            writer.WriteStartObject();
            writer.WriteRaw(name, value);
            writer.WriteEndObject();
        });

    private static RawJson TextOf(RawJson message) => message.Kind == JsonValueKind.Object ? message.Property("value") : message;

    private void AddResult(string? callId, Fields part)
    {
        var details = part.All is null ? default : new Fields(part["resultDetails"]);
        var data = part.All is null ? default : new Fields(part["toolSpecificData"]);
        var isFailed = details.All is not null && details.IsTrue("isError");
        var recorded = callId is null ? default : Metadata.Property("toolCallResults").Property(callId);
        if (recorded.Property("content").Items() is { Count: > 0 } contents)
        {
            var values = contents.Select(content => content.Property("value")).ToList();
            var areTexts = values.TrueForAll(value => value.Kind == JsonValueKind.String);
            runs.Result(callId, null, areTexts ? JsonText.Join(values) : recorded.Property("content"), isFailed);
            return;
        }
        if (part.All is null)
            return;
        var exitCode = data["terminalCommandState"].Property("exitCode");
        if (data["terminalCommandOutput"].Property("text") is { IsMissing: false } output)
            runs.Result(
                callId,
                null,
                exitCode.AsInt64() is null or 0
                    ? output
                    : JsonText.Make(writer =>
                    {
                        writer.WriteStartObject();
                        writer.WriteRaw("exit_code", exitCode);
                        writer.WriteRaw("content", output);
                        writer.WriteEndObject();
                    })
            );
        else if (details["output"] is { IsMissing: false } shown)
            runs.Result(
                callId,
                null,
                shown.Items().Count > 0 && shown.Items().All(item => item.Property("value").Kind == JsonValueKind.String)
                    ? JsonText.Join([.. shown.Items().Select(item => item.Property("value"))])
                    : Contents.Marked(shown, draft),
                isFailed
            );
        else if (TextOf(part["pastTenseMessage"]) is { Kind: JsonValueKind.String } done)
            runs.Result(callId, null, done, isFailed);
    }

    private void AddEnd()
    {
        var result = new Fields(request["result"]);
        runs.Use(
            null,
            Metadata.Property("promptTokens").AsInt64() ?? result["usage"].Property("promptTokens").AsInt64(),
            Metadata.Property("outputTokens").AsInt64()
                ?? result["usage"].Property("completionTokens").AsInt64()
                ?? request["completionTokens"].AsInt64()
        );
        var duration = result["timings"].Property("totalElapsed").AsDouble();
        if (result["errorDetails"].Property("message") is { IsMissing: false } error)
            runs.End(isError: true, error, duration);
        else if (request.IsTrue("isCanceled"))
            runs.End(isError: true, JsonText.Quote("canceled"), duration);
        else if (result.Json.Kind == JsonValueKind.Object)
            runs.End(isError: false, durationMs: duration);
    }
}
