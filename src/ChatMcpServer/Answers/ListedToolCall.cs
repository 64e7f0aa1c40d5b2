using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatSessions.Condensing;
using ChatSessions.Recorded;
using ChatSessions.ToolCalls;

namespace ChatMcpServer.Answers;

/// <summary>A tool call in a list. What was not recorded is absent.</summary>
/// <param name="Event">The position of the call; absent for a result without a call.</param>
/// <param name="ResultEvent">The position of its result.</param>
/// <param name="Outcome"><c>ok</c>, <c>failed</c> (inferred) or <c>unanswered</c>.</param>
/// <param name="Reason">The sign of failure.</param>
/// <param name="Error">The line of the result that says what went wrong.</param>
/// <param name="DurationMs">From the call to its result.</param>
/// <param name="ParallelGroup">The position of the first of the calls that ran at the same time.</param>
/// <param name="Repeats">The position of the first call of the tool with the same arguments.</param>
/// <param name="Arguments">The whole arguments, if there is room for them.</param>
/// <param name="ArgumentsExcerpt">Otherwise each argument, or its beginning with a marker of what is cut.</param>
/// <param name="Result">The whole text of the result, if there is room for it.</param>
/// <param name="ResultExcerpt">Otherwise a part of it.</param>
/// <param name="ResultAlso">Fields of the result other than its text.</param>
/// <param name="SameResultAs">The position of the result of the first such call, if this one is the same.</param>
public sealed record ListedToolCall(
    int? Event,
    int? ResultEvent,
    int Turn,
    string Tool,
    string Outcome,
    string? Reason,
    string? Error,
    long? ExitCode,
    long? DurationMs,
    int? ParallelGroup,
    int? Repeats,
    JsonElement? Arguments,
    IReadOnlyDictionary<string, string>? ArgumentsExcerpt,
    int? ArgumentsCharacters,
    string? Result,
    string? ResultExcerpt,
    int? ResultCharacters,
    string? ResultAlso,
    int? SameResultAs
)
{
    private const int LongestPlainExcerpt = 400;

    /// <summary>What is shown of the arguments and of the result, for the text.</summary>
    [JsonIgnore]
    internal ImmutableArray<CallText> ShownArguments { get; init; } = [];

    [JsonIgnore]
    internal CallText? ShownResult { get; init; }

    /// <summary>Whether the user refused the call.</summary>
    [JsonIgnore]
    internal bool IsRefusal { get; init; }

    /// <summary>Whether nothing is cut.</summary>
    [JsonIgnore]
    internal bool IsWhole { get; init; }

    internal static ListedToolCall From(ShownCall call, CallRoom room)
    {
        var facts = call.Facts;
        var arguments = room.IsLeast ? call.ArgumentsCut : call.ArgumentsWithin(room.Arguments);
        var exact = arguments.All(one => one.IsWhole) ? call.Arguments : null;
        var isRepeated = facts.SameResult is not null && room.Result < call.ResultCharacters;
        var result = isRepeated || room.IsLeast ? null : Shorten(call.ResultWithin(room.Result));
        var isWholeResult = result?.IsWhole ?? (call.ResultCharacters ?? 0) == 0;
        return new(
            facts.Use.Call?.Position,
            facts.Use.Result?.Position,
            facts.Turn,
            room.Shorten(call.Tool)!,
            SnakeCase.Of(facts.Use.Outcome.Kind),
            room.Shorten(call.Reason),
            room.IsLeast || (isWholeResult && !call.IsRefusal) ? null : call.ErrorLine,
            facts.ExitCode,
            facts.Use.Duration is { } duration ? (long)duration.TotalMilliseconds : null,
            facts.ParallelGroup,
            facts.Repeats,
            exact,
            exact is null && !arguments.IsEmpty ? Excerpts(arguments) : null,
            exact is null && !arguments.IsEmpty ? call.ArgumentsCharacters : null,
            isWholeResult ? result?.Text : null,
            isWholeResult ? null : result?.Text,
            call.ResultCharacters,
            room.IsLeast ? call.CountAlsoInResult() : call.AlsoInResult,
            facts.SameResult
        )
        {
            ShownArguments = arguments,
            ShownResult = result,
            IsRefusal = call.IsRefusal,
            IsWhole = isWholeResult && arguments.All(one => one.IsWhole),
        };
    }

    /// <summary>The row as JSON.</summary>
    internal JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AnswersJson.Unescaped.ListedToolCall);

    /// <summary>The row as text: the call, and below it its result, without a final line end.</summary>
    /// <param name="isNewTurn">Whether the turn is named.</param>
    internal string ToText(bool isNewTurn)
    {
        string?[] facts =
        [
            isNewTurn ? $"turn {Turn}" : null,
            DurationMs is { } duration ? CallDuration.Write(duration) : null,
            ParallelGroup is { } group ? $"parallel #{group}" : null,
            Repeats is { } repeated ? $"repeats #{repeated}" : null,
        ];
        var remarks = string.Join(", ", facts.OfType<string>());
        var label = new StringBuilder().Append(CultureInfo.InvariantCulture, $"#{Event ?? ResultEvent} {Quoted.Tool(Tool)}");
        if (Event is null)
            label.Append(" result without a call");
        if (remarks.Length > 0)
            label.Append(" (").Append(remarks).Append(')');
        if (Event is null)
            return $"{label}\n{Section(EndLabel(), ShownResult is null ? [] : [ShownResult])}";
        var call = Section(label.Append(ShownArguments.IsEmpty ? "" : ":").ToString(), ShownArguments);
        return $"{call}\n{Section(EndLabel(), ShownResult is null ? [] : [ShownResult])}";
    }

    /// <summary>How the call ended: <c>→ #58 failed (returncode 1; KeyError: 'pk'), 1,204 characters:</c>.</summary>
    private string EndLabel()
    {
        if (ResultEvent is not { } position)
            return "→ unanswered";
        var label = new StringBuilder().Append(CultureInfo.InvariantCulture, $"→ #{position} {Outcome}");
        var why = string.Join(IsRefusal ? ": " : "; ", new[] { Reason, Error is null ? null : Quoted.InBrackets(Error) }.OfType<string>());
        if (why.Length > 0)
            label.Append(" (").Append(why).Append(')');
        if (
            ExitCode is not (null or 0)
            && Reason?.EndsWith(ExitCode.Value.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) is not true
        )
            label.Append(CultureInfo.InvariantCulture, $", exit code {ExitCode}");
        label.Append(CultureInfo.InvariantCulture, $", {ResultCharacters:N0} characters");
        if (SameResultAs is { } same)
            label.Append(CultureInfo.InvariantCulture, $", same as #{same}");
        if (ResultAlso is not null)
            label.Append(", also ").Append(ResultAlso);
        return label.Append(ShownResult is null ? "" : ":").ToString();
    }

    /// <summary>A label and texts as transcripts show them, where recorded text is never at the margin.</summary>
    private static string Section(string label, ImmutableArray<CallText> texts)
    {
        var hasNames = texts.Length > 1;
        return new TranscriptSection(
            label,
            null,
            false,
            [.. texts.Select(one => TranscriptPart.From(hasNames ? $"{Quoted.Name(one.Name)}: " : "", one.Pieces))]
        ).Text;
    }

    /// <summary>
    /// The row says where the result is and how long. So in a short excerpt, from which nobody would read on, no marker says it again.
    /// </summary>
    private static CallText? Shorten(CallText? result) =>
        result is { IsWhole: false } && result.Pieces.Sum(piece => piece.Cut is null ? piece.Text.Length : 0) <= LongestPlainExcerpt
            ? result with
            {
                Pieces = [.. result.Pieces.Select(piece => piece.Cut is null ? piece : piece with { Text = "…" })],
            }
            : result;

    private static Dictionary<string, string> Excerpts(ImmutableArray<CallText> arguments)
    {
        var excerpts = new Dictionary<string, string>();
        foreach (var one in arguments)
            excerpts[one.Name.Length > 0 ? one.Name : "arguments"] = one.Text;
        return excerpts;
    }
}

/// <summary>How much of a call there is room for, in characters.</summary>
/// <param name="Arguments">For all arguments together.</param>
/// <param name="Result">For the result, without the line that says what went wrong.</param>
/// <param name="LongestName">
/// If set, there is room for so much of each name and no recorded text: neither for places that match nor for the line that says what went
/// wrong.
/// </param>
internal readonly record struct CallRoom(int Arguments, int Result, int? LongestName = null)
{
    public static readonly CallRoom Whole = new(int.MaxValue, int.MaxValue);

    public bool IsLeast => LongestName is not null;

    public string? Shorten(string? name) => LongestName is { } longest ? OutgoingText.ShowLine(name, longest) : name;
}
