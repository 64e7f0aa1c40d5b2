using System.Text.Json;
using ChatSessions.Messages;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// Microsoft.Extensions.AI messages as its own serializer writes them: a list, a response with <c>messages</c>, or a serialized session of
/// Microsoft's Agent Framework. The notes that <see cref="ChatMessages"/> adds to them are read back.
/// </summary>
internal sealed class MicrosoftAiMessages(SessionDraft draft)
{
    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.Each(Read, broken, cancellationToken))
        {
            Name = "microsoft-ai",
            Holds = "messages of Microsoft.Extensions.AI (role with contents) and sessions of Microsoft's Agent Framework",
            IsRecord = fields => fields["contents"].IsMissing && StoredMessages(fields).Kind == JsonValueKind.Array,
            IsMessage = fields => fields["contents"].Kind == JsonValueKind.Array,
        };

    /// <summary>Notes that <see cref="ChatMessages"/> adds itself; every other note is a field of the event.</summary>
    private static readonly string[] OwnNotes =
    [
        "event",
        "last_event",
        "result_event",
        "call_event",
        "outcome",
        "outcome_reason",
        "source_id",
        "attachment_name",
        "json",
    ];

    /// <summary>Fields of events. A note must not replace them, unless the content has no place for the recorded value.</summary>
    private static readonly string[] EventFields =
    [
        "type",
        "content",
        "call_id",
        "name",
        "arguments",
        "result",
        "is_error",
        "error",
        "usage",
    ];

    private (long? Input, long? Output) tokens;
    private bool isAnswered;
    private bool hasOwnNotes;

    private static ImportedSession Read(RawJson record, ImportOrigin origin, int? line)
    {
        using var draft = new SessionDraft(origin);
        new MicrosoftAiMessages(draft).Add(record);
        return draft.MakeOfMessages(line);
    }

    private void Add(RawJson record)
    {
        var fields = new Fields(record);
        draft.Id = fields.Text("conversationId") ?? fields.Text("sessionId");
        draft.By(fields["modelId"]);
        draft.Reach(IsoMoment.Find(fields.Text("createdAt")));
        var messages =
            record.Kind == JsonValueKind.Array ? record
            : fields.Has("messages") ? fields["messages"]
            : StoredMessages(fields);
        foreach (var message in messages.Items())
            AddMessage(new Fields(message));
        if (fields["usage"] is { Kind: JsonValueKind.Object } usage)
            tokens = (usage.Property("inputTokenCount").AsInt64(), usage.Property("outputTokenCount").AsInt64()); // Of the whole response.
        EndRun();
    }

    /// <summary>The messages in the state of an agent's session; missing if the state has no messages.</summary>
    private static RawJson StoredMessages(Fields session)
    {
        foreach (var (_, provider) in new Fields(session["stateBag"]).All)
            if (provider.Property("messages") is { Kind: JsonValueKind.Array } kept)
                return kept;
            else if (provider.Items() is [var first, ..] && first.Property("contents").Kind == JsonValueKind.Array)
                return provider;
        return session["storeState"].Property("messages");
    }

    private void AddMessage(Fields message)
    {
        draft.At(message["createdAt"]);
        var role = message.Text("role");
        if (message["contents"].Kind != JsonValueKind.Array)
        {
            draft.AddRecord(message.Json);
            return;
        }
        var contents = message["contents"].Items().Select(content => new Fields(content)).ToList();
        hasOwnNotes |= contents.Exists(content => content["additionalProperties"].Property("event") is { IsMissing: false });
        if (role == "user")
        {
            EndRun();
            if (!hasOwnNotes && JoinedInput(contents) is { IsMissing: false } input)
            {
                draft.AddText("user_input", input);
                return;
            }
        }
        isAnswered =
            role == "assistant" && contents.Exists(content => content.Text("$type") == "text") && !contents.Exists(IsCall)
            || isAnswered && role is not ("assistant" or "tool");
        for (var index = 0; index < contents.Count; index++)
        {
            var next = index + 1 < contents.Count ? contents[index + 1] : default(Fields?);
            if (AddContent(contents[index], role, next))
                index++;
        }
    }

    private static bool IsCall(Fields content) =>
        content.Text("$type") is { } type && (type == "functionCall" || type.EndsWith("ToolCall", StringComparison.Ordinal));

    /// <summary>The texts of a message of the user as one, with marks for pictures and files; missing if it has anything else.</summary>
    private RawJson JoinedInput(List<Fields> contents)
    {
        if (
            contents.Count < 2
            || !contents.TrueForAll(content => content.Text("$type") is "text" or "data" or "uri" && !content.Has("additionalProperties"))
        )
            return default;
        var texts = contents
            .Select(content =>
                content.Text("$type") == "text" ? content["text"]
                : Contents.Mark(content.Json, draft) is { } mark ? JsonText.Quote(mark)
                : default
            )
            .Where(text => text.Kind == JsonValueKind.String)
            .ToList();
        return texts.Count > 0 ? JsonText.Join(texts) : default;
    }

    /// <summary>Adds the event of a content; true if the event includes the next content too.</summary>
    private bool AddContent(Fields content, string? role, Fields? next)
    {
        var type = content.Text("$type");
        var notes = new Fields(content["additionalProperties"]);
        switch (type)
        {
            case "text":
                var text = content["text"];
                if (role is "user" or "assistant")
                    draft.AddText(role == "user" ? "user_input" : "text", text, NotesAsFields(notes, "content"));
                else
                    draft.AddContext(role, text);
                return false;
            case "reasoning":
                if (content.Text("text") is { Length: > 0 } || notes.Has("event"))
                    draft.AddText("thinking", content["text"], NotesAsFields(notes, "content"));
                else
                    draft.LeaveOut("reasoning without a text");
                return false;
            case "functionCall":
                AddCall(content, content.Text("name"), content["arguments"], notes);
                return false;
            case "functionResult":
                return AddResult(content, content["result"], notes, next);
            case "error":
                return AddStop(content, next);
            case "usage":
                AddUsage(content["details"], notes);
                return false;
            case not null when type.EndsWith("ToolCall", StringComparison.Ordinal):
                var name = content.Text("name") ?? content.Text("toolName") ?? type[..^"ToolCall".Length];
                AddCall(content, name, content.Has("arguments") ? content["arguments"] : Rest(content), notes);
                return false;
            case not null when type.EndsWith("ToolResult", StringComparison.Ordinal):
                var result =
                    content.Has("result") ? content["result"]
                    : content.Has("output") ? content["output"]
                    : content["outputs"];
                return AddResult(content, result.IsMissing ? Rest(content) : result, notes, next);
            default:
                AddOther(content, role, notes);
                return false;
        }
    }

    private void AddCall(Fields content, string? name, RawJson arguments, Fields notes)
    {
        // Arguments that are not an object are in the notes.
        var recorded = notes.Has("event") && notes.Has("arguments") ? notes["arguments"] : ToolArguments.Of(arguments);
        draft.AddCall(content.Text("callId"), name, recorded, NotesAsFields(notes, "arguments"));
    }

    /// <summary>A screenshot is a separate content after its result, but a field of the event.</summary>
    private bool AddResult(Fields content, RawJson result, Fields notes, Fields? next)
    {
        var image = new Fields(next is { } follower && follower.Text("$type") == "uri" ? follower["additionalProperties"] : default);
        var hasImage = image.Has("source_id") && image.Has("attachment_name");
        draft.AddResult(
            content.Text("callId"),
            notes.Text("name"),
            Contents.Marked(result, draft),
            writer =>
            {
                NotesAsFields(notes, "result")(writer);
                if (!hasImage)
                    return;
                writer.WriteStartObject("image_attachment");
                writer.WriteRaw("source_id", image["source_id"]);
                writer.WriteRaw("attachment_name", image["attachment_name"]);
                writer.WriteEndObject();
            }
        );
        return hasImage;
    }

    /// <summary>An error ends a run; a usage content right after it belongs to the same run.</summary>
    private bool AddStop(Fields error, Fields? next)
    {
        var message = error.Has("message") ? error["message"] : error["errorCode"];
        var isFollowedByUsage = next is { } follower && follower.Text("$type") == "usage";
        if (isFollowedByUsage)
            AddStop(true, message, next!.Value["details"], new Fields(next.Value["additionalProperties"]));
        else
            AddStop(true, message, default, default);
        return isFollowedByUsage;
    }

    /// <summary>
    /// In messages from <see cref="ChatMessages"/>, usage is the end of a run. Other programs write the usage of each request, and a run
    /// with tool calls has several: these are added up until the next user message.
    /// </summary>
    private void AddUsage(RawJson details, Fields notes)
    {
        if (notes.Has("event"))
            AddStop(false, default, details, notes);
        else
            tokens = (Sum(tokens.Input, details.Property("inputTokenCount")), Sum(tokens.Output, details.Property("outputTokenCount")));

        static long? Sum(long? sofar, RawJson count) => count.AsInt64() is { } more ? (sofar ?? 0) + more : sofar;
    }

    /// <summary>Ends a run that has tokens or was answered. Messages that this project wrote say themselves where runs end.</summary>
    private void EndRun()
    {
        if (tokens != default || isAnswered && !hasOwnNotes)
            draft.AddStop(null, default, new Usage(null, tokens.Input, tokens.Output, Turns: null));
        tokens = default;
        isAnswered = false;
    }

    private void AddStop(bool isError, RawJson error, RawJson details, Fields notes)
    {
        var usage = new Usage(
            null,
            Plus(tokens.Input, details.Property("inputTokenCount").AsInt64()),
            Plus(tokens.Output, details.Property("outputTokenCount").AsInt64()),
            details.Property("additionalCounts").Property("turns").AsInt64()
        );
        tokens = default;
        isAnswered = false;
        draft.AddStop(isError, error, usage, NotesAsFields(notes, "usage"));

        static long? Plus(long? one, long? other) => one is null ? other : one + (other ?? 0);
    }

    private void AddOther(Fields content, string? role, Fields notes)
    {
        if (content.Text("$type") is null && notes.Has("json"))
            draft.AddEvent(notes["json"]);
        else if (role == "user" && Contents.Mark(content.Json, draft) is { } mark)
            draft.AddText("user_input", JsonText.Quote(mark));
        else
            draft.AddRecord(OmittedData.In(content.Json) is { } data ? draft.Omit(data).Json : content.Json);
    }

    private static RawJson Rest(Fields content) => JsonText.Less(content.Json, "$type", "callId", "additionalProperties");

    /// <summary>Writes the notes that are recorded fields of the event.</summary>
    /// <param name="written">The field already written with the event's content.</param>
    private static Action<Utf8JsonWriter> NotesAsFields(Fields notes, string written) =>
        writer =>
        {
            foreach (var (name, value) in notes.All ?? [])
                if (name != written && !OwnNotes.Contains(name) && !EventFields.Contains(name))
                    writer.WriteRaw(name, value);
        };
}
