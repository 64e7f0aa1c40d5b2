namespace ChatSessions.Analysis;

/// <summary>A stretch of whole lines in a text, without the end of the last one.</summary>
internal readonly record struct LineStretch(int Start, int End, int Lines);

/// <summary>The lines that only one of two texts has.</summary>
internal static class LineDifference
{
    /// <summary>The lines of a text that another one does not have, or has fewer times. Neighbours are one stretch.</summary>
    public static List<LineStretch> OnlyIn(ReadOnlySpan<char> text, ReadOnlySpan<char> other)
    {
        if (other.IsEmpty)
            return Where(text, _ => true);
        var counts = new Dictionary<string, int>();
        var known = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var line in other.EnumerateLines())
            known[line] = known.TryGetValue(line, out var count) ? count + 1 : 1;
        return Where(
            text,
            line =>
            {
                var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
                if (!lookup.TryGetValue(line, out var count) || count == 0)
                    return true;
                lookup[line] = count - 1;
                return false;
            }
        );
    }

    /// <summary>The lines that are chosen; lines of white space between two of them belong to the stretch.</summary>
    public static List<LineStretch> Where(ReadOnlySpan<char> text, Func<ReadOnlySpan<char>, bool> isChosen)
    {
        var found = new List<LineStretch>();
        var isNext = false;
        for (var start = 0; start < text.Length; )
        {
            var length = text[start..].IndexOf('\n') is >= 0 and var newline ? newline : text.Length - start;
            var line = text.Slice(start, length).TrimEnd('\r');
            if (!isChosen(line))
                isNext &= line.IsWhiteSpace();
            else if (isNext)
                found[^1] = new(found[^1].Start, start + line.Length, found[^1].Lines + (line.IsWhiteSpace() ? 0 : 1));
            else if (!line.IsWhiteSpace())
            {
                found.Add(new(start, start + line.Length, 1));
                isNext = true;
            }
            start += length + 1;
        }
        return found;
    }
}
