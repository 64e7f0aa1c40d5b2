namespace ChatSessions.Reviewing;

/// <summary>
/// Aligns two sequences of calls so that as much as possible is in the same place (Needleman and Wunsch). Calls that both made only once
/// divide long sequences into short ones first, and in what is still long only places near the diagonal are compared. So time and memory are
/// proportional to the length.
/// </summary>
internal static class Alignment
{
    private const int SameCall = 6;
    private const int SameAim = 2;
    private const int SameTool = -1;
    private const int Gap = -1;
    private const int Never = int.MinValue / 2;

    /// <summary>If there are more places than this, only those near the diagonal are compared.</summary>
    private const int MostCells = 8_000_000;

    /// <summary>Stretches this short are not divided.</summary>
    private const int ShortEnough = 1_000_000;

    private const byte Both = 0;
    private const byte OnlyFirst = 1;
    private const byte OnlySecond = 2;

    /// <summary>The pairs in order, as indexes; -1 stands for no call.</summary>
    public static List<(int First, int Second)> Of(CallNumber[] first, CallNumber[] second, CancellationToken cancellationToken)
    {
        var pairs = new List<(int, int)>(Math.Max(first.Length, second.Length));
        var (start, end) = (0, 0);
        var most = Math.Min(first.Length, second.Length);
        while (start < most && first[start].Key == second[start].Key)
            start++;
        while (end < most - start && first[^(end + 1)].Key == second[^(end + 1)].Key)
            end++;
        for (var index = 0; index < start; index++)
            pairs.Add((index, index));
        Divide(first, second, new(start, first.Length - end, start, second.Length - end), pairs, cancellationToken);
        for (var left = end; left > 0; left--)
            pairs.Add((first.Length - left, second.Length - left));
        return pairs;
    }

    private static void Divide(
        CallNumber[] first,
        CallNumber[] second,
        Stretch whole,
        List<(int, int)> pairs,
        CancellationToken cancellationToken
    )
    {
        var (left, right) = (whole.First, whole.Second);
        var width = MostCells / (whole.FirstEnd - whole.First + 1);
        if (whole.Cells > ShortEnough)
            foreach (var (anchor, otherAnchor) in Anchors(first, second, whole))
            {
                AlignStretch(first, second, new(left, anchor, right, otherAnchor), width, pairs, cancellationToken);
                pairs.Add((anchor, otherAnchor));
                (left, right) = (anchor + 1, otherAnchor + 1);
            }
        AlignStretch(first, second, new(left, whole.FirstEnd, right, whole.SecondEnd), width, pairs, cancellationToken);
    }

    /// <summary>The most calls that both sequences have once, in the same order.</summary>
    private static List<(int First, int Second)> Anchors(CallNumber[] first, CallNumber[] second, Stretch whole)
    {
        var places = new Dictionary<int, int>();
        for (var index = whole.Second; index < whole.SecondEnd; index++)
            places[second[index].Key] = places.ContainsKey(second[index].Key) ? -1 : index;
        var counts = new Dictionary<int, int>();
        for (var index = whole.First; index < whole.FirstEnd; index++)
            counts[first[index].Key] = counts.GetValueOrDefault(first[index].Key) + 1;
        var both = new List<(int First, int Second)>();
        for (var index = whole.First; index < whole.FirstEnd; index++)
            if (counts[first[index].Key] == 1 && places.TryGetValue(first[index].Key, out var place) && place >= 0)
                both.Add((index, place));
        return LongestRising(both);
    }

    private static List<(int First, int Second)> LongestRising(List<(int First, int Second)> pairs)
    {
        var ends = new List<int>();
        var before = new int[pairs.Count];
        for (var index = 0; index < pairs.Count; index++)
        {
            var (low, high) = (0, ends.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = pairs[ends[middle]].Second < pairs[index].Second ? (middle + 1, high) : (low, middle);
            }
            before[index] = low == 0 ? -1 : ends[low - 1];
            if (low == ends.Count)
                ends.Add(index);
            else
                ends[low] = index;
        }
        var rising = new List<(int, int)>();
        for (var index = ends.Count == 0 ? -1 : ends[^1]; index >= 0; index = before[index])
            rising.Add(pairs[index]);
        rising.Reverse();
        return rising;
    }

    /// <param name="mostWidth">Of a row, only so many columns around the diagonal are compared.</param>
    private static void AlignStretch(
        CallNumber[] first,
        CallNumber[] second,
        Stretch at,
        int mostWidth,
        List<(int, int)> pairs,
        CancellationToken cancellationToken
    )
    {
        var (rows, columns) = (at.FirstEnd - at.First, at.SecondEnd - at.Second);
        // The diagonal moves by this many columns from row to row, and what is compared must hang together.
        var width = Math.Min(columns + 1, Math.Max(mostWidth, 2 * columns / Math.Max(1, rows) + 3));
        if (rows == 0 || columns == 0)
        {
            AddOnly(at.First, at.FirstEnd, at.Second, at.SecondEnd, pairs);
            return;
        }
        var ways = new byte[(long)(rows + 1) * width];
        var (above, row) = (new int[width], new int[width]);
        var aboveStart = 0;
        for (var i = 0; i <= rows; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = StartOf(i);
            for (var k = 0; k < width; k++)
            {
                var j = start + k;
                var score = i == 0 && j == 0 ? 0 : Never;
                byte way = Both;
                if (
                    i > 0
                    && j > 0
                    && From(j - 1) is var diagonal
                    && diagonal + Score(first[at.First + i - 1], second[at.Second + j - 1]) is var both
                    && both > score
                )
                    score = both;
                if (i > 0 && From(j) + Gap is var up && up > score)
                    (score, way) = (up, OnlyFirst);
                if (k > 0 && row[k - 1] + Gap is var left && left > score)
                    (score, way) = (left, OnlySecond);
                row[k] = score;
                ways[(long)i * width + k] = way;
            }
            (above, row) = (row, above);
            aboveStart = start;
        }
        Trace(at, rows, columns, (i, j) => j - StartOf(i) is var k && k >= 0 && k < width ? ways[(long)i * width + k] : OnlyFirst, pairs);

        int StartOf(int i) => (int)Math.Clamp((long)i * columns / Math.Max(1, rows) - width / 2, 0, columns + 1 - width);

        int From(int j) => j - aboveStart is var k && k >= 0 && k < width ? above[k] : Never;
    }

    private static void Trace(Stretch at, int rows, int columns, Func<int, int, byte> wayTo, List<(int, int)> pairs)
    {
        var found = pairs.Count;
        for (var (i, j) = (rows, columns); i > 0 || j > 0; )
        {
            var way =
                i == 0 ? OnlySecond
                : j == 0 ? OnlyFirst
                : wayTo(i, j);
            pairs.Add((way == OnlySecond ? -1 : at.First + i - 1, way == OnlyFirst ? -1 : at.Second + j - 1));
            (i, j) = (way == OnlySecond ? i : i - 1, way == OnlyFirst ? j : j - 1);
        }
        pairs.Reverse(found, pairs.Count - found);
    }

    private static void AddOnly(int first, int firstEnd, int second, int secondEnd, List<(int, int)> pairs)
    {
        for (; first < firstEnd; first++)
            pairs.Add((first, -1));
        for (; second < secondEnd; second++)
            pairs.Add((-1, second));
    }

    private static int Score(in CallNumber one, in CallNumber other) =>
        one.Key == other.Key ? SameCall
        : one.Aim == other.Aim ? SameAim
        : one.Tool == other.Tool ? SameTool
        : Never;

    private readonly record struct Stretch(int First, int FirstEnd, int Second, int SecondEnd)
    {
        public long Cells => (long)(FirstEnd - First + 1) * (SecondEnd - Second + 1);
    }
}
