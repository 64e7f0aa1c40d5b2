using System.Globalization;
using ChatSessions.Analysis;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// Finds successive lines that are the same but for numbers, such as those of a progress bar. Of each run, the first two lines and the last
/// one stay, and the rest is a hole.
/// </summary>
internal static class AlikeLines
{
    private const int FewestLines = 6;

    /// <summary>A shorter hole saves little more than its marker costs.</summary>
    private const int ShortestHole = 120;

    /// <summary>The holes that a text already has, with those for its alike lines added, in order.</summary>
    /// <param name="others">The holes it already has, in order. Alike lines that overlap one are not added.</param>
    /// <param name="weight">How much a reader gains if a hole is shown after all.</param>
    public static Hole[] AddTo(Hole[] others, RecordedText recorded, double weight)
    {
        if (recorded.Text.Length <= ShortestHole)
            return others;
        var holes = new List<Hole>();
        var at = 0;
        foreach (var hole in Find(recorded.Text, recorded.IsJson, weight))
        {
            while (at < others.Length && others[at].End <= hole.Start)
                at++;
            if (at == others.Length || others[at].Start >= hole.End)
                holes.Add(hole);
        }
        return holes.Count == 0 ? others : [.. others.Concat(holes).OrderBy(hole => hole.Start)];
    }

    private static IEnumerable<Hole> Find(string text, bool isJson, double weight)
    {
        // The run of lines that are like the line before: its number of lines, and where its third line and its last one begin.
        var (count, third, last) = (1, 0, 0);
        for (var (start, end) = (0, EndOfLine(text, 0, isJson)); end < text.Length; )
        {
            var next = EndOfLine(text, end, isJson);
            if (Likeness.IsSameButForNumbers(Content(text, start, end), Content(text, end, next)))
            {
                count++;
                last = end;
                if (count == 3)
                    third = end;
            }
            else
            {
                if (HoleOf(count, third, last, weight) is { } hole)
                    yield return hole;
                count = 1;
            }
            (start, end) = (end, next);
        }
        if (HoleOf(count, third, last, weight) is { } atEnd)
            yield return atEnd;
    }

    private static Hole? HoleOf(int count, int third, int last, double weight) =>
        count >= FewestLines && last - third >= ShortestHole
            ? new Hole(third, last, string.Create(CultureInfo.InvariantCulture, $"of {count:N0} lines alike but for numbers"), weight)
            : null;

    /// <summary>
    /// Where the next line begins. A progress bar ends its lines with a carriage return; in JSON, line ends are escapes.
    /// </summary>
    private static int EndOfLine(string text, int start, bool isJson)
    {
        for (var at = start; ; )
        {
            var found = isJson ? text.AsSpan(at).IndexOf('\\') : text.AsSpan(at).IndexOfAny('\n', '\r');
            if (found < 0 || (isJson && at + found + 1 >= text.Length))
                return text.Length;
            at += found + (isJson ? 2 : 1);
            var isReturn = text[at - 1] == (isJson ? 'r' : '\r');
            if (isReturn)
                return text.AsSpan(at).StartsWith(isJson ? "\\n" : "\n") ? at + (isJson ? 2 : 1) : at;
            if (text[at - 1] == (isJson ? 'n' : '\n'))
                return at;
        }
    }

    private static ReadOnlySpan<char> Content(string text, int start, int end) => text.AsSpan(start..end).TrimEnd("\r\n");
}
