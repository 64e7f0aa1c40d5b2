using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// The lines that an answer already shows. If a passage of them comes again, it becomes a hole that says where it was shown.
/// </summary>
internal sealed class ShownStretches
{
    /// <summary>A shorter passage costs less than its marker.</summary>
    private const int ShortestPassage = 160;

    /// <summary>Shorter lines are in many places, and identify none.</summary>
    private const int ShortestTelling = 16;

    private readonly Dictionary<string, (RecordedText Text, int Line)> telling = [];
    private readonly Dictionary<RecordedText, bool[]> shown = [];
    private readonly Dictionary<string, (RecordedText Text, int Start, int End)> begun = [];

    /// <summary>The passages of a text, within some stretches, that are already shown.</summary>
    public IEnumerable<Hole> In(RecordedText text, IEnumerable<(int Start, int End)> stretches)
    {
        var known = telling.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (first, end) in stretches.Select(stretch => LinesIn(text, stretch)))
        {
            var free = first;
            for (var line = first; line < end; line++)
            {
                if (!known.TryGetValue(Line(text, line), out var other) || ReferenceEquals(other.Text, text))
                    continue;
                var isShown = shown[other.Text];
                var (from, to) = (line, line + 1);
                while (from > free && IsSame(from - 1))
                    from--;
                while (to < end && IsSame(to))
                    to++;
                if (text.Lines[to] - text.Lines[from] < ShortestPassage)
                    continue;
                yield return new Hole(text.Lines[from], text.Lines[to], $"as #{other.Text.Position}");
                free = to;
                line = to - 1;

                bool IsSame(int at)
                {
                    var counterpart = other.Line + at - line;
                    return (uint)counterpart < (uint)isShown.Length
                        && isShown[counterpart]
                        && Line(text, at).SequenceEqual(Line(other.Text, counterpart));
                }
            }
        }
    }

    /// <summary>A JSON string of which another text shows the beginning, or all; null if none does.</summary>
    public Hole? Begun(RecordedText text, int start, int end)
    {
        if (!begun.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text.Text.AsSpan(start..end), out var other) || other.Text == text)
            return null;
        var isShown = shown[other.Text];
        var first = LineAt(other.Text, other.Start);
        var isWhole = !isShown.AsSpan(first..(LineAt(other.Text, other.End - 1) + 1)).Contains(false);
        return new Hole(start, end, $"{(isWhole ? "as" : "begun at")} #{other.Text.Position}");
    }

    /// <summary>Records that a text shows the beginning of a JSON string.</summary>
    public void AddBegun(RecordedText text, int start, int end) =>
        begun.GetAlternateLookup<ReadOnlySpan<char>>().TryAdd(text.Text.AsSpan(start..end), (text, start, end));

    /// <summary>Records what is shown of a text.</summary>
    public void Add(RecordedText text, IEnumerable<(int Start, int End)> stretches)
    {
        if (!shown.TryGetValue(text, out var isShown))
            shown[text] = isShown = new bool[text.Lines.Length - 1];
        var known = telling.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (first, end) in stretches.Select(stretch => LinesIn(text, stretch)))
        {
            for (var line = first; line < end; line++)
            {
                if (isShown[line])
                    continue;
                isShown[line] = true;
                if (text.Lines[line + 1] - text.Lines[line] >= ShortestTelling)
                    known.TryAdd(Line(text, line), (text, line));
            }
        }
    }

    /// <summary>The lines that lie completely in a stretch.</summary>
    private static (int First, int End) LinesIn(RecordedText text, (int Start, int End) stretch)
    {
        var first = Array.BinarySearch(text.Lines, stretch.Start) is var start && start < 0 ? ~start : start;
        var end = Array.BinarySearch(text.Lines, stretch.End) is var last && last < 0 ? ~last - 1 : last;
        return (first, Math.Min(end, text.Lines.Length - 1));
    }

    private static int LineAt(RecordedText text, int index) =>
        Array.BinarySearch(text.Lines, index) is var found && found < 0 ? ~found - 1 : found;

    private static ReadOnlySpan<char> Line(RecordedText text, int line) => text.Text.AsSpan(text.Lines[line]..text.Lines[line + 1]);
}
