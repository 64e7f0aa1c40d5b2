namespace ChatSessions.Archive.Postgres;

/// <summary>Sessions with numbers from one up to, but not including, another.</summary>
internal readonly record struct SessionWindow(long From, long Before)
{
    private const int MostMarks = 8;

    /// <summary>A few marks that all of its texts have one of, and few others. None if it has most texts: the index is quicker without.</summary>
    /// <param name="below">The number that all texts are before.</param>
    public IReadOnlyList<string> Marks(long below)
    {
        var (from, last) = (From, Before - 1);
        if (
            2 * (Before - From) > below
            || Array.Find(Mark.Windows, size => (last >> size) - (from >> size) < MostMarks) is not (> 0 and var power)
        )
            return [];
        return
        [
            .. Enumerable.Range(0, (int)((last >> power) - (from >> power)) + 1).Select(at => Mark.Window(power, (from >> power) + at)),
        ];
    }

    /// <summary>The marks of the smallest windows that some sessions are in.</summary>
    public static IReadOnlyList<string> MarksOf(IEnumerable<long> sessions)
    {
        var size = Mark.Windows[0];
        return [.. sessions.Select(session => session >> size).Distinct().Select(index => Mark.Window(size, index))];
    }
}
