using System.Text.RegularExpressions;
using ChatSessions.Model;

namespace Fidelity;

/// <summary>One thing that an answer about a session should still hold.</summary>
/// <param name="Measure">The figure that it counts in, one of <see cref="Measures"/>.</param>
/// <param name="Name">What it is, for a reader.</param>
/// <param name="IsKept">Whether an answer holds it.</param>
/// <param name="Weight">How much it counts.</param>
internal sealed partial record Expected(string Measure, string Name, Func<Answer, bool> IsKept, double Weight = 1)
{
    public const string Calls = "calls";
    public const string Errors = "errors";
    public const string UserTurns = "user";
    public const string Stop = "stop";
    public const string Used = "used";
    public const string Facts = "facts";
    public const string Patch = "patch";
    public const string Changed = "changes";
    public const string Thoughts = "thoughts";
    public const string Decisions = "decided";
    public const string LastAnswer = "answer";
    public const string Answers = "answers";
    public const string ShortResults = "short";
    public const string Arguments = "args";

    /// <summary>The figures, in the order of the table.</summary>
    public static readonly string[] Measures =
    [
        Calls,
        Errors,
        UserTurns,
        Stop,
        Used,
        Facts,
        Patch,
        Changed,
        Thoughts,
        Decisions,
        LastAnswer,
        Answers,
        ShortResults,
        Arguments,
    ];

    private const int ShortestArgument = 6;
    private const int ShortestThought = 160;
    private const int ShortestSentence = 20;
    private const int ShortestPatchLine = 4;
    private const int ShortestResult = 3;
    private const int LongestShortResult = 200;

    /// <summary>The figure and what it is.</summary>
    public string Label { get; } = $"{Measure} {Name}";

    /// <summary>All that is expected of answers about a session.</summary>
    public static List<Expected> Of(Session session) =>
        [
            .. session.Steps.SelectMany(step =>
                step switch
                {
                    UserMessage message => [Text(UserTurns, message.Position, Start(message.Event.Content, 300))],
                    Passage passage => OfPassage(passage),
                    ToolUse use => OfUse(use),
                    _ => [],
                }
            ),
            .. session.LastStop is { } stop ? (Expected[])[new(Stop, $"#{stop.Position}", answer => TellsOf(answer, stop))] : [],
            .. UsedLine.Of(session).SelectMany(OfUsed),
            .. OfPatch(session),
            .. Changes.Of(session).SelectMany(OfChange),
            .. OfAnswers(session),
        ];

    private static IEnumerable<Expected> OfPassage(Passage passage)
    {
        if (passage.Text.Length >= ShortestThought)
            yield return Text(Thoughts, passage.Position, Start(passage.Text, 200));
        foreach (var sentence in SentencePattern().Split(passage.Text).Where(sentence => sentence.Trim().Length >= ShortestSentence))
            if (ReasonPattern().IsMatch(sentence))
                yield return Text(Decisions, passage.Position, sentence);
    }

    private static IEnumerable<Expected> OfUse(ToolUse use)
    {
        if (use.Call is { } call)
        {
            yield return new(Calls, $"#{call.Position}", answer => answer.Names(call));
            foreach (var leaf in Leaves(call.Arguments).Where(leaf => leaf.Length >= ShortestArgument))
            {
                var needle = Haystack.Needle(leaf);
                yield return new(
                    Arguments,
                    $"#{call.Position}: {Start(needle, 60)}",
                    answer => answer.Shown.Has(needle) || answer.SaysElsewhere(call, leaf)
                );
            }
        }
        if (use.Result is not { } result)
            yield break;
        var text = RecordedResult.Text(result.Result);
        if (RecordedResult.IsFailure(use.Call, result) && RecordedResult.LastLine(text) is { Length: > 0 } line)
            yield return Text(Errors, result.Position, Start(line, 120));
        if (text.Trim().Length is >= ShortestResult and <= LongestShortResult)
            yield return Text(ShortResults, result.Position, text);
    }

    private static IEnumerable<Expected> OfUsed(UsedLine line)
    {
        yield return new(Used, $"#{line.Position}: {Haystack.Needle(line.Text)}", answer => line.IsShown(answer.Shown));
        foreach (var fact in line.Facts)
            yield return Text(Facts, line.Position, fact);
    }

    /// <summary>What the last diff among the results adds and removes.</summary>
    private static IEnumerable<Expected> OfPatch(Session session)
    {
        var diff = session
            .Events.OfType<ToolResultEvent>()
            .Reverse()
            .Select(result => (result.Position, Text: RecordedResult.Text(result.Result)))
            .FirstOrDefault(result => DiffPattern().IsMatch(result.Text));
        return from line in RecordedResult.Lines(diff.Text ?? "")
            where PatchLinePattern().IsMatch(line) && line.Trim().Length >= ShortestPatchLine
            select Text(Patch, diff.Position, line);
    }

    /// <summary>Each file counts the same, however many lines were changed in it.</summary>
    private static IEnumerable<Expected> OfChange(Change change)
    {
        var file = Haystack.Needle(change.File);
        return from line in change.Lines.DefaultIfEmpty("")
            let name = $"#{change.Position}: {file}: {Start(line, 60)}"
            select new Expected(
                Changed,
                name,
                answer => answer.Shown.Has(file) && answer.Shown.Has(line),
                1.0 / Math.Max(1, change.Lines.Count)
            );
    }

    /// <summary>The text that a turn ends with; of the session its last text, even if calls follow it.</summary>
    private static IEnumerable<Expected> OfAnswers(Session session)
    {
        var texts = session.Steps.OfType<Passage>().Where(passage => passage.Kind == PassageKind.Text).ToList();
        foreach (var text in texts.Where(text => IsEnd(session.Events.ElementAtOrDefault(text.LastPosition + 1))))
            yield return Text(Answers, text.Position, text.Text);
        if (texts.LastOrDefault() is { } last)
            yield return Text(LastAnswer, last.Position, last.Text);
    }

    private static bool IsEnd(SessionEvent? next) => next is null or StopEvent or UserInputEvent;

    private static Expected Text(string measure, int position, string text)
    {
        var needle = Haystack.Needle(text);
        return new(measure, $"#{position}: {Start(needle, 60)}", answer => answer.Shown.Has(needle));
    }

    /// <summary>How the last run ended, in words of the server's, and the tokens that it took.</summary>
    private static bool TellsOf(Answer answer, StopEvent stop)
    {
        var isTold = stop.IsError
            ? stop.Error is null || answer.Shown.Has(Haystack.Needle(Start(stop.Error, 200)))
            : answer.Raw.Contains("Outcome: ok (", StringComparison.Ordinal)
                || answer.Raw.Contains("\"outcome\":\"ok\"", StringComparison.Ordinal)
                || answer.Shown.Has($"#{stop.Position} stop: {(answer.IsPlain ? "" : "ok")}")
                || (answer.Channel == Channel.Json && answer.Entries.Any(one => one.Event == stop.Position && one.String("stop") == "ok"));
        return isTold
            && new[] { stop.Usage.TotalInputTokens, stop.Usage.TotalOutputTokens }
                .OfType<long>()
                .All(count => answer.Shown.HasNumber(count));
    }

    private static IEnumerable<string> Leaves(RawJson value) =>
        value.AsString() is { } text
            ? [text]
            : value.Properties().Select(property => property.Value).Concat(value.Items()).SelectMany(Leaves);

    private static string Start(string text, int length) => text.Length <= length ? text : text[..length];

    [GeneratedRegex(@"(?<=[.!?]['"")*`]*)\s+|(?<=[。！？])|\n+")]
    private static partial Regex SentencePattern();

    [GeneratedRegex(
        @"\b(because|the (real |actual |main )?(issue|problem|bug|cause|reason) (is|was)|root cause|instead|rather than|so I('ll| will| need| should)|therefore|that's why)\b|原因|因为|因此|所以|而不是",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex ReasonPattern();

    [GeneratedRegex(@"(^|\n)diff --git ")]
    private static partial Regex DiffPattern();

    [GeneratedRegex(@"^[+-](?![+-]{2} )")]
    private static partial Regex PatchLinePattern();
}
