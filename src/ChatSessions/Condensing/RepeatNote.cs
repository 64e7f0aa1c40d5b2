using System.Buffers;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// What a marker says about a run of repeated calls, besides their number: which calls they are like, and how they differ, from the first
/// folded call to the last: <c>like #3 but for attempt: 2…19, progress: 10…95</c>. A round of three calls or more is named by its first and
/// its last.
/// </summary>
internal static class RepeatNote
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
    public static string Write(RepeatedRun run, IEnumerable<Step> folded, IEnumerable<Step> backwards, Func<ToolUse, bool> isWhole)
    {
        var like = run.FirstRound switch
        {
            [var only] => $"#{only.Position}",
            [var one, var other] => $"#{one.Position} and #{other.Position}",
            [var first, .., var last] => $"#{first.Position}–#{last.Position}",
            [] => throw new ArgumentException("A round has a call.", nameof(run)),
        };
        var differences = run
            .Differences.Select(difference => Describe(difference, FirstIn(folded, difference), FirstIn(backwards, difference)))
            .OfType<string>()
            .Distinct()
            .ToList();
        if (differences.Count == 0)
            return $"same as {like}{(run.FirstRound.All(isWhole) ? "" : SameEvent.CutThere)}";
        var told = string.Join(", ", differences.Take(MostDifferences));
        return $"like {like} but for {told}{(run.Differences.Count > MostDifferences ? " and more" : "")}";

        ToolUse? FirstIn(IEnumerable<Step> steps, RunDifference difference) =>
            steps.OfType<ToolUse>().FirstOrDefault(use => run.IndexInRound(use) == difference.IndexInRound);
    }

    private static string? Describe(RunDifference difference, ToolUse? first, ToolUse? last)
    {
        if (first is null || last is null)
            return null;
        var name = Quoted.Name(OutgoingText.ShowLine(Section.NameOf(difference.Name), LongestName) ?? "");
        return Values(difference.In(first), difference.In(last)) is { } values ? $"{name}: {values}" : name;
    }

    /// <summary>
    /// The first value and the last; in longer texts, the first word and the last. Null if this does not fit into a few characters.
    /// </summary>
    private static string? Values(RawJson first, RawJson last)
    {
        if (first.IsMissing || last.IsMissing || first.Utf8.Length > LongestText || last.Utf8.Length > LongestText)
            return null;
        var (from, to) = (first.AsString() ?? first.ToString(), last.AsString() ?? last.ToString());
        if (from != to && Math.Max(from.Length, to.Length) > LongestValue)
        {
            var start = from.AsSpan().CommonPrefixLength(to);
            while (start > 0 && !char.IsWhiteSpace(from[start - 1]))
                start--;
            (from, to) = (Word(from, start), Word(to, start));
        }
        return (Show(from), Show(to)) is ({ } one, { } other) ? (one == other ? one : $"{one}…{other}") : null;
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
