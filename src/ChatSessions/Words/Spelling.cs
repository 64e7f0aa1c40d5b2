namespace ChatSessions.Words;

/// <summary>Whether a word is probably a typo of another one.</summary>
public static class Spelling
{
    /// <summary>The names of which a word is probably a typo, the closest first.</summary>
    public static IReadOnlyList<string> Closest(IEnumerable<string> names, string word) =>
        [.. names.Where(name => IsClose(name, word)).OrderBy(name => Distance(name, word))];

    /// <summary>True if at most a third of the letters differ (Damerau-Levenshtein: removed, added, replaced, or swapped with the next).</summary>
    public static bool IsClose(string name, string word) => Distance(name, word) <= Math.Max(1, name.Length / 3);

    /// <summary>How many letters must be removed, added, replaced, or swapped with the next to get from one word to another.</summary>
    internal static int Distance(string one, string other)
    {
        var steps = new int[one.Length + 1, other.Length + 1];
        for (var row = 0; row <= one.Length; row++)
        for (var column = 0; column <= other.Length; column++)
        {
            if (row == 0 || column == 0)
            {
                steps[row, column] = row + column;
                continue;
            }
            var replaced = steps[row - 1, column - 1] + (one[row - 1] == other[column - 1] ? 0 : 1);
            steps[row, column] = Math.Min(replaced, 1 + Math.Min(steps[row - 1, column], steps[row, column - 1]));
            if (row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1])
                steps[row, column] = Math.Min(steps[row, column], 1 + steps[row - 2, column - 2]);
        }
        return steps[one.Length, other.Length];
    }
}
