using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Condensing;

/// <summary>
/// A session condensed into a budget: first what matters most, then its transcript. <see cref="ToText"/> and <see cref="ToJson"/> are both
/// complete answers. Fields that were not recorded are absent.
/// </summary>
public sealed record CondensedSession
{
    public required string SessionId { get; init; }

    public string? Title { get; init; }

    [Description("Of the last run: ok, error, unfinished, never_run")]
    public required string Outcome { get; init; }

    /// <summary>Such as <c>stop #142</c>: what the outcome rests on, and what it does not say.</summary>
    public string? OutcomeBasis { get; init; }

    public string? Error { get; init; }

    /// <summary>What the last run took.</summary>
    public SessionUsage? Usage { get; init; }

    public required SessionCounts Counts { get; init; }

    public required SessionSize Size { get; init; }

    public string? LastUpdatedAt { get; init; }

    /// <summary>The program, its folder, branch and models; null unless the session was imported.</summary>
    public string? RecordedBy { get; init; }

    /// <summary>What the transcript covers, if not all.</summary>
    public string? Part { get; init; }

    /// <summary>What part of the budget went to, and whether nothing matches.</summary>
    public string? Focus { get; init; }

    public string? Notes { get; init; }

    /// <summary>First files that were edited, then files that were written whole; of these the last changed first.</summary>
    public string? ChangedFiles { get; init; }

    public required ImmutableArray<SessionTool> Tools { get; init; }

    public int? MoreTools { get; init; }

    /// <summary>The transcript as it is written as text, with the fields of each entry.</summary>
    [JsonIgnore]
    public ImmutableArray<TranscriptEntry> Entries { get; init; } = [];

    /// <summary>The transcript as data.</summary>
    public required ImmutableArray<EntryFields> Transcript { get; init; }

    /// <summary>The answer as text: a head of a few lines, a blank line, the transcript.</summary>
    public string ToText()
    {
        var text = new StringBuilder(Head());
        foreach (var entry in Entries)
            text.Append(entry.Text).Append('\n');
        return text.ToString();
    }

    /// <summary>
    /// The answer as Markdown: the text in a fence that nothing in it can close, so that no recorded image is loaded and no
    /// recorded link can be followed.
    /// </summary>
    public string ToMarkdown()
    {
        var text = ToText();
        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        return $"{fence}text\n{text}{fence}\n";
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, CondensingJson.Unescaped.CondensedSession);

    /// <summary>Whether the head says the value of an argument, because it is the same in all calls of the tool.</summary>
    internal bool IsConstant(string tool, string argument)
    {
        foreach (var one in Tools)
            if (one.Constant.Tool == tool && one.Constant.Arguments.Contains(argument))
                return true;
        return false;
    }

    /// <summary>The head of the text, with the blank line after it.</summary>
    internal string Head()
    {
        var head = new StringBuilder();
        foreach (var (label, value) in HeadLines())
            head.Append(label).Append(": ").Append(value).Append('\n');
        return head.Append('\n').ToString();
    }

    /// <summary>The head of the text, line by line.</summary>
    public IEnumerable<(string Label, string Value)> HeadLines()
    {
        (string Label, string? Value)[] lines =
        [
            ("Session", SessionId),
            ("Title", Title),
            ("Outcome", Outcome + (OutcomeBasis is null ? "" : $" ({OutcomeBasis})") + (Error is null ? "" : $": {Error}")),
            ("Last run", Usage?.ToString()),
            ("Holds", Counts.ToString()),
            ("Shown", Size.ToString()),
            ("Part", Part),
            ("Focus", Focus),
            ("Updated", LastUpdatedAt),
            ("Recorded by", RecordedBy),
            ("Changed", ChangedFiles),
            ("Tools", Tools.IsEmpty ? null : string.Join(", ", Tools) + (MoreTools is { } more ? $", and {more} more tools" : "")),
            ("Notes", Notes),
        ];
        foreach (var (label, value) in lines)
            if (!string.IsNullOrEmpty(value))
                yield return (label, value.ReplaceLineEndings("\n "));
    }
}

/// <summary>What the last run used. Figures that were not recorded are absent.</summary>
public sealed record SessionUsage(
    double? DurationMs,
    long? TotalInputTokens,
    long? TotalOutputTokens,
    [property: Description("of the model")] long? Turns
)
{
    /// <summary>The figures of a run; null if none was recorded.</summary>
    public static SessionUsage? From(Usage? usage) =>
        usage is null or { DurationMs: null, TotalInputTokens: null, TotalOutputTokens: null, Turns: null }
            ? null
            : new(usage.DurationMs, usage.TotalInputTokens, usage.TotalOutputTokens, usage.Turns);

    /// <summary>The figures on one line.</summary>
    public override string ToString() =>
        string.Join(
            ", ",
            new[]
            {
                DurationMs is { } ms
                    ? string.Create(CultureInfo.InvariantCulture, $"{(ms < 1000 ? ms : ms / 1000):0.#} {(ms < 1000 ? "ms" : "s")}")
                    : null,
                TotalInputTokens is { } input ? $"{input} {(input == 1 ? "token" : "tokens")} in" : null,
                TotalOutputTokens is { } output ? $"{output} {(output == 1 ? "token" : "tokens")} out" : null,
                Turns is { } turns ? $"{turns} model {(turns == 1 ? "turn" : "turns")}" : null,
            }.OfType<string>()
        );
}

/// <summary>How much happened in the whole session.</summary>
public sealed record SessionCounts(
    int Events,
    int Turns,
    int ToolCalls,
    [property: Description("inferred")] int Failed,
    int Unanswered,
    int? ResultsWithoutCall,
    int? UnknownEvents
)
{
    /// <summary>The counts of a session. Those that are rarely above 0 are null then.</summary>
    public static SessionCounts From(SessionStatistics counted) =>
        new(
            counted.Events,
            counted.Turns,
            counted.ToolCalls,
            counted.Failed,
            counted.Unanswered,
            counted.ResultsWithoutCall == 0 ? null : counted.ResultsWithoutCall,
            counted.UnknownEvents == 0 ? null : counted.UnknownEvents
        );

    /// <summary>The counts on one line.</summary>
    public override string ToString() =>
        $"{Counted(Turns, "turn")}, {Counted(Events, "event")}, {Counted(ToolCalls, "tool call")} ({Failed} failed, {Unanswered} unanswered)"
        + (ResultsWithoutCall is { } results ? $", {Counted(results, "result")} without a call" : "")
        + (UnknownEvents is { } unknown ? $", {Counted(unknown, "event")} of unknown type" : "");

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}

/// <summary>How much of the session is shown.</summary>
/// <param name="Shown">Characters of recorded text in the transcript.</param>
/// <param name="Full">Characters of the session's JSON.</param>
/// <param name="Complete">Whether nothing was cut from what was asked for.</param>
public sealed record SessionSize(long Shown, [property: Description("characters of JSON")] long Full, bool Complete)
{
    /// <summary>The figures on one line.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Complete ? "in full, " : "")}{Shown:N0} of {Full:N0} characters of JSON");
}

/// <summary>The JSON of this folder's answers. It is here because their cost is counted here.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CondensedSession))]
[JsonSerializable(typeof(EntryFields))]
[JsonSerializable(typeof(EventPages))]
public sealed partial class CondensingJsonContext : JsonSerializerContext;

internal static class CondensingJson
{
    /// <summary>
    /// Does not escape letters, because a model would pay for each escape. (A static field of the context itself
    /// would be initialized too early.)
    /// </summary>
    public static readonly CondensingJsonContext Unescaped = new(
        new JsonSerializerOptions(CondensingJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );
}
