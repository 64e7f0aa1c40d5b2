namespace ChatMcpServer.Installing;

/// <summary>How two texts differ, in lines, with a few lines around each difference.</summary>
internal static class TextDifference
{
    private const int Around = 2;

    /// <summary>More lines that differ are not compared with each other.</summary>
    private const int MostCompared = 1_000;

    /// <summary>Longer lines are shown around what differs.</summary>
    private const int LongestLine = 200;

    /// <returns>Each line with what it is: <c>'-'</c> removed, <c>'+'</c> added, <c>' '</c> the same.</returns>
    public static IReadOnlyList<(char Sign, string Line)> Of(string before, string after)
    {
        var (old, made) = (Lines(before), Lines(after));
        var start = 0;
        while (start < old.Length && start < made.Length && old[start] == made[start])
            start++;
        var end = 0;
        while (end < old.Length - start && end < made.Length - start && old[^(end + 1)] == made[^(end + 1)])
            end++;
        var shown = new List<(char, string)>();
        shown.AddRange(old[Math.Max(0, start - Around)..start].Select(line => (' ', line)));
        shown.AddRange(Middle(old[start..^end], made[start..^end]));
        shown.AddRange(old[^end..].Take(Around).Select(line => (' ', line)));
        return [.. Shortened(shown)];
    }

    private static IEnumerable<(char, string)> Middle(string[] old, string[] made)
    {
        if (old.Length > MostCompared || made.Length > MostCompared)
            return [.. old.Select(line => ('-', line)), .. made.Select(line => ('+', line))];
        // The longest common subsequence, from the end.
        var common = new int[old.Length + 1, made.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        for (var j = made.Length - 1; j >= 0; j--)
            common[i, j] = old[i] == made[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        var lines = new List<(char, string)>();
        var (at, of) = (0, 0);
        while (at < old.Length || of < made.Length)
            if (at < old.Length && of < made.Length && old[at] == made[of])
            {
                lines.Add((' ', old[at++]));
                of++;
            }
            else if (of == made.Length || at < old.Length && common[at + 1, of] >= common[at, of + 1])
                lines.Add(('-', old[at++]));
            else
                lines.Add(('+', made[of++]));
        return lines;
    }

    /// <summary>Two long lines, such as a file that is one line, are shown where they differ.</summary>
    private static IEnumerable<(char Sign, string Line)> Shortened(List<(char Sign, string Line)> lines)
    {
        if (
            lines.FindIndex(line => line.Sign == '-') is not (>= 0 and var removed)
            || lines.FindIndex(line => line.Sign == '+') is not (>= 0 and var added)
        )
            return lines.Select(line => (line.Sign, Start(line.Line)));
        var (old, made) = (lines[removed].Line, lines[added].Line);
        if (old.Length <= LongestLine && made.Length <= LongestLine)
            return lines.Select(line => (line.Sign, Start(line.Line)));
        const int context = 40;
        var same = Math.Max(0, old.AsSpan().CommonPrefixLength(made) - context);
        return lines.Select(
            (line, at) =>
                (
                    line.Sign,
                    at != removed && at != added ? Start(line.Line)
                    : same == 0 ? Start(line.Line)
                    : $"…{Start(line.Line[same..])}"
                )
        );
    }

    private static string Start(string line) => line.Length <= 2 * LongestLine ? line : $"{line[..(2 * LongestLine)]}…";

    private static string[] Lines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
