using System.Text.Json;

namespace ChatSessions.Model;

/// <summary>
/// One event of a session, as LlamaCloud's chat API records it. An event has no id and no time of its own: its position is its only
/// address. See https://developers.llamaindex.ai/cloud-api-reference/ for the wire format.
/// </summary>
public abstract record SessionEvent
{
    private protected SessionEvent() { }

    /// <summary>The index in the session's event array as it came, from 0; shown as <c>#n</c>.</summary>
    public required int Position { get; init; }

    /// <summary>The event as it came, fields unknown to this version included.</summary>
    public required RawJson Json { get; init; }
}

/// <summary>An event that is a text.</summary>
/// <param name="Recorded">The recorded <c>content</c>, as a rule a string.</param>
public abstract record ContentEvent(RawJson Recorded) : SessionEvent
{
    /// <summary>The text; decoded each time that it is asked for, since of a long session most is never read.</summary>
    public string Content => Recorded.AsText() ?? "";

    /// <summary>The text's length in characters, found without decoding it.</summary>
    internal int ContentLength =>
        Recorded.Kind == JsonValueKind.String ? RawJson.UnescapedLength(Recorded.Utf8.Span[1..^1]) : Content.Length;
}

/// <summary>What the user asked (<c>user_input</c>).</summary>
public sealed record UserInputEvent(RawJson Recorded) : ContentEvent(Recorded);

/// <summary>A passage that the agent wrote to the user (<c>text</c>).</summary>
public sealed record TextEvent(RawJson Recorded) : ContentEvent(Recorded);

/// <summary>A passage that the agent thought (<c>thinking</c>).</summary>
public sealed record ThinkingEvent(RawJson Recorded) : ContentEvent(Recorded);

/// <summary>A piece of a text that was streamed (<c>text_delta</c>).</summary>
public sealed record TextDeltaEvent(RawJson Recorded) : ContentEvent(Recorded);

/// <summary>A piece of a thought that was streamed (<c>thinking_delta</c>).</summary>
public sealed record ThinkingDeltaEvent(RawJson Recorded) : ContentEvent(Recorded);

/// <summary>The agent called a tool (<c>tool_call</c>).</summary>
/// <param name="CallId">The id that the result repeats; real sessions use one id for several calls.</param>
/// <param name="Name">The tool's name; empty when none was recorded.</param>
/// <param name="Arguments">An object, in every session seen so far.</param>
public sealed record ToolCallEvent(string CallId, string Name, RawJson Arguments) : SessionEvent;

/// <summary>A tool answered (<c>tool_result</c>). Nothing in it says whether the call failed: see <see cref="ToolOutcome"/>.</summary>
/// <param name="Result">Any JSON, null included.</param>
/// <param name="ImageAttachment">A screenshot that LlamaCloud keeps beside the session; null when there is none.</param>
public sealed record ToolResultEvent(string CallId, string Name, RawJson Result, ImageAttachment? ImageAttachment) : SessionEvent;

/// <summary>A run of the agent ended (<c>stop</c>). A session holds one for each run.</summary>
/// <param name="IsError">Whether the run ended in an error: the event says so, or names one.</param>
/// <param name="Error">The error's text; null when there is none.</param>
/// <param name="Usage">What the run took; its fields are null where nothing was recorded.</param>
public sealed record StopEvent(bool IsError, string? Error, Usage Usage) : SessionEvent;

/// <summary>An event whose type is missing and cannot be told from its fields, or is none that this version knows.</summary>
/// <param name="Type">The recorded type; null when there is none.</param>
public sealed record UnknownEvent(string? Type) : SessionEvent;

/// <summary>Where LlamaCloud keeps a screenshot: the two names that its attachments endpoint takes.</summary>
public sealed record ImageAttachment(string SourceId, string AttachmentName);

/// <summary>What a run took.</summary>
/// <param name="DurationMs">Wall-clock milliseconds.</param>
/// <param name="TotalInputTokens">Tokens that the model read, over all of the run's requests.</param>
/// <param name="TotalOutputTokens">Tokens that the model wrote.</param>
/// <param name="Turns">Requests to the model in the run: not the turns of the conversation.</param>
public sealed record Usage(double? DurationMs, long? TotalInputTokens, long? TotalOutputTokens, long? Turns);
