using System.Globalization;
using System.Text.RegularExpressions;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace Fidelity;

/// <summary>
/// Where a transcript tells of each event: it is shown, or a marker stands for it. Every event is told of exactly once, and every number
/// is exact; what is otherwise is a problem.
/// </summary>
internal sealed partial class Coverage
{
    private readonly Session session;
    private readonly Dictionary<int, Step> steps;
    private readonly TranscriptEntry?[] toldBy;
    private readonly bool[] isNamed;
    private readonly Dictionary<TranscriptEntry, List<SessionEvent>> events = [];
    private readonly List<string> problems = [];

    public Coverage(Session session, Transcript transcript)
    {
        this.session = session;
        steps = session.Steps.ToDictionary(step => step.Position);
        toldBy = new TranscriptEntry?[session.Events.Length];
        isNamed = new bool[session.Events.Length];
        var entries = transcript.Entries.Where(entry => entry.ToString().Length > 0).ToList();
        var lists = new List<TranscriptEntry>();
        foreach (var entry in entries)
        {
            if (entry.Label.Success)
                TellLabel(entry);
            else if (entry.List.Success && !entry.Run.Success)
                lists.Add(entry);
            else if (!entry.Run.Success)
                problems.Add($"'{entry}' is no label and no marker");
        }
        // What a run leaves out is what nothing else tells of, between the entries before and behind it.
        var ordered = entries.Where(entry => entry.First is not null).ToList();
        for (var index = 0; index < ordered.Count; index++)
            if (ordered[index].Run.Success)
                TellRun(ordered[index], ordered.ElementAtOrDefault(index - 1)?.First, ordered.ElementAtOrDefault(index + 1)?.First);
        // What a list only counts lies in the gaps, which are known when everything else is read.
        foreach (var list in lists)
            TellList(list);
        for (var position = 0; position < toldBy.Length; position++)
            if (toldBy[position] is null)
                problems.Add($"nothing tells of #{position}");
    }

    public IReadOnlyList<string> Problems => problems;

    /// <summary>Whether an event's position is shown, by itself or in a range that names its tool.</summary>
    public bool IsNamed(int position) => isNamed[position];

    /// <summary>The entry that shows an event; null where only a marker stands for it.</summary>
    public TranscriptEntry? Showing(int position) => toldBy[position] is { Label.Success: true } entry ? entry : null;

    /// <summary>The events that an entry tells of.</summary>
    public IReadOnlyList<SessionEvent> ToldBy(TranscriptEntry entry) => events.TryGetValue(entry, out var told) ? told : [];

    private void TellLabel(TranscriptEntry entry)
    {
        var (first, last) = (TranscriptEntry.Number(entry.Label, "first"), TranscriptEntry.Last(entry.Label));
        if (!steps.TryGetValue(first, out var step))
        {
            problems.Add($"'{entry}': nothing begins at #{first}");
            return;
        }
        if (step is not ToolUse { Call: not null } use)
        {
            if (last != step.LastPosition)
                problems.Add($"'{entry}': it ends at #{step.LastPosition}");
            Tell(entry, EventsOf(step));
            return;
        }
        Tell(entry, [first]);
        if (entry.Margin.FirstOrDefault(line => line.StartsWith('→')) is not { } arrow)
            return;
        if (use.Result is null != arrow.StartsWith("→ unanswered", StringComparison.Ordinal))
            problems.Add($"'{entry}': '{arrow}', and the result is {(use.Result is null ? "none" : $"#{use.Result.Position}")}");
        if (use.Result is not { } result)
            return;
        var address = ResultPattern().Match(arrow);
        if (result.Position != (address.Success ? TranscriptEntry.Number(address, "at") : first + 1))
            problems.Add($"'{entry}': '{arrow}', and the result is #{result.Position}");
        Tell(entry, [result.Position]);
    }

    private void TellList(TranscriptEntry entry)
    {
        var count = 0;
        foreach (Match item in ItemPattern().Matches(entry.List.Groups["kinds"].Value))
        foreach (Match address in AddressPattern().Matches(item.Groups["at"].Value))
        {
            var (first, last) = (TranscriptEntry.Number(address, "first"), TranscriptEntry.Last(address));
            var kind = item.Groups["kind"].Value;
            var events = Listed(kind, first, last);
            if (events is null)
                problems.Add($"'{entry}': {kind} {address} is something else");
            else
                Tell(entry, events);
            if (
                steps.TryGetValue(first, out var step)
                && step is ToolUse { Outcome.IsFailure: var isFailure }
                && isFailure != address.Groups["failed"].Success
            )
                problems.Add($"'{entry}': {kind} {address} {(isFailure ? "failed" : "did not fail")}");
            count += events?.Count ?? 0;
        }
        foreach (Match item in ItemPattern().Matches(entry.List.Groups["kinds"].Value).Where(item => item.Groups["count"].Success))
        {
            var events = Unnamed(item.Groups["kind"].Value).ToList();
            if (events.Count != TranscriptEntry.Number(item, "count"))
                problems.Add($"'{entry}': {item} are {events.Count}");
            foreach (var one in events)
                Tell(entry, one, isNamed: false);
            count += events.Sum(one => one.Count);
        }
        CheckCount(entry, entry.List, count);
    }

    /// <summary>The results, or the passages of a kind, that nothing tells of: each with its events.</summary>
    private IEnumerable<List<int>> Unnamed(string kind) =>
        session
            .Steps.SelectMany(step =>
                step is ToolUse { Result: { } result }
                    ? (
                        kind == "result"
                            ?
                            [
                                [result.Position],
                            ]
                            : []
                    )
                : step is Passage && kind == KindOf(step) ? [EventsOf(step).ToList()]
                : Array.Empty<List<int>>()
            )
            .Where(events => toldBy[events[0]] is null);

    /// <summary>The events that an item of a list stands for; null where they are not what it calls them.</summary>
    private List<int>? Listed(string kind, int first, int last)
    {
        if (last >= session.Events.Length)
            return null;
        if (kind == "result" && first == last && session.Events[first] is ToolResultEvent)
            return [first];
        if (!steps.TryGetValue(first, out var step))
            return null;
        if (kind == KindOf(step))
            return step is ToolUse ? (first == last ? [first] : null) : (step.LastPosition == last ? [.. EventsOf(step)] : null);
        var isPair = step is ToolUse { Call: not null } use && use.Result?.Position == first + 1 && first == last;
        return isPair && kind == $"{KindOf(step)}+result" ? [first, first + 1] : null;
    }

    private void TellRun(TranscriptEntry entry, int? before, int? behind)
    {
        var folded = session
            .Steps.Where(step =>
                step.Position > (before ?? -1) && step.Position < (behind ?? int.MaxValue) && toldBy[step.Position] is null
            )
            .ToList();
        var (first, last) = (TranscriptEntry.Number(entry.Run, "first"), TranscriptEntry.Last(entry.Run));
        if (folded.Count == 0 || folded[0].Position != first || folded.Max(step => step.LastPosition) != last)
        {
            problems.Add($"'{entry}': it stands for {string.Join(", ", folded.Select(step => $"#{step.Position}"))}");
            return;
        }
        CheckCount(entry, entry.Run, folded.Sum(step => EventsOf(step).Count()));
        var named = $", {entry.Run.Groups["kinds"].Value},";
        var unnamed = folded
            .GroupBy(KindOf)
            .Where(kind =>
                !named.Contains(kind.Count() == 1 ? $", {kind.Key}," : $", {kind.Key} ×{kind.Count()},", StringComparison.Ordinal)
            )
            .ToList();
        var more = MorePattern().Match(named) is { Success: true } kinds ? TranscriptEntry.Number(kinds, "count") : 0;
        var pooled = PoolPattern().Match(named) is { Success: true } pool
            ? (pool.Groups["count"].Success ? TranscriptEntry.Number(pool, "count") : 1)
            : 0;
        // Of rare kinds that are counted together, how many they are is not told.
        if (pooled == 0 ? unnamed.Count != more : unnamed.Sum(kind => kind.Count()) - pooled < more)
            problems.Add($"'{entry}': {string.Join(", ", unnamed.Select(kind => $"{kind.Key} ×{kind.Count()}"))} is not told");
        var failed = folded.Count(step => step is ToolUse { Outcome.IsFailure: true });
        if (failed > 0 && !named.Contains($", {failed} failed,", StringComparison.Ordinal))
            problems.Add($"'{entry}': {failed} failed");
        if (SamePattern().Match(named) is { Success: true } same && !folded.OfType<ToolUse>().All(use => IsLike(use, same)))
            problems.Add($"'{entry}': not all of these calls are");
        var nameless = unnamed.Select(kind => kind.Key).ToHashSet();
        foreach (var step in folded)
            Tell(entry, EventsOf(step), isNamed: !nameless.Contains(KindOf(step)));
    }

    /// <summary>Whether a call is of one of the tools that a run is said to be like, or even the same as.</summary>
    private bool IsLike(ToolUse use, Match same) =>
        NamedBy(same)
            .Select(position => steps.GetValueOrDefault(position))
            .OfType<ToolUse>()
            .Any(other =>
                use.Name == other.Name
                && (
                    same.Groups["how"].Value == "like"
                    || (
                        Compact(use.Call?.Arguments) == Compact(other.Call?.Arguments)
                        && Compact(use.Result?.Result) == Compact(other.Result?.Result)
                    )
                )
            );

    /// <summary>The positions that a marker names, <c>#3 and #5</c>, and those in between, <c>#3–#7</c>.</summary>
    public static IEnumerable<int> NamedBy(Match same)
    {
        List<int> at = [.. same.Groups["at"].Captures.Select(at => int.Parse(at.Value, CultureInfo.InvariantCulture))];
        return same.Groups["to"].Success ? Enumerable.Range(at[0], at[1] - at[0] + 1) : at;
    }

    private static string? Compact(RawJson? json) => json is { IsMissing: false } value ? RecordedJson.Compact(value.ToString()) : null;

    private void CheckCount(TranscriptEntry entry, Match marker, int count)
    {
        if (TranscriptEntry.Number(marker, "count") != count)
            problems.Add($"'{entry}': these are {count} events");
    }

    private void Tell(TranscriptEntry entry, IEnumerable<int> positions, bool isNamed = true)
    {
        foreach (var position in positions)
        {
            if (toldBy[position] is { } other)
                problems.Add($"#{position} is told of by '{other}' and by '{entry}'");
            toldBy[position] = entry;
            if (!events.TryGetValue(entry, out var told))
                events[entry] = told = [];
            told.Add(session.Events[position]);
            this.isNamed[position] = isNamed;
        }
    }

    private static IEnumerable<int> EventsOf(Step step) =>
        step switch
        {
            Passage passage => Enumerable.Range(passage.First, passage.Last - passage.First + 1),
            ToolUse { Call: { } call, Result: { } result } => [call.Position, result.Position],
            _ => [step.Position],
        };

    private static string KindOf(Step step) =>
        step switch
        {
            UserMessage => "user",
            Passage { Kind: PassageKind.Text } => "text",
            Passage => "thinking",
            ToolUse use => OutgoingText.ShowLine(OutgoingText.ShowName(use.Name), 64) ?? "",
            RunEnd => "stop",
            _ => "unknown",
        };

    [GeneratedRegex(@", (?<how>same as|like) #(?<at>\d+)(( and |(?<to>–))#(?<at>\d+))?(,| but for )")]
    private static partial Regex SamePattern();

    [GeneratedRegex(@", (?<count>[\d,]+) more kinds,")]
    private static partial Regex MorePattern();

    [GeneratedRegex(@", other tools( ×(?<count>\d+))?,")]
    private static partial Regex PoolPattern();

    [GeneratedRegex(@"^→ #(?<at>\d+):")]
    private static partial Regex ResultPattern();

    [GeneratedRegex(@"(?<kind>.*?)( ×(?<count>[\d,]+))?(?<at>( #\d+(–#\d+)?( \(failed\))?)*)(; |$)")]
    private static partial Regex ItemPattern();

    [GeneratedRegex(@"#(?<first>\d+)(–#(?<last>\d+))?(?<failed> \(failed\))?")]
    private static partial Regex AddressPattern();
}
