using System.Text.Json;
using System.Text.RegularExpressions;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace Fidelity;

/// <summary>A cut that was found to be one, and the recorded text that it is in.</summary>
internal sealed record FoundCut(Cut Cut, Place Place)
{
    /// <summary>What is left out.</summary>
    public string Omitted => Place.Text.Substring(Place.Index, Cut.Count);

    /// <summary>Whether what stands before it is a table, which was checked as a whole.</summary>
    public bool IsRows => Cut.Marker.EndsWith(" more rows]", StringComparison.Ordinal);

    /// <summary>The place behind it in the recorded text.</summary>
    public int End => Place.Index + Cut.Count;
}

/// <summary>
/// Whether a transcript says truly what it leaves out. What is shown before and behind each marker is compared with what is recorded
/// before and behind the characters that it says it stands for; every recorded string is shown in full or has a marker; every event is
/// told of once.
/// </summary>
internal sealed partial class Honesty
{
    private readonly Session session;
    private readonly Coverage coverage;
    private readonly List<string> problems;
    private readonly List<FoundCut> cuts = [];

    private readonly string head;

    private Honesty(Session session, Coverage coverage, string head) =>
        (this.session, this.coverage, this.head, problems) = (session, coverage, head, [.. coverage.Problems]);

    /// <summary>What is not true; empty where all is.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The cuts of texts.</summary>
    public IReadOnlyList<FoundCut> Cuts => cuts;

    /// <summary>How many markers there are, those of events among them.</summary>
    public int Markers { get; private set; }

    public static Honesty Of(Answer answer)
    {
        var honesty =
            answer.Channel == Channel.Json
                ? Of(answer.Session, answer.Entries, answer.Transcript, answer.Coverage, answer.Always)
                : Of(answer.Session, answer.Transcript, answer.Coverage, answer.Head);
        if (answer.IsCalledComplete != (honesty.Markers == 0))
            honesty.problems.Add($"it is called {(answer.IsCalledComplete ? "complete" : "cut")}, and has {honesty.Markers} markers");
        return honesty;
    }

    /// <summary>Checks a transcript of a whole session.</summary>
    public static Honesty Of(Session session, Transcript transcript) =>
        Of(session, transcript, new Coverage(session, transcript), head: "");

    /// <summary>Checks the entries of the structured content.</summary>
    public static Honesty Of(Session session, IReadOnlyList<ShownEntry> entries)
    {
        var transcript = EntryNotation.Of(session, entries);
        return Of(session, entries, transcript, new Coverage(session, transcript), always: []);
    }

    private static Honesty Of(
        Session session,
        IReadOnlyList<ShownEntry> entries,
        Transcript transcript,
        Coverage coverage,
        IReadOnlyList<JsonElement> always
    )
    {
        var honesty = new Honesty(session, coverage, head: "");
        foreach (var entry in entries.Where(entry => !entry.IsOmitted))
            honesty.problems.AddRange(
                EntryHonesty.ProblemsOf(session, entry, honesty.cuts, (call, name) => honesty.IsAlways(call, name, always))
            );
        honesty.problems.AddRange(honesty.cuts.Select(honesty.ProblemOfNote).OfType<string>());
        foreach (var entry in transcript.Entries)
            honesty.CheckReferences(entry);
        honesty.Markers = honesty.cuts.Count + entries.Count(entry => entry.IsOmitted);
        return honesty;
    }

    private static Honesty Of(Session session, Transcript transcript, Coverage coverage, string head)
    {
        var honesty = new Honesty(session, coverage, head);
        foreach (var entry in transcript.Entries.Where(entry => entry.Label.Success))
            honesty.CheckShown(entry);
        foreach (var entry in transcript.Entries)
            honesty.CheckReferences(entry);
        honesty.Markers = honesty.cuts.Count + transcript.Entries.Count(entry => entry.Run.Success || entry.List.Success);
        return honesty;
    }

    /// <summary>What is said to be the same as another event is shown there: whole, or the reference says that it is cut.</summary>
    private void CheckReferences(TranscriptEntry entry)
    {
        foreach (var line in entry.Margin)
        foreach (Match same in SameAsPattern().Matches(line))
        foreach (var at in Coverage.NamedBy(same))
            if (same.Groups["cut"].Success ? coverage.Showing(at) is null : !IsWhole(at, isPair: entry.Run.Success))
                problems.Add($"'{line}': #{at} is not shown{(same.Groups["cut"].Success ? "" : " whole")}");
    }

    /// <summary>Whether an event is shown, and nothing of it is cut.</summary>
    private bool IsWhole(int position, bool isPair)
    {
        if (isPair && session.ToolUses.FirstOrDefault(use => use.Call?.Position == position) is { Result: { } result })
            return IsWhole(position, false) && IsWhole(result.Position, false);
        return coverage.Showing(position) is not null && !cuts.Exists(cut => cut.Cut.First == position);
    }

    private void CheckShown(TranscriptEntry entry)
    {
        var events = coverage.ToldBy(entry).ToList();
        var candidates = Cut.In(entry.Text);
        var found = new List<FoundCut>();
        foreach (var cut in candidates)
        {
            var place = Place.At(session, cut).FirstOrDefault(place => Fits(entry.Text, cut, place, candidates, found));
            if (place is not null && events.Exists(one => one.Position == cut.First))
                found.Add(new FoundCut(cut, place));
            else if (!events.Exists(one => Strings(one).Any(text => text.Contains(cut.Marker, StringComparison.Ordinal))))
                problems.Add($"'{entry.Label}': what is shown around '{cut.Marker}' is not what is recorded there");
        }
        cuts.AddRange(found);
        foreach (var problem in found.Select(ProblemOfNote).OfType<string>())
            problems.Add($"'{entry.Label}': {problem}");
        foreach (var problem in events.SelectMany(one => Missing(entry, one, found)))
            problems.Add($"'{entry.Label}': {problem}");
    }

    private bool Fits(string text, Cut cut, Place place, List<Cut> candidates, List<FoundCut> found)
    {
        var last = found.LastOrDefault(one => one.Place.Identity == place.Identity);
        return cut.Count <= place.Text.Length - place.Index
            && (FitsBefore(text, cut, place, last) || ShownRows.AreTrue(text[..cut.Start], cut, place))
            && FitsBehind(text, cut, place, candidates);
    }

    /// <summary>What stands before a marker is the text's beginning, behind a label; or what follows the cut before.</summary>
    private static bool FitsBefore(string text, Cut cut, Place place, FoundCut? last)
    {
        if (last is not null)
            return last.End <= place.Index && text[last.Cut.End..cut.Start] == Behind(place.Text, last.End, place.Index);
        var shown = OutgoingText.Show(place.Text[..place.Index]);
        var before = text[..cut.Start];
        return before.EndsWith(shown, StringComparison.Ordinal) && IsBeginning(before[..^shown.Length]);
    }

    /// <summary>Whether a text begins behind this: behind a label, or behind a text on the same line.</summary>
    public static bool IsBeginning(string before) => before.TrimEnd(' ') is "" or [.., ':' or '→' or ',' or '\n'];

    /// <summary>What stands behind a marker is the rest of the text, up to its end or to the next cut.</summary>
    private bool FitsBehind(string text, Cut cut, Place place, List<Cut> candidates)
    {
        var end = place.Index + cut.Count;
        var behind = text[cut.End..];
        var rest = Behind(place.Text, end, place.Text.Length).TrimEnd();
        if (behind.StartsWith(rest, StringComparison.Ordinal) && IsEnd(behind[rest.Length..]))
            return true;
        return candidates.Exists(next =>
            next.Start >= cut.End
            && Place
                .At(session, next)
                .Any(other =>
                    other.Identity == place.Identity
                    && other.Index >= end
                    && text[cut.End..next.Start] == Behind(place.Text, end, other.Index)
                )
        );
    }

    /// <summary>A part of a text as it stands behind a marker: where a line ends before it, it begins a line.</summary>
    private static string Behind(string text, int start, int end) =>
        (start < text.Length && text[start - 1] == '\n' ? "\n" : "") + OutgoingText.Show(text[start..end]);

    /// <summary>Whether a text ends before what follows: nothing, a line of its own, or the next of several arguments on one line.</summary>
    private static bool IsEnd(string behind) =>
        behind.TrimStart(' ', '\t') is "" or ['\n', ..] || behind.StartsWith(", ", StringComparison.Ordinal);

    /// <summary>The recorded strings of an event that are neither shown in full nor cut by a marker.</summary>
    private IEnumerable<string> Missing(TranscriptEntry entry, SessionEvent @event, List<FoundCut> found)
    {
        var shown = new Haystack([entry.Text]);
        if (@event is TextDeltaEvent or ThinkingDeltaEvent)
        {
            if (found.Count == 0 && !Shows(shown, ((ContentEvent)@event).Content))
                yield return $"the text of #{@event.Position} is missing, without a marker";
            yield break;
        }
        var json = @event.Json.ToString();
        foreach (var value in RecordedJson.Values(json).Where(value => value.IsString && IsText(@event, value)))
        {
            if (found.Exists(one => Covers(one, @event, json, value)) || Shows(shown, RecordedJson.Unquote(json, value.Start + 1)))
                continue;
            var quoted = json[(value.Start + 1)..(value.End - 1)];
            if (!Shows(shown, quoted) && !IsElsewhere(entry, quoted) && !IsInHead(@event, quoted))
                yield return $"'{quoted[..Math.Min(60, quoted.Length)]}' of #{@event.Position} is missing, without a marker";
        }
    }

    private static bool Covers(FoundCut found, SessionEvent @event, string json, RecordedJson.Value value)
    {
        var (place, cut) = (found.Place, found.Cut);
        if (place.Position != @event.Position || value.Start < place.Start || value.End > place.End)
            return false;
        if (!place.IsJson || found.IsRows)
            return true;
        var start = RecordedJson.Compact(json[place.Start..value.Start]).Length;
        return start < place.Index + cut.Count && start + (value.End - value.Start) > place.Index;
    }

    /// <summary>Whether a marker says that what it stands for is shown at another event.</summary>
    public static bool IsElsewhere(Cut cut) => AsPattern().IsMatch(cut.Marker);

    /// <summary>What is wrong with what a marker says of the text that it stands for.</summary>
    private string? ProblemOfNote(FoundCut found)
    {
        var (marker, text) = (found.Cut.Marker, found.Place.Text);
        if (AsPattern().Match(marker) is { Success: true } same)
        {
            var at = TranscriptEntry.Number(same, "at");
            var isRecorded =
                at < session.Events.Length && Texts(session.Events[at]).Any(one => one.Contains(found.Omitted, StringComparison.Ordinal));
            return !isRecorded ? $"'{marker}': #{at} has no such text"
                : coverage.Showing(at) is not { } other ? $"'{marker}': #{at} is not shown"
                : !Shows(new Haystack([other.Text]), found.Omitted) ? $"'{marker}': #{at} does not show it whole"
                : null;
        }
        if (BegunPattern().Match(marker) is { Success: true } begun)
        {
            var at = TranscriptEntry.Number(begun, "at");
            var start = found.Omitted[..Math.Min(60, found.Omitted.Length)];
            return coverage.Showing(at) is not { } other || !Shows(new Haystack([other.Text]), start)
                ? $"'{marker}': #{at} does not show its beginning"
                : null;
        }
        if (AlikePattern().Match(marker) is { Success: true } alike)
        {
            // If only a part of these lines is cut, it may begin inside a line.
            var lines = (found.Place.IsJson ? EscapedLineEnd() : LineEnd()).Split(found.Omitted);
            var kinds = lines.Skip(1).Where(line => line.Length > 0).Select(line => NumberPattern().Replace(line, "0")).Distinct();
            return lines.Length - 1 > TranscriptEntry.Number(alike, "lines") - 3 ? $"'{marker}': it cuts {lines.Length - 1} lines"
                : kinds.Count() > 1 ? $"'{marker}': these lines are not alike"
                : null;
        }
        return
            ListingPattern().Match(marker) is { Success: true } listing
            && TranscriptEntry.Number(listing, "lines") != text.TrimEnd().ReplaceLineEndings("\n").Split('\n').Length
            ? $"'{marker}': the text has another number of lines"
            : null;
    }

    /// <summary>A text that is said to be the same as that of another event, is.</summary>
    private bool IsElsewhere(TranscriptEntry entry, string quoted) =>
        SamePattern()
            .Matches(entry.Text)
            .Any(same =>
                TranscriptEntry.Number(same, "at") is var at
                && at < session.Events.Length
                && session.Events[at].Json.ToString().Contains($"\"{quoted}\"", StringComparison.Ordinal)
            );

    /// <summary>An argument that is the same in all calls of a tool stands in the head.</summary>
    private bool IsInHead(SessionEvent @event, string quoted) =>
        @event is ToolCallEvent call
        && head.Contains(RecordedJson.Unquote($"\"{quoted}\"", 1), StringComparison.Ordinal)
        && session
            .Events.OfType<ToolCallEvent>()
            .Where(other => other.Name == call.Name)
            .All(other => other.Arguments.ToString().Contains($"\"{quoted}\"", StringComparison.Ordinal));

    /// <summary>An argument that has the same value in all calls of a tool, and stands in the head.</summary>
    private bool IsAlways(ToolCallEvent call, string name, IReadOnlyList<JsonElement> always) =>
        always.Any(values =>
            values.TryGetProperty(OutgoingText.ShowName(name), out var value) && EntryHonesty.IsSame(value, call.Arguments.Property(name))
        )
        && session
            .Events.OfType<ToolCallEvent>()
            .Where(other => other.Name == call.Name)
            .All(other => other.Arguments.Property(name).ToString() == call.Arguments.Property(name).ToString());

    private static bool Shows(Haystack shown, string text) => shown.Has(Haystack.Needle(OutgoingText.Show(text)));

    /// <summary>Whether a string is a text for readers, and no id or type.</summary>
    private static bool IsText(SessionEvent @event, RecordedJson.Value value) =>
        @event is UnknownEvent || value.Property is "content" or "arguments" or "result" or "error" or "image_attachment";

    private static IEnumerable<string> Texts(SessionEvent @event) => Strings(@event).Append(RecordedJson.Compact(@event.Json.ToString()));

    private static IEnumerable<string> Strings(SessionEvent @event)
    {
        var json = @event.Json.ToString();
        return from value in RecordedJson.Values(json) where value.IsString select RecordedJson.Unquote(json, value.Start + 1);
    }

    [GeneratedRegex(@": of (?<lines>[\d,]+) lines alike but for numbers\]$")]
    private static partial Regex AlikePattern();

    [GeneratedRegex(@"[A-Za-z0-9._-]*\d[A-Za-z0-9._-]*")]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\r\n|\n|\r")]
    private static partial Regex LineEnd();

    [GeneratedRegex(@"\\r\\n|\\n|\\r")]
    private static partial Regex EscapedLineEnd();

    [GeneratedRegex(@": a listing of (?<lines>[\d,]+) lines\]$")]
    private static partial Regex ListingPattern();

    [GeneratedRegex(@": begun at #(?<at>\d+)\]$")]
    private static partial Regex BegunPattern();

    [GeneratedRegex(@": as #(?<at>\d+)\]$")]
    private static partial Regex AsPattern();

    [GeneratedRegex(@"same as #(?<at>\d+)(( and |(?<to>–))#(?<at>\d+))?(?<cut>, cut there)?(\]|$)")]
    private static partial Regex SameAsPattern();

    [GeneratedRegex(@"\bas #(?<at>\d+)")]
    private static partial Regex SamePattern();
}
