using System.Text.Json;
using ChatSessions.Model;

namespace Fidelity;

/// <summary>One thing that an answer about a session should still hold.</summary>
/// <param name="Measure">The figure that it counts in, one of <see cref="Measures"/>.</param>
/// <param name="Name">What it is, for a reader.</param>
/// <param name="IsKept">Whether an answer holds it.</param>
internal sealed record Expected(string Measure, string Name, Func<Answer, bool> IsKept)
{
    public const string Calls = "calls";
    public const string Arguments = "args";
    public const string Errors = "errors";
    public const string UserTurns = "user";
    public const string LastAnswer = "answer";
    public const string Stop = "stop";
    public const string Beginnings = "5%";
    public const string Middles = "50%";
    public const string Ends = "93%";

    /// <summary>The figures, in the order of the table.</summary>
    public static readonly string[] Measures = [Calls, Errors, UserTurns, LastAnswer, Stop, Arguments, Beginnings, Middles, Ends];

    private const int ShortestArgument = 6;
    private const int ShortestResult = 600;
    private const int SnippetLength = 24;
    private static readonly (string Measure, int Percent)[] Snippets = [(Beginnings, 5), (Middles, 50), (Ends, 93)];

    /// <summary>All that is expected of answers about a session.</summary>
    public static List<Expected> Of(Session session) =>
        [
            .. session.Events.SelectMany(one =>
                one switch
                {
                    ToolCallEvent call => OfCall(call),
                    ToolResultEvent result => OfResult(result),
                    UserInputEvent input => [Text(UserTurns, input, Start(input.Content, 300))],
                    _ => [],
                }
            ),
            .. session.Steps.LastOrDefault(step => step is Passage { Kind: PassageKind.Text }) is Passage last
                ? (Expected[])[Text(LastAnswer, session.Events[last.First], Start(last.Text, 200))]
                : [],
            .. session.LastStop is { } stop ? (Expected[])[new(Stop, $"#{stop.Position}", answer => TellsOf(answer, stop))] : [],
        ];

    private static IEnumerable<Expected> OfCall(ToolCallEvent call)
    {
        yield return new(Calls, $"#{call.Position}", answer => answer.Coverage.IsNamed(call.Position));
        foreach (var leaf in Leaves(call.Arguments).Where(leaf => leaf.Length >= ShortestArgument))
            yield return Text(Arguments, call, leaf);
    }

    private static IEnumerable<Expected> OfResult(ToolResultEvent result)
    {
        var text = TextOf(result.Result);
        if (IsFailure(result.Result) && LastLine(text) is { Length: > 0 } line)
            yield return Text(Errors, result, Start(line, 120));
        if (text.Length >= ShortestResult)
            foreach (var (measure, percent) in Snippets)
                yield return Text(measure, result, text.Substring((int)((long)text.Length * percent / 100), SnippetLength));
    }

    private static Expected Text(string measure, SessionEvent @event, string text)
    {
        var needle = Haystack.Needle(text);
        return new(measure, $"#{@event.Position}: {Start(needle, 60)}", answer => answer.Shown.Has(needle));
    }

    /// <summary>How the last run ended, in words of the server's, and the tokens that it took.</summary>
    private static bool TellsOf(Answer answer, StopEvent stop)
    {
        var isTold = stop.IsError
            ? stop.Error is null || answer.Shown.Has(Haystack.Needle(Start(stop.Error, 200)))
            : answer.Raw.Contains("Outcome: ok\n", StringComparison.Ordinal)
                || answer.Raw.Contains("\"outcome\":\"ok\"", StringComparison.Ordinal)
                || answer.Transcript.Entries.Any(entry =>
                    entry.ToString().StartsWith($"#{stop.Position} stop: ok", StringComparison.Ordinal)
                );
        return isTold
            && new[] { stop.Usage.TotalInputTokens, stop.Usage.TotalOutputTokens }
                .OfType<long>()
                .All(count => answer.Shown.HasNumber(count));
    }

    /// <summary>The failures that no server may miss; ours may tell more.</summary>
    private static bool IsFailure(RawJson result) =>
        result.Kind == JsonValueKind.Object
            ? result.Property("is_error").Kind == JsonValueKind.True
                || IsFilled(result.Property("error"))
                || (result.Property("returncode") is { Kind: JsonValueKind.Number } code && code.ToString() != "0")
            : result.AsString()?.StartsWith("Error", StringComparison.Ordinal) == true;

    private static bool IsFilled(RawJson value) =>
        !value.IsMissing && value.ToString() is not ("null" or "false" or "0" or "\"\"" or "{}" or "[]");

    /// <summary>The text of a result: its <c>output</c> or <c>content</c> where it has one, else the string itself, or the JSON.</summary>
    private static string TextOf(RawJson result)
    {
        var text =
            !result.Property("output").IsMissing ? result.Property("output")
            : !result.Property("content").IsMissing ? result.Property("content")
            : result;
        return text.AsString() ?? RecordedJson.Compact(text.ToString());
    }

    private static string? LastLine(string text) =>
        text.ReplaceLineEndings("\n").Split('\n').LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim();

    private static IEnumerable<string> Leaves(RawJson value) =>
        value.AsString() is { } text
            ? [text]
            : value.Properties().Select(property => property.Value).Concat(value.Items()).SelectMany(Leaves);

    private static string Start(string text, int length) => text.Length <= length ? text : text[..length];
}
