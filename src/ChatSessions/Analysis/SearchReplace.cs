namespace ChatSessions.Analysis;

/// <summary>
/// Edits as Cline and Roo Code have their models write them: what is looked for between <c>------- SEARCH</c> and <c>=======</c>, and what is
/// put there above <c>+++++++ REPLACE</c>. They were <c>&lt;&lt;&lt;&lt;&lt;&lt;&lt; SEARCH</c> and <c>&gt;&gt;&gt;&gt;&gt;&gt;&gt; REPLACE</c> before.
/// </summary>
internal static class SearchReplace
{
    private const int ShortestMark = 3;

    /// <summary>The edits in a text, as ranges of it without the last line feed. One that has no end is left out.</summary>
    public static IEnumerable<(Range Old, Range New)> EditsIn(string text)
    {
        var (oldStart, middle, newStart) = (-1, -1, -1);
        for (var start = 0; start < text.Length; )
        {
            var length = text.AsSpan(start).IndexOf('\n') is >= 0 and var found ? found : text.Length - start;
            var line = text.AsSpan(start, length).TrimEnd();
            var next = Math.Min(start + length + 1, text.Length);
            if (IsMark(line, '-', " SEARCH") || IsMark(line, '<', " SEARCH"))
                (oldStart, middle, newStart) = (next, -1, -1);
            // Roo Code says above the text on which line it is.
            else if (oldStart >= 0 && newStart < 0 && IsMark(line, '-', "") && text.AsSpan(oldStart).StartsWith(":start_line:"))
                oldStart = next;
            else if (oldStart >= 0 && newStart < 0 && IsMark(line, '=', ""))
                (middle, newStart) = (start, next);
            else if (newStart >= 0 && (IsMark(line, '+', " REPLACE") || IsMark(line, '>', " REPLACE")))
            {
                yield return (oldStart..Math.Max(oldStart, middle - 1), newStart..Math.Max(newStart, start - 1));
                (oldStart, middle, newStart) = (-1, -1, -1);
            }
            start = next;
        }
    }

    /// <summary>Whether a line is a row of a character with a word behind it.</summary>
    private static bool IsMark(ReadOnlySpan<char> line, char character, string word)
    {
        if (word != "" && line.EndsWith('>') && !line.EndsWith(" >"))
            line = line[..^1];
        if (!line.EndsWith(word, StringComparison.Ordinal))
            return false;
        var row = line[..^word.Length];
        return row.Length >= ShortestMark && !row.ContainsAnyExcept(character);
    }
}
