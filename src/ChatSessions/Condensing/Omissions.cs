using System.Globalization;
using System.Text;
using ChatSessions.Analysis;
using ChatSessions.Model;

namespace ChatSessions.Condensing;

/// <summary>
/// What a transcript leaves out completely. A long run of folded entries becomes a marker in its place,
/// <c>…[+38 events, #3–#40: bash ×12, text ×5]</c>. The middle of a run of repeated calls, however short, also says how they differ, see
/// <see cref="RepeatNote"/>. For single entries a marker would cost more than their position, so they share one list at the end,
/// <c>…[+9 events: text ×4; bash+result #6 #9; result ×1]</c>: the gaps between the positions shown say which those without a position are.
/// </summary>
internal sealed class Omissions
{
    /// <summary>
    /// Shorter runs go into the list. In JSON, an entry for a run costs as much as the positions of nine calls, and what lies between them.
    /// </summary>
    private const int ShortestRun = 10;
    private const int ShortestRunInJson = 25;

    /// <summary>At most this many kinds are counted separately.</summary>
    private const int MostTracked = 32;

    private readonly List<Entry> entries;
    private readonly Budget budget;
    private readonly int mostKinds;
    private readonly List<int> open = [];
    private readonly Dictionary<(int From, int To), Cost> costs = [];
    private readonly int longestStep;
    private readonly int[] eventsBefore;
    private readonly int[] failuresBefore;
    private readonly int[] startOfRun;
    private readonly List<(string Kind, List<int> Entries)> kinds = [];

    /// <param name="mostKinds">How many kinds of entries a marker names, the most frequent first.</param>
    public Omissions(List<Entry> entries, Budget budget, int mostKinds)
    {
        (this.entries, this.budget, this.mostKinds) = (entries, budget, mostKinds);
        longestStep = entries.Select(entry => entry.Step.LastPosition - entry.Step.Position).DefaultIfEmpty().Max();
        eventsBefore = new int[entries.Count + 1];
        failuresBefore = new int[entries.Count + 1];
        startOfRun = new int[entries.Count];
        var byKind = new Dictionary<string, List<int>>();
        for (var index = 0; index < entries.Count; index++)
        {
            eventsBefore[index + 1] = eventsBefore[index] + entries[index].EventCount;
            if (!byKind.TryGetValue(entries[index].Kind, out var alike))
                kinds.Add((entries[index].Kind, byKind[entries[index].Kind] = alike = []));
            alike.Add(index);
            failuresBefore[index + 1] = failuresBefore[index] + (entries[index].IsFailure ? 1 : 0);
            startOfRun[index] = index > 0 && entries[index].Run == entries[index - 1].Run ? startOfRun[index - 1] : index;
        }
        PoolRareKinds();
    }

    private Omissions(Omissions other, Budget budget, int mostKinds)
    {
        (entries, this.budget, this.mostKinds) = (other.entries, budget, mostKinds);
        (longestStep, eventsBefore, failuresBefore) = (other.longestStep, other.eventsBefore, other.failuresBefore);
        (startOfRun, kinds) = (other.startOfRun, other.kinds);
    }

    /// <summary>What another form of the answer leaves out: at first, all of the same entries.</summary>
    public Omissions For(Budget budget, int mostKinds) => new(this, budget, mostKinds);

    /// <summary>
    /// Each marker counts every kind, which is slow in a session with thousands of tools, so rare kinds are counted as one.
    /// </summary>
    private void PoolRareKinds()
    {
        if (kinds.Count <= MostTracked)
            return;
        var rare = kinds.OrderByDescending(kind => kind.Entries.Count).Skip(MostTracked).Select(kind => kind.Kind).ToHashSet();
        var pooled = kinds.Where(kind => rare.Contains(kind.Kind)).SelectMany(kind => kind.Entries).Order().ToList();
        kinds.RemoveAll(kind => rare.Contains(kind.Kind));
        kinds.Add(("other tools", pooled));
    }

    /// <summary>The cost of the list without its positions.</summary>
    public Cost OfListHead
    {
        get
        {
            var named = kinds.Take(mostKinds).ToList();
            var fields = new EntryFields
            {
                Events = entries.Count,
                Omitted = named.Where(kind => !IsListedAt(kind)).ToDictionary(kind => kind.Kind, _ => entries.Count),
                At = named.Where(IsListedAt).ToDictionary(kind => kind.Kind, IReadOnlyList<int> (_) => []),
                Note = failuresBefore[^1] == 0 ? null : Failed([]),
            };
            return budget.OfMarker(
                TranscriptEntry.Omitted(
                    List([.. named.SelectMany(kind => new[] { (kind.Kind, ""), ($"{kind.Kind}+result", "") })], entries.Count),
                    fields
                )
            );

            bool IsListedAt((string Kind, List<int> Entries) kind) => entries[kind.Entries[0]].IsListedAt;
        }
    }

    /// <summary>The run of folded entries around one of them. An open entry is alone.</summary>
    public (int From, int To) RunAround(int index)
    {
        var found = open.BinarySearch(index);
        if (found >= 0)
            return (index, index);
        var next = ~found;
        return (next == 0 ? 0 : open[next - 1] + 1, (next == open.Count ? entries.Count : open[next]) - 1);
    }

    /// <summary>Records that an entry is now open.</summary>
    public void Open(int index) => open.Insert(~open.BinarySearch(index), index);

    /// <summary>The cost of leaving out a run.</summary>
    public Cost OfRun(int from, int to)
    {
        if (from > to)
            return default;
        if (!costs.TryGetValue((from, to), out var cost))
            costs[(from, to)] = cost = IsListed(from, to) ? OfListed(from, to) : budget.OfMarker(Marker(from, to, _ => false));
        return cost;
    }

    /// <summary>Listed runs are short, and there are few of them, so costs are not counted in advance for all entries.</summary>
    private Cost OfListed(int from, int to)
    {
        var cost = default(Cost);
        for (var index = from; index <= to; index++)
            cost += entries[index].CostOfListed(budget);
        return cost;
    }

    /// <summary>The transcript: open entries, a marker for each long run between them, and the list of the rest.</summary>
    public IEnumerable<TranscriptEntry> Render()
    {
        var listed = new List<(string Kind, string Address)>();
        var folded = new List<Entry>();
        var (done, count) = (0, 0);
        foreach (var index in open.Append(entries.Count))
        {
            if (done < index && !IsListed(done, index - 1))
                yield return Marker(done, index - 1, IsWhole);
            else
                for (; done < index; done++)
                    Add(entries[done]);
            if (index == entries.Count)
                break;
            yield return entries[index].Describe();
            Add(entries[index]);
            done = index + 1;
        }
        if (listed.Count > 0)
            yield return TranscriptEntry.Omitted(List(listed, count), Listed(folded, count));

        void Add(Entry entry)
        {
            listed.AddRange(entry.LeftOut());
            if (!entry.IsOpen)
                folded.Add(entry);
            count += entry.IsOpen ? entry.LeftOut().Count() : entry.EventCount;
        }
    }

    private bool IsListed(int from, int to) =>
        eventsBefore[to + 1] - eventsBefore[from] < (budget.Form == CondensedForm.Text ? ShortestRun : ShortestRunInJson)
        && RunOf(from, to) is null;

    /// <summary>The run of repeated calls that contains all these folded entries; null if any of them is not in its middle.</summary>
    private RepeatedRun? RunOf(int from, int to) =>
        entries[to].Run is { } run && startOfRun[to] <= from && entries.FindIndex(from, to - from + 1, entry => entry.Step is ToolUse) >= 0
            ? run
            : null;

    private bool IsWhole(ToolUse use) =>
        entries.BinarySearch(null!, Comparer<Entry>.Create((entry, _) => entry.Step.Position.CompareTo(use.Position))) is >= 0 and var at
        && entries[at].IsWhole;

    private TranscriptEntry Marker(int from, int to, Func<ToolUse, bool> isWhole)
    {
        var first = entries[from].Step.Position;
        var last = LastIn(from, to);
        var named = kinds.Select(kind => (kind.Kind, Count: CountIn(kind.Entries, from, to))).Where(kind => kind.Count > 0).ToList();
        var most = named.OrderByDescending(kind => named.Count > mostKinds ? kind.Count : 0).Take(mostKinds).ToList();
        var names = most.Select(kind => kind.Count == 1 ? kind.Kind : $"{kind.Kind} ×{kind.Count}");
        if (named.Count > mostKinds)
            names = names.Append($"{named.Count - mostKinds} more kinds");
        var failed = failuresBefore[to + 1] - failuresBefore[from];
        if (failed > 0)
            names = names.Append($"{failed} failed");
        var note = RunOf(from, to) is { } run
            ? RepeatNote.Of(run, Steps(index => from + index), Steps(index => to - index), isWhole)
            : null;
        if (note is not null)
            names = names.Append($"{note}");
        var events = eventsBefore[to + 1] - eventsBefore[from];
        return TranscriptEntry.Omitted(
            string.Create(CultureInfo.InvariantCulture, $"…[+{events:N0} events, #{first}–#{last}: {string.Join(", ", names)}]"),
            new()
            {
                Event = first,
                Last = last,
                Omitted = most.ToDictionary(kind => kind.Kind, kind => kind.Count),
                Events = events == last - first + 1 ? null : events,
                Failed = failed > 0 ? failed : null,
                Like = note?.Like,
                Differs = note is null or { Differences: [] } ? null : note.Differences,
                Note = NoteOf(named.Count - mostKinds, note?.MoreDifferences ?? 0),
            }
        );

        IEnumerable<Step> Steps(Func<int, int> order) => Enumerable.Range(0, to - from + 1).Select(index => entries[order(index)].Step);
    }

    private static string? NoteOf(int moreKinds, int moreDifferences) =>
        (moreKinds, moreDifferences) switch
        {
            (> 0, > 0) => $"{moreKinds} more kinds, {moreDifferences} more differences",
            (> 0, _) => $"{moreKinds} more kinds",
            (_, > 0) => $"{moreDifferences} more differences",
            _ => null,
        };

    private int LastIn(int from, int to)
    {
        var last = 0;
        // Results of parallel calls come in any order. Entries further back than this cannot end later.
        for (var index = to; index >= from && entries[index].Step.Position + longestStep >= last; index--)
            last = Math.Max(last, entries[index].Step.LastPosition);
        return last;
    }

    /// <summary>
    /// The list as data. Results of calls that are listed belong to these, and results of calls that are shown are not counted: such a call
    /// has none.
    /// </summary>
    private static EntryFields Listed(List<Entry> folded, int events)
    {
        var counted = folded.Where(entry => !entry.IsListedAt).ToList();
        var failed = folded.Where(entry => entry is { IsListedAt: true, IsFailure: true }).Select(entry => entry.Step.Position).ToList();
        var at = folded.Where(entry => entry.IsListedAt).ToList();
        return new()
        {
            Events = events,
            Omitted = counted.CountBy(KindOf).ToDictionary(),
            At =
                at.Count == 0
                    ? null
                    : at.GroupBy(entry => entry.Kind)
                        .ToDictionary(kind => kind.Key, IReadOnlyList<int> (kind) => [.. kind.Select(entry => entry.Step.Position)]),
            Note = failed.Count == 0 ? null : Failed(failed),
        };

        static string KindOf(Entry entry) => entry.Step is ToolUse ? "result" : entry.Kind;
    }

    /// <summary>Which calls of the list failed.</summary>
    private static string Failed(List<int> positions) => $"failed: {string.Join(", ", positions.Select(position => $"#{position}"))}";

    private static string List(List<(string Kind, string Address)> listed, int count)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"…[+{count:N0} {(count == 1 ? "event" : "events")}:");
        var separator = "";
        foreach (var kind in listed.GroupBy(omitted => omitted.Kind))
        {
            text.Append(separator).Append(' ').Append(kind.Key);
            if (kind.Count(omitted => omitted.Address.Length == 0) is var unnamed and > 0)
                text.Append(CultureInfo.InvariantCulture, $" ×{unnamed}");
            text.AppendJoin("", kind.Select(omitted => omitted.Address));
            separator = ";";
        }
        return text.Append(']').ToString();
    }

    private static int CountIn(List<int> sorted, int from, int to) => Rank(sorted, to + 1) - Rank(sorted, from);

    private static int Rank(List<int> sorted, int index)
    {
        var found = sorted.BinarySearch(index);
        return found < 0 ? ~found : found;
    }
}
