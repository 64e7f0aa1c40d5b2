using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Model;

namespace ChatSessions.Json;

/// <summary>The only place that reads the wire format of LlamaCloud's chat API. It keeps whatever it does not know.</summary>
public static class SessionJson
{
    /// <summary>Events take memory of their own: millions of tiny ones would fit into the largest session, and no real one has this many.</summary>
    internal const int MostEvents = 1_000_000;

    /// <summary>Reads a session: a JSON object with <c>session_id</c> and <c>events</c>.</summary>
    /// <param name="utf8">The JSON. The session keeps it, so it must not be changed afterwards.</param>
    /// <param name="origin">The input's name in an error, such as a file's path.</param>
    /// <exception cref="ChatSessionException">The JSON is invalid, is not a session, or has too many events.</exception>
    public static Session Read(ReadOnlyMemory<byte> utf8, string origin)
    {
        var (json, summary, events) = Parse(utf8, origin, withEvents: true);
        return new Session(summary, events ?? throw NotASession(origin, "it has no 'events' array"), json);
    }

    /// <summary>Reads a session's summary. The input may be a whole session; then its events say the outcome, and are not kept.</summary>
    /// <inheritdoc cref="Read"/>
    public static SessionSummary ReadSummary(ReadOnlyMemory<byte> utf8, string origin) => Parse(utf8, origin, withEvents: false).Summary;

    private static (RawJson Json, SessionSummary Summary, ImmutableArray<SessionEvent>? Events) Parse(
        ReadOnlyMemory<byte> utf8,
        string origin,
        bool withEvents
    )
    {
        if (utf8.Span.StartsWith("\uFEFF"u8))
            utf8 = utf8[3..];
        try
        {
            var reader = new Utf8JsonReader(utf8.Span, RawJson.AnyDepth);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw NotASession(origin, "it is not a JSON object");
            var start = (int)reader.TokenStartIndex;

            RawJson id = default,
                updated = default,
                title = default,
                indexes = default,
                job = default,
                source = default;
            ImmutableArray<SessionEvent>? events = null;
            LastRun? run = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (RawJson.NameIs(reader.ValueSpan, "events"u8))
                    (events, run) = ReadEvents(utf8, origin, ref reader, withEvents);
                else if (RawJson.NameIs(reader.ValueSpan, "session_id"u8))
                    id = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "last_updated_at"u8))
                    updated = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "generated_title"u8))
                    title = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "index_ids"u8))
                    indexes = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "job_metadata"u8))
                    job = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "source"u8))
                    source = ReadValue(utf8, ref reader);
                else
                    ReadValue(utf8, ref reader);
            }
            var end = (int)reader.BytesConsumed;
            reader.Read(); // Throws if anything but white space follows.

            var summary = new SessionSummary(
                id.AsString()
                    ?? throw NotASession(
                        origin,
                        id.Kind is JsonValueKind.Undefined or JsonValueKind.Null
                            ? "it has no 'session_id'"
                            : "its 'session_id' is not a string"
                    ),
                updated.AsString() ?? "",
                title.AsString(),
                [.. indexes.Items().Select(index => index.AsString()).OfType<string>()],
                ReadJob(job)
            )
            {
                Recording = Recording.Find(source),
            };
            var json = new RawJson(utf8[start..end]);
            return (json, summary with { GeneratedTitle = TitleOf(summary, json), OutcomeOfEvents = run?.OutcomeOf(summary) }, events);
        }
        catch (JsonException exception)
        {
            // Line 1 is not worth naming. In a file with one session per line it would also contradict the line that the origin names.
            var line = exception.LineNumber > 0 ? $"line {(exception.LineNumber + 1).Grouped()}, " : "";
            throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                $"{origin} is not valid JSON: it is incomplete or has an error at {line}byte {(exception.BytePositionInLine + 1).Grouped()}. "
                    + "Check that the file or download is complete.",
                exception
            );
        }
    }

    /// <summary>The recorded title, or a better one if it only repeats the opening that all sessions of a program have. The JSON keeps the recorded one.</summary>
    private static string? TitleOf(SessionSummary summary, RawJson json)
    {
        if (summary.GeneratedTitle is not { } title || !DerivedTitle.IsStock(title))
            return summary.GeneratedTitle;
        var walk = new JsonWalk(json.Property("events"));
        while (walk.NextItem())
            if (walk.Value.Property("type").AsString() == "user_input")
                return DerivedTitle.InsteadOf(title, walk.Value.Property("content").AsString()) ?? title;
        return title;
    }

    /// <param name="isKept">Whether to return the events, and not only what they say about the last run.</param>
    private static (ImmutableArray<SessionEvent>? Events, LastRun? Run) ReadEvents(
        ReadOnlyMemory<byte> utf8,
        string origin,
        ref Utf8JsonReader reader,
        bool isKept
    )
    {
        reader.Read();
        var run = new LastRun();
        if (reader.TokenType == JsonTokenType.Null)
            return ([], run);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw NotASession(origin, "it has no 'events' array");
        var events = ImmutableArray.CreateBuilder<SessionEvent>();
        for (var position = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
        {
            if (position == MostEvents)
                throw new ChatSessionException(
                    ChatSessionError.TooLarge,
                    $"{origin} has more than {MostEvents.Grouped()} events. No option changes this limit; split the session into several."
                );
            var next = ReadEvent(utf8, ref reader, position);
            run.Add(next);
            if (isKept)
                events.Add(next);
        }
        return (events.DrainToImmutable(), run);
    }

    /// <summary>
    /// Reads one event. A missing type is inferred if the fields leave no doubt; <c>content</c> alone does not decide it.
    /// </summary>
    /// <param name="known">The type, if it is already known; empty for a type that this version does not know.</param>
    private static SessionEvent ReadEvent(ReadOnlyMemory<byte> utf8, ref Utf8JsonReader reader, int position, string? known = null)
    {
        var start = (int)reader.TokenStartIndex;
        RawJson type = default,
            content = default,
            callId = default,
            name = default,
            arguments = default,
            result = default,
            image = default,
            isError = default,
            error = default,
            usage = default;
        if (reader.TokenType != JsonTokenType.StartObject)
            reader.Skip();
        else
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (RawJson.NameIs(reader.ValueSpan, "type"u8))
                    type = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "content"u8))
                    content = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "call_id"u8))
                    callId = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "name"u8))
                    name = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "arguments"u8))
                    arguments = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "result"u8))
                    result = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "image_attachment"u8))
                    image = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "is_error"u8))
                    isError = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "error"u8))
                    error = ReadValue(utf8, ref reader);
                else if (RawJson.NameIs(reader.ValueSpan, "usage"u8))
                    usage = ReadValue(utf8, ref reader);
                else
                    ReadValue(utf8, ref reader);
            }
        var json = new RawJson(utf8[start..(int)reader.BytesConsumed]);

        var kind =
            type.AsString() is { } recorded ? recorded
            : !result.IsMissing ? "tool_result"
            : !arguments.IsMissing ? "tool_call"
            : !usage.IsMissing || !isError.IsMissing ? "stop"
            : null;
        return (known ?? kind) switch
        {
            "user_input" => new UserInputEvent(content) { Position = position, Json = json },
            "text" => new TextEvent(content) { Position = position, Json = json },
            "thinking" => new ThinkingEvent(content) { Position = position, Json = json },
            "text_delta" => new TextDeltaEvent(content) { Position = position, Json = json },
            "thinking_delta" => new ThinkingDeltaEvent(content) { Position = position, Json = json },
            "tool_call" => new ToolCallEvent(callId.AsText() ?? "", name.AsText() ?? "", arguments) { Position = position, Json = json },
            "tool_result" => new ToolResultEvent(callId.AsText() ?? "", name.AsText() ?? "", result, ReadImage(image))
            {
                Position = position,
                Json = json,
            },
            "stop" => new StopEvent(IsError(isError, error), error.AsText(), ReadUsage(usage)) { Position = position, Json = json },
            _ => new UnknownEvent(kind) { Position = position, Json = json },
        };
    }

    /// <summary>Reads an event of the same type as another, from JSON with other texts.</summary>
    internal static SessionEvent Reread(SessionEvent @event, RawJson json)
    {
        var reader = new Utf8JsonReader(json.Utf8.Span, RawJson.AnyDepth);
        reader.Read();
        return ReadEvent(json.Utf8, ref reader, @event.Position, TypeOf(@event));
    }

    private static string TypeOf(SessionEvent @event) =>
        @event switch
        {
            UserInputEvent => "user_input",
            TextEvent => "text",
            ThinkingEvent => "thinking",
            TextDeltaEvent => "text_delta",
            ThinkingDeltaEvent => "thinking_delta",
            ToolCallEvent => "tool_call",
            ToolResultEvent => "tool_result",
            StopEvent => "stop",
            _ => "",
        };

    private static RawJson ReadValue(ReadOnlyMemory<byte> utf8, ref Utf8JsonReader reader)
    {
        reader.Read();
        return RawJson.Slice(utf8, ref reader);
    }

    private static ImageAttachment? ReadImage(RawJson image) =>
        image.Property("source_id").AsString() is { } source && image.Property("attachment_name").AsString() is { } name
            ? new ImageAttachment(source, name)
            : null;

    private static JobMetadata? ReadJob(RawJson job)
    {
        if (job.Kind != JsonValueKind.Object)
            return null;
        var error = job.Property("error");
        return new JobMetadata(IsError(job.Property("is_error"), error), error.AsText(), ReadUsage(job));
    }

    /// <summary>Either field may be missing.</summary>
    private static bool IsError(RawJson flag, RawJson error) => flag.AsBoolean() == true || error.AsText() is { Length: > 0 };

    private static Usage ReadUsage(RawJson usage) =>
        new(
            usage.Property("duration_ms").AsDouble(),
            usage.Property("total_input_tokens").AsInt64(),
            usage.Property("total_output_tokens").AsInt64(),
            usage.Property("turns").AsInt64()
        );

    /// <summary>
    /// The recorded fields of an event that its type has no property for: fields of newer servers, and fields of an unexpected form.
    /// </summary>
    internal static IEnumerable<KeyValuePair<string, RawJson>> FieldsBeyond(SessionEvent @event)
    {
        string[] held = @event switch
        {
            ToolCallEvent { Arguments.Kind: JsonValueKind.Object } => ["type", "call_id", "name", "arguments"],
            ToolCallEvent => ["type", "call_id", "name"],
            ToolResultEvent { ImageAttachment: null } => ["type", "call_id", "name", "result"],
            ToolResultEvent => ["type", "call_id", "name", "result", "image_attachment"],
            StopEvent => ["type", "is_error", "error", "usage"],
            _ => ["type", "content"],
        };
        return Beyond(@event.Json, held);
    }

    /// <summary>The recorded usage of a run, except its whole-number counts.</summary>
    internal static IEnumerable<KeyValuePair<string, RawJson>> UsageBeyondCounts(StopEvent stop)
    {
        string?[] held =
        [
            stop.Usage.TotalInputTokens is null ? null : "total_input_tokens",
            stop.Usage.TotalOutputTokens is null ? null : "total_output_tokens",
            stop.Usage.Turns is null ? null : "turns",
        ];
        return Beyond(stop.Json.Property("usage"), held);
    }

    private static IEnumerable<KeyValuePair<string, RawJson>> Beyond(RawJson json, string?[] held) =>
        json.Properties().Where(field => field.Value.Kind != JsonValueKind.Null && !held.Contains(field.Key));

    private static ChatSessionException NotASession(string origin, string why) =>
        new(
            ChatSessionError.InvalidSession,
            $"{origin} is not a chat session: {why}. A session is the JSON object that LlamaCloud's GET /api/v1/chat/{{session_id}} answers."
        );
}
