using System.Globalization;

namespace ChatSessions.Condensing;

/// <summary>The entries of a transcript of which some are open and the runs between are folded, each run into one marker.</summary>
internal sealed class FoldedRuns
{
    private readonly List<Entry> entries;
    private readonly List<int> open = [];
    private readonly int[] eventsBefore;
    private readonly List<(string Kind, List<int> Entries)> kinds = [];

    public FoldedRuns(List<Entry> entries)
    {
        this.entries = entries;
        eventsBefore = new int[entries.Count + 1];
        var byKind = new Dictionary<string, List<int>>();
        for (var index = 0; index < entries.Count; index++)
        {
            eventsBefore[index + 1] = eventsBefore[index] + entries[index].EventCount;
            if (!byKind.TryGetValue(entries[index].Kind, out var alike))
                kinds.Add((entries[index].Kind, byKind[entries[index].Kind] = alike = []));
            alike.Add(index);
        }
    }

    /// <summary>The run of folded entries around one of them; an open entry stands alone.</summary>
    public (int From, int To) RunAround(int index)
    {
        var found = open.BinarySearch(index);
        if (found >= 0)
            return (index, index);
        var next = ~found;
        return (next == 0 ? 0 : open[next - 1] + 1, (next == open.Count ? entries.Count : open[next]) - 1);
    }

    /// <summary>Notes that an entry is open now.</summary>
    public void Open(int index) => open.Insert(~open.BinarySearch(index), index);

    /// <summary>
    /// The marker of a run, such as <c>…[+12 events, #3–#14: bash ×5, text ×2]</c>, which names each kind of what is folded; null for
    /// an empty run.
    /// </summary>
    public string? Marker(int from, int to)
    {
        if (from > to)
            return null;
        var first = entries[from].Step.Position;
        var last = entries[from].Step.LastPosition;
        for (var index = Math.Max(from, to - 64); index <= to; index++)
            last = Math.Max(last, entries[index].Step.LastPosition);
        var names = kinds
            .Select(kind => (kind.Kind, Count: CountIn(kind.Entries, from, to)))
            .Where(kind => kind.Count > 0)
            .Select(kind => kind.Count == 1 ? kind.Kind : $"{kind.Kind} ×{kind.Count}");
        var events = eventsBefore[to + 1] - eventsBefore[from];
        var range = first == last ? $"#{first}" : $"#{first}–#{last}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"…[+{events:N0} {(events == 1 ? "event" : "events")}, {range}: {string.Join(", ", names)}]"
        );
    }

    /// <summary>The transcript: open entries as they are, a marker for each run between.</summary>
    public IEnumerable<string> Render()
    {
        var done = 0;
        foreach (var index in open.Append(entries.Count))
        {
            if (Marker(done, index - 1) is { } marker)
                yield return marker;
            if (index < entries.Count)
                yield return entries[index].Render();
            done = index + 1;
        }
    }

    private static int CountIn(List<int> sorted, int from, int to) => Rank(sorted, to + 1) - Rank(sorted, from);

    private static int Rank(List<int> sorted, int index)
    {
        var found = sorted.BinarySearch(index);
        return found < 0 ? ~found : found;
    }
}
