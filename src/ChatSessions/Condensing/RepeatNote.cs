using System.Buffers;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// What a marker says about a run of repeated calls, other than their number: which calls they are like, and how they differ, from the first
/// folded call to the last: <c>like #3 but for attempt: 2…19, progress: 10…95</c>. A round of three calls or more is named by its first and
/// its last.
/// </summary>
/// <param name="Like">The calls of the first round.</param>
/// <param name="Differences">In what the folded calls differ.</param>
/// <param name="MoreDifferences">In how much more they differ.</param>
/// <param name="IsShown">Whether the first round is shown whole.</param>
internal sealed record RepeatNote(IReadOnlyList<int> Like, IReadOnlyList<RepeatDifference> Differences, int MoreDifferences, bool IsShown)
{
    private const int MostDifferences = 3;
    private const int LongestName = 32;
    private const int LongestValue = 24;

    /// <summary>In longer texts, the one word that differs is not searched for.</summary>
    private const int LongestText = 4_000;

    /// <summary>Characters that would look like the marker's own.</summary>
    private static readonly SearchValues<char> OurOwn = SearchValues.Create("[]#…");

    /// <summary>Describes some folded steps of a run.</summary>
    /// <param name="folded">The steps, first to last.</param>
    /// <param name="backwards">The same steps, last to first. In a long run, most of them are never looked at.</param>
    /// <param name="isWhole">Whether all of a call and its result is shown.</param>
    public static RepeatNote Of(RepeatedRun run, IEnumerable<Step> folded, IEnumerable<Step> backwards, Func<ToolUse, bool> isWhole)
    {
        var differences = run
            .Differences.Select(difference => Describe(difference, FirstIn(folded, difference), FirstIn(backwards, difference)))
            .OfType<RepeatDifference>()
            .Distinct()
            .ToList();
        return new(
            [.. run.FirstRound.Select(use => use.Position)],
            [.. differences.Take(MostDifferences)],
            Math.Max(0, run.Differences.Count - MostDifferences),
            run.FirstRound.All(isWhole)
        );

        ToolUse? FirstIn(IEnumerable<Step> steps, RunDifference difference) =>
            steps.OfType<ToolUse>().FirstOrDefault(use => run.IndexInRound(use) == difference.IndexInRound);
    }

    public override string ToString()
    {
        var like = Like switch
        {
            [var only] => $"#{only}",
            [var one, var other] => $"#{one} and #{other}",
            [var first, .., var last] => $"#{first}–#{last}",
            [] => throw new ArgumentException("A round has a call.", nameof(Like)),
        };
        return Differences.Count == 0
            ? $"same as {like}{(IsShown ? "" : SameEvent.CutThere)}"
            : $"like {like} but for {string.Join(", ", Differences)}{(MoreDifferences > 0 ? " and more" : "")}";
    }

    private static RepeatDifference? Describe(RunDifference difference, ToolUse? first, ToolUse? last)
    {
        if (first is null || last is null)
            return null;
        var name = OutgoingText.ShowLine(Section.NameOf(difference.Name), LongestName) ?? "";
        return Values(difference.In(first), difference.In(last)) is ({ } from, { } to) ? new(name, from, to) : new(name, null, null);
    }

    /// <summary>
    /// The first value and the last; in longer texts, the first word and the last. Null if this does not fit into a few characters.
    /// </summary>
    private static (string? From, string? To) Values(RawJson first, RawJson last)
    {
        if (first.IsMissing || last.IsMissing || first.Utf8.Length > LongestText || last.Utf8.Length > LongestText)
            return default;
        var (from, to) = (first.AsString() ?? first.ToString(), last.AsString() ?? last.ToString());
        if (from != to && Math.Max(from.Length, to.Length) > LongestValue)
        {
            var start = from.AsSpan().CommonPrefixLength(to);
            while (start > 0 && !char.IsWhiteSpace(from[start - 1]))
                start--;
            (from, to) = (Word(from, start), Word(to, start));
        }
        return (Show(from), Show(to));
    }

    private static string Word(string text, int start)
    {
        var length = text.AsSpan(start).IndexOfAny(" \t\r\n");
        return length < 0 ? text[start..] : text.Substring(start, length);
    }

    private static string? Show(string value) =>
        value.Length <= LongestValue && !value.AsSpan().ContainsAny(OurOwn) && OutgoingText.ShowLine(value, LongestValue) is { } shown
            ? Quoted.Between(shown, ", ", ": ", " and ")
            : null;
}

/// <summary>In what repeated calls differ.</summary>
/// <param name="Name">The argument, or <c>result</c>.</param>
/// <param name="From">The value in the first call that is left out; null if it is too long to be named.</param>
/// <param name="To">The value in the last one.</param>
public sealed record RepeatDifference(string Name, string? From, string? To)
{
    public override string ToString() =>
        From is null ? Quoted.Name(Name)
        : From == To ? $"{Quoted.Name(Name)}: {From}"
        : $"{Quoted.Name(Name)}: {From}…{To}";
}
