using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>
/// One event of a session, as LlamaCloud's chat API records it. An event has no id of its own; its position is its only address.
/// The wire format is described at https://developers.llamaindex.ai/cloud-api-reference/.
/// </summary>
public abstract record SessionEvent
{
    private protected SessionEvent() { }

    /// <summary>The index in the session's event array, from 0; shown as <c>#n</c>.</summary>
    public required int Position { get; init; }

    /// <summary>The event as received, including fields unknown to this version.</summary>
    public required RawJson Json { get; init; }

    /// <summary>When it was recorded (<c>timestamp</c>). Null in LlamaCloud's sessions, which have no times, and wherever it was not recorded.</summary>
    public DateTimeOffset? Timestamp => IsoMoment.Find(Json.Property("timestamp").AsString());

    /// <summary>The model that wrote it, if another one wrote those before (<c>model</c>); null if it is the same, or unknown.</summary>
    public string? Model => Json.Property("model").AsString();
}

/// <summary>An event that is a text.</summary>
/// <param name="Recorded">The recorded <c>content</c>, usually a string.</param>
public abstract record ContentEvent(RawJson Recorded) : SessionEvent
{
    /// <summary>The text. It is decoded on each call, because most of a long session is never read.</summary>
    public string Content => Recorded.AsText() ?? "";

    /// <summary>The text's length in characters, computed without decoding it.</summary>
    internal int ContentLength =>
        Recorded.Kind == JsonValueKind.String ? RawJson.UnescapedLength(Recorded.Utf8.Span[1..^1]) : Content.Length;
}

/// <summary>A question of the user (<c>user_input</c>).</summary>
public sealed record UserInputEvent(RawJson Recorded) : ContentEvent(Recorded);

/// <summary>A passage that the agent wrote to the user (<c>text</c>).</summary>
public sealed record TextEvent(RawJson Recorded) : ContentEvent(Recorded);

/// <summary>A passage of the agent's thinking (<c>thinking</c>).</summary>
public sealed record ThinkingEvent(RawJson Recorded) : ContentEvent(Recorded);

/// <summary>A piece of a streamed text (<c>text_delta</c>).</summary>
public sealed record TextDeltaEvent(RawJson Recorded) : ContentEvent(Recorded);

/// <summary>A piece of streamed thinking (<c>thinking_delta</c>).</summary>
public sealed record ThinkingDeltaEvent(RawJson Recorded) : ContentEvent(Recorded);

/// <summary>The agent called a tool (<c>tool_call</c>).</summary>
/// <param name="CallId">The id that the result repeats. Real sessions use one id for several calls.</param>
/// <param name="Name">The tool's name; empty if none was recorded.</param>
/// <param name="Arguments">An object, in every session seen so far.</param>
public sealed record ToolCallEvent(string CallId, string Name, RawJson Arguments) : SessionEvent;

/// <summary>A tool answered (<c>tool_result</c>). It has no field for failure, see <see cref="ToolOutcome"/>.</summary>
/// <param name="Result">Any JSON, including null.</param>
/// <param name="ImageAttachment">A screenshot that LlamaCloud stores with the session, or null.</param>
public sealed record ToolResultEvent(string CallId, string Name, RawJson Result, ImageAttachment? ImageAttachment) : SessionEvent;

/// <summary>A run of the agent ended (<c>stop</c>). A session has one for each run.</summary>
/// <param name="IsError">Whether the run ended in an error: the event has the flag, or an error text.</param>
/// <param name="Error">The error's text, or null.</param>
/// <param name="Usage">What the run used. Fields that were not recorded are null.</param>
public sealed record StopEvent(bool IsError, string? Error, Usage Usage) : SessionEvent;

/// <summary>An event of an unknown type, or without a type that could be inferred from its fields.</summary>
/// <param name="Type">The recorded type, or null.</param>
public sealed record UnknownEvent(string? Type) : SessionEvent
{
    /// <summary>Whether it is what imports call <c>context</c>: text in the conversation that neither the user nor the agent said.</summary>
    public bool IsContext => Type == "context";

    /// <summary>The role of a context, such as <c>system</c>, or null.</summary>
    internal string? Role => Json.Property("role").AsString();
}

/// <summary>Where LlamaCloud stores a screenshot: the two names that its attachments endpoint takes.</summary>
public sealed record ImageAttachment(string SourceId, string AttachmentName);

/// <summary>What a run used.</summary>
/// <param name="DurationMs">Wall-clock milliseconds.</param>
/// <param name="TotalInputTokens">Tokens that the model read, over all requests of the run.</param>
/// <param name="TotalOutputTokens">Tokens that the model wrote.</param>
/// <param name="Turns">Requests to the model during the run, not turns of the conversation.</param>
public sealed record Usage(double? DurationMs, long? TotalInputTokens, long? TotalOutputTokens, long? Turns);
