namespace ChatSessions.Analysis;

/// <summary>A stretch of whole lines in a text, without the end of the last one.</summary>
internal readonly record struct LineStretch(int Start, int End);

/// <summary>The lines that make a text another one, as a diff shows them.</summary>
/// <param name="Removed">The lines that only the first text has. Neighbours are one stretch.</param>
/// <param name="Added">The lines that only the second text has.</param>
/// <param name="RemovedCount">How many lines are removed; blank ones count too.</param>
/// <param name="AddedCount">How many lines are added.</param>
internal sealed record LineDifference(List<LineStretch> Removed, List<LineStretch> Added, int RemovedCount, int AddedCount)
{
    /// <summary>
    /// About so many steps are made to find the fewest lines that differ. Texts that need more have the same lines many times, or nearly
    /// all in another order.
    /// </summary>
    private const int MostSteps = 20_000_000;

    /// <summary>So many lines may differ, of those that both texts have.</summary>
    private const int MostMoved = 1_000;

    /// <summary>The difference of two whole texts.</summary>
    public static LineDifference Between(string before, string after) => Between(before, after, isPart: false);

    /// <summary>The difference of two parts of a file. What follows them in the file may go on with the last line of either.</summary>
    public static LineDifference BetweenParts(string before, string after) =>
        Between(before, after, isPart: before.Length > 0 && after.Length > 0);

    /// <summary>How many lines a text has.</summary>
    public static int Count(ReadOnlySpan<char> text) => text.Count('\n') + (text is [] or [.., '\n'] ? 0 : 1);

    /// <summary>The lines that are chosen; lines of white space between two of them belong to the stretch.</summary>
    public static List<LineStretch> Where(ReadOnlySpan<char> text, Func<ReadOnlySpan<char>, bool> isChosen)
    {
        var found = new List<LineStretch>();
        var isNext = false;
        for (var start = 0; start < text.Length; )
        {
            var length = LengthOfLine(text[start..]);
            var line = text.Slice(start, length).TrimEnd('\r');
            if (!isChosen(line))
                isNext &= line.IsWhiteSpace();
            else if (isNext)
                found[^1] = new(found[^1].Start, start + line.Length);
            else if (!line.IsWhiteSpace())
            {
                found.Add(new(start, start + line.Length));
                isNext = true;
            }
            start += length + 1;
        }
        return found;
    }

    private static LineDifference Between(string before, string after, bool isPart)
    {
        var numbers = new Dictionary<string, int>();
        var (old, @new) = (Numbered(before, isPart, numbers), Numbered(after, isPart, numbers));
        var (removed, added) = (new bool[old.Length], new bool[@new.Length]);
        Compare(old, @new, removed, added, numbers.Count);
        return new(StretchesOf(before, removed), StretchesOf(after, added), removed.Count(true), added.Count(true));
    }

    /// <summary>The lines of a text as numbers; equal lines have the same.</summary>
    private static int[] Numbered(ReadOnlySpan<char> text, bool isPart, Dictionary<string, int> numbers)
    {
        var known = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        var lines = new int[Count(text) + (isPart && text is [.., '\n'] ? 1 : 0)];
        for (var (index, start) = (0, 0); index < lines.Length; index++)
        {
            var length = LengthOfLine(text[start..]);
            var line = text.Slice(start, length).TrimEnd('\r');
            if (!known.TryGetValue(line, out var number))
                known[line] = number = numbers.Count;
            lines[index] = number;
            start = Math.Min(start + length + 1, text.Length);
        }
        return lines;
    }

    private static int LengthOfLine(ReadOnlySpan<char> text) => text.IndexOf('\n') is >= 0 and var end ? end : text.Length;

    private static List<LineStretch> StretchesOf(string text, bool[] isChanged)
    {
        var index = 0;
        return Where(text, _ => isChanged[index++]);
    }

    private static void Compare(ReadOnlySpan<int> old, ReadOnlySpan<int> @new, Span<bool> removed, Span<bool> added, int numbers)
    {
        var start = old.CommonPrefixLength(@new);
        var (end, most) = (0, Math.Min(old.Length, @new.Length) - start);
        while (end < most && old[^(end + 1)] == @new[^(end + 1)])
            end++;
        old = old[start..^end];
        @new = @new[start..^end];
        removed = removed[start..^end];
        added = added[start..^end];

        // What only one text has is in no common sequence, so it need not be looked at.
        var (oldCounts, newCounts) = (CountsOf(old, numbers), CountsOf(@new, numbers));
        var (oldPlaces, newPlaces) = (PlacesIn(old, newCounts, removed), PlacesIn(@new, oldCounts, added));
        if (oldPlaces.Count == 0)
            return;
        var (first, second) = (At(old, oldPlaces), At(@new, newPlaces));
        if (FewestSteps(first, second) is { } steps)
            foreach (var (isRemoved, index) in steps)
                (isRemoved ? removed : added)[(isRemoved ? oldPlaces : newPlaces)[index]] = true;
        else
        {
            Mark(first, newCounts, oldPlaces, removed);
            Mark(second, oldCounts, newPlaces, added);
        }
    }

    private static int[] CountsOf(ReadOnlySpan<int> lines, int numbers)
    {
        var counts = new int[numbers];
        foreach (var line in lines)
            counts[line]++;
        return counts;
    }

    /// <summary>Where the lines are that the other text has too; all others are marked.</summary>
    private static List<int> PlacesIn(ReadOnlySpan<int> lines, int[] others, Span<bool> isChanged)
    {
        var places = new List<int>();
        for (var index = 0; index < lines.Length; index++)
            if (others[lines[index]] > 0)
                places.Add(index);
            else
                isChanged[index] = true;
        return places;
    }

    private static int[] At(ReadOnlySpan<int> lines, List<int> places)
    {
        var kept = new int[places.Count];
        for (var index = 0; index < kept.Length; index++)
            kept[index] = lines[places[index]];
        return kept;
    }

    /// <summary>Marks the lines of which a text has more than the other, whatever their order.</summary>
    private static void Mark(int[] lines, int[] others, List<int> places, Span<bool> isChanged)
    {
        var left = (int[])others.Clone();
        for (var index = 0; index < lines.Length; index++)
            isChanged[places[index]] = left[lines[index]]-- <= 0;
    }

    /// <summary>
    /// The fewest lines to remove and to add (Myers, “An O(ND) Difference Algorithm and Its Variations”); null if that takes too many steps.
    /// </summary>
    private static List<(bool IsRemoved, int Index)>? FewestSteps(int[] old, int[] @new)
    {
        var most = Math.Min(MostMoved, MostSteps / (old.Length + @new.Length));
        // For each diagonal, that is how many more lines were removed than added, how far one gets in the old lines.
        var reached = new int[2 * most + 3];
        var middle = most + 1;
        var before = new List<int[]>();
        for (var steps = 0; steps <= most; steps++)
        {
            before.Add(reached[(middle - steps - 1)..(middle + steps + 2)]);
            for (var diagonal = -steps; diagonal <= steps; diagonal += 2)
            {
                var x = IsAdding(reached.AsSpan(middle - steps - 1), steps, diagonal)
                    ? reached[middle + diagonal + 1]
                    : reached[middle + diagonal - 1] + 1;
                while (x < old.Length && x - diagonal < @new.Length && old[x] == @new[x - diagonal])
                    x++;
                reached[middle + diagonal] = x;
                if (x >= old.Length && x - diagonal >= @new.Length)
                    return GoBack(before, old.Length, @new.Length);
            }
        }
        return null;
    }

    /// <summary>Whether the best way to a diagonal adds a line, and does not remove one.</summary>
    /// <param name="reached">From the diagonal before the first.</param>
    private static bool IsAdding(ReadOnlySpan<int> reached, int steps, int diagonal) =>
        diagonal == -steps || (diagonal != steps && reached[diagonal + steps] < reached[diagonal + steps + 2]);

    private static List<(bool IsRemoved, int Index)> GoBack(List<int[]> before, int x, int y)
    {
        var found = new List<(bool IsRemoved, int Index)>();
        for (var steps = before.Count - 1; steps > 0; steps--)
        {
            var (reached, diagonal) = (before[steps], x - y);
            var isAdding = IsAdding(reached, steps, diagonal);
            diagonal += isAdding ? 1 : -1;
            x = reached[diagonal + steps + 1];
            y = x - diagonal;
            found.Add((!isAdding, isAdding ? y : x));
        }
        return found;
    }
}
