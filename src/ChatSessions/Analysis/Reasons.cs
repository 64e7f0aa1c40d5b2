using System.Text.RegularExpressions;

namespace ChatSessions.Analysis;

/// <summary>Finds the sentences in which the agent says why it does something, or what it does instead.</summary>
internal static partial class Reasons
{
    private const int LongestSentence = 400;
    private const int LongestNextLine = 160;

    /// <summary>Longer texts are not searched to their end.</summary>
    private const int MostSearched = 64 << 10;

    /// <summary>The sentences, in order, without the white space around them.</summary>
    public static IReadOnlyList<(int Start, int End)> Find(string text)
    {
        var found = new List<(int Start, int End)>();
        var done = 0;
        foreach (var match in Reason().EnumerateMatches(text.AsSpan(0, Math.Min(text.Length, MostSearched))))
        {
            if (match.Index < done)
                continue;
            var start = StartOfSentence(text, match.Index);
            done = WithNextLine(text, EndOfSentence(text, match.Index + match.Length));
            if (done - start <= LongestSentence + LongestNextLine)
                found.Add((Math.Max(start, found is [.., var last] ? last.End : 0), done));
        }
        return found;
    }

    private static int StartOfSentence(string text, int index)
    {
        var start = index;
        while (start > 0 && index - start <= LongestSentence && !Ends(text, start - 1))
            start--;
        while (start < index && char.IsWhiteSpace(text[start]))
            start++;
        return start;
    }

    private static int EndOfSentence(string text, int index)
    {
        var end = index;
        while (end < text.Length && end - index <= LongestSentence && !Ends(text, end))
            end++;
        if (end < text.Length && text[end] != '\n')
            end++;
        return end;
    }

    /// <summary>"The issue is this:" says nothing without the line after it.</summary>
    private static int WithNextLine(string text, int end)
    {
        if (text[end - 1] is not (':' or '：'))
            return end;
        var start = end;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
            start++;
        var next = text.AsSpan(start).IndexOf('\n') is >= 0 and var length ? start + length : text.Length;
        return next - start <= LongestNextLine ? next : end;
    }

    /// <summary>Whether a sentence ends with the character at an index.</summary>
    private static bool Ends(string text, int at) =>
        text[at] is '\n' or '。' or '！' or '？'
        || (text[at] is '.' or '!' or '?' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])));

    [GeneratedRegex(
        """
            \b(because|the\ (real\ |actual\ |main\ )?(issue|problem|bug|cause|reason)\ (is|was)|root\ cause|instead|rather\ than|so\ I('ll|\ will|\ need|\ should)
              |therefore|that's\ why|turns\ out|unrelated|simpler|can't\ just|(doesn|didn)'t\ work|by\ mistake)\b
            |原因|因为|因此|所以|而不是|ため|代わりに|なぜなら|理由
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Reason();
}
