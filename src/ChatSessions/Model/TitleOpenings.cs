using System.Buffers;

namespace ChatSessions.Model;

/// <summary>The words at the beginning of a line that say nothing. Programs put the same ones before what a user wants, and people greet.</summary>
internal static class TitleOpenings
{
    private const int LongestTag = 60;
    private const int LongestLabel = 24;

    /// <summary>So many sentences and labels that say nothing are passed over in a line.</summary>
    private const int MostOpenings = 8;

    /// <summary>A sentence that begins like this says how to work, not what is wanted.</summary>
    private static readonly string[] Stock =
    [
        "You are a ",
        "You are an ",
        "You are the ",
        "You're a ",
        "You're an ",
        "Act as a ",
        "Act as an ",
        "I've uploaded ",
        "I have uploaded ",
        "We're currently solving ",
        "We are currently solving ",
        "You **MUST** consider the user input",
    ];

    /// <summary>A line that begins like this, and ends in a colon, only introduces what follows.</summary>
    private static readonly string[] Introductions =
    [
        "Consider the ",
        "Here is ",
        "Here's ",
        "Here are ",
        "Below is ",
        "The description is",
        "The following ",
        "This is the ",
        "Implement the following plan",
    ];

    private const string Between = " .!?,:;…。！？，、：；";

    private static readonly SearchValues<char> ClauseEnds = SearchValues.Create(Between.AsSpan(1));
    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create(".!?…。！？");

    /// <summary>Whether a line is a label or an introduction of what follows.</summary>
    public static bool IsLabel(ReadOnlySpan<char> line) =>
        line.TrimEnd('*') is [.., ':' or '：'] label && (label.Length <= LongestLabel || BeginsWithAny(label, Introductions));

    /// <summary>A line without tags, marks, bullets, introductions and stock sentences at its beginning.</summary>
    /// <param name="hasStock">Whether there was a stock sentence.</param>
    public static ReadOnlySpan<char> WithoutFrame(ReadOnlySpan<char> line, out bool hasStock)
    {
        hasStock = false;
        while (!line.IsEmpty)
        {
            var rest = WithoutEmphasis(WithoutMark(WithoutTags(line)));
            if (rest.StartsWith("```"))
                return default;
            if (BeginsWithAny(rest, Stock))
            {
                // Only the first sentence is stock.
                rest = rest.IndexOf(". ") is >= 0 and var end ? rest[(end + 2)..] : default;
                hasStock = true;
            }
            else if (IsLabel(rest))
                return default;
            if (rest.Length == line.Length)
                return line;
            line = rest.Trim();
        }
        return line;
    }

    /// <summary>A line without the greeting, the label and the sentences at its beginning that say nothing.</summary>
    public static ReadOnlySpan<char> WithoutGreeting(ReadOnlySpan<char> line)
    {
        for (var count = 0; count < MostOpenings && !line.IsEmpty; count++)
        {
            var sentence = EndOf(line, SentenceEnds);
            var clause = EndOf(line[..sentence], ClauseEnds);
            if (TitleWords.AreEmpty(line[..sentence]))
                line = Behind(line, sentence);
            else if (!IsBackgroundLabel(line, clause) && (TitleWords.AreOpening(line[..clause]) || TitleWords.AreGreeting(line[..clause])))
                line = Behind(line, clause);
            else
                break;
        }
        return line;
    }

    /// <summary>What stands behind a label such as <c>Context:</c> in the same line; empty if there is no such label.</summary>
    public static ReadOnlySpan<char> BehindBackgroundLabel(ReadOnlySpan<char> line) =>
        EndOf(line, ClauseEnds) is var end && IsBackgroundLabel(line, end) ? Behind(line, end) : default;

    /// <summary>A line in which paths of files that were mentioned at its beginning are only names, if more follows them.</summary>
    public static string WithFileNames(ReadOnlySpan<char> line)
    {
        var names = new List<string>();
        var rest = line;
        while (rest is ['@', _, ..])
        {
            var isQuoted = rest[1] is '"';
            var end = isQuoted ? rest[2..].IndexOf('"') + 2 : rest.IndexOfAny(' ', '\t');
            if (end <= 1)
                return names.Count > 0 ? "" : line.ToString();
            var path = rest[(isQuoted ? 2 : 1)..end];
            if (path.LastIndexOfAny('/', '\\') is not (>= 0 and var slash) || path.Contains("://", StringComparison.Ordinal))
                break;
            names.Add(path[(slash + 1)..].ToString());
            rest = rest[(isQuoted ? end + 1 : end)..].TrimStart();
        }
        return names.Count == 0 ? line.ToString() : $"{string.Join(' ', names)} {rest}";
    }

    public static ReadOnlySpan<char> WithoutTags(ReadOnlySpan<char> line)
    {
        if (line is ['<', (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '/', ..] && line.IndexOf('>') is >= 0 and <= LongestTag and var end)
            line = line[(end + 1)..].TrimStart();
        if (line is [.., '>'] && line.LastIndexOf("</") is >= 0 and var start && line.Length - start <= LongestTag)
            line = line[..start].TrimEnd();
        return line;
    }

    /// <summary>A line without the mark of a picture or a file at its beginning, such as <c>[Image #1]</c>.</summary>
    private static ReadOnlySpan<char> WithoutMark(ReadOnlySpan<char> line)
    {
        var isMark =
            line.StartsWith("[Image", StringComparison.OrdinalIgnoreCase)
            || (line is ['[', ..] && line.IndexOf(" bytes, not kept]") is > 0 and < LongestTag);
        return isMark && line.IndexOf(']') is > 0 and < LongestTag and var end ? line[(end + 1)..].TrimStart() : line;
    }

    /// <summary>A line without the signs of a heading or a list; in bold letters as a whole, also without those at its end.</summary>
    private static ReadOnlySpan<char> WithoutEmphasis(ReadOnlySpan<char> line)
    {
        if (line is ['*', '*', .., '*', '*'] && !line[2..^2].Contains('*'))
            line = line[2..^2];
        return line.TrimStart("#*- ");
    }

    private static bool IsBackgroundLabel(ReadOnlySpan<char> line, int end) =>
        line[end..] is [':' or '：', ..] && TitleWords.AreBackground(line[..end]);

    /// <summary>Where the first of these signs is, or the length of the line. A sign within a word does not count: <c>a.py</c>, <c>12:30</c>.</summary>
    private static int EndOf(ReadOnlySpan<char> line, SearchValues<char> ends)
    {
        for (var from = 0; line[from..].IndexOfAny(ends) is >= 0 and var next; from += next + 1)
            if (from + next + 1 is var end && (end == line.Length || !char.IsAscii(line[end - 1]) || !char.IsLetterOrDigit(line[end])))
                return end - 1;
        return line.Length;
    }

    private static ReadOnlySpan<char> Behind(ReadOnlySpan<char> line, int end) => line[end..].TrimStart(Between);

    private static bool BeginsWithAny(ReadOnlySpan<char> line, string[] beginnings)
    {
        foreach (var beginning in beginnings)
            if (line.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
