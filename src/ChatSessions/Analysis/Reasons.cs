using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace ChatSessions.Analysis;

/// <summary>Finds the sentences in which the agent says why it does something, or what it does instead.</summary>
internal static partial class Reasons
{
    private const int LongestSentence = 400;
    private const int LongestNextLine = 160;

    /// <summary>Longer texts are not searched to their end.</summary>
    private const int MostSearched = 64 << 10;

    /// <summary>
    /// Every reason has one of these in it. Most texts have none, and the expression takes ten times as long to find that out.
    /// </summary>
    private static readonly SearchValues<string> Signs = SearchValues.Create(
        [
            .. (string[])["because", "root c", "instead", "rather t", "so i", "therefore", "that's w", "turns o", "unrelated", "simpler"],
            .. (string[])["can't j", "doesn't w", "didn't w", "by mis"],
            .. (string[])["issue i", "problem i", "bug i", "cause i", "reason i", "issue w", "problem w", "bug w", "cause w", "reason w"],
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>How far a sign may be from the beginning of its reason, as in "the actual cause is".</summary>
    private const int FarthestSign = 11;

    private static readonly SearchValues<string> OtherSigns = SearchValues.Create(
        ["原因", "因为", "因此", "所以", "而不是", "ため", "代わりに", "なぜなら", "理由"],
        StringComparison.Ordinal
    );

    /// <summary>The sentences, in order, without the white space around them.</summary>
    public static IReadOnlyList<(int Start, int End)> Find(string text) => [.. In(text)];

    /// <summary>How long the sentences are together, up to a limit; 0 if there is no such sentence.</summary>
    public static int LengthIn(string text, int limit)
    {
        var length = 0;
        foreach (var (start, end) in In(text))
            if ((length += end - start) >= limit)
                return limit;
        return length;
    }

    private static IEnumerable<(int Start, int End)> In(string text)
    {
        var searched = Math.Min(text.Length, MostSearched);
        var hasOtherSigns = !Ascii.IsValid(text.AsSpan(0, searched)) && text.AsSpan(0, searched).ContainsAny(OtherSigns);
        var (done, last) = (0, 0);
        for (var from = 0; Next(text.AsSpan(0, searched), from, hasOtherSigns) is { } match; from = match.End)
        {
            if (match.Start < done)
                continue;
            var start = StartOfSentence(text, match.Start);
            done = WithNextLine(text, EndOfSentence(text, match.End));
            if (done - start > LongestSentence + LongestNextLine)
                continue;
            yield return (Math.Max(start, last), done);
            last = done;
        }
    }

    private static (int Start, int End)? Next(ReadOnlySpan<char> text, int from, bool hasOtherSigns)
    {
        if (!hasOtherSigns)
        {
            var sign = text[from..].IndexOfAny(Signs);
            if (sign < 0)
                return null;
            from += Math.Max(0, sign - FarthestSign);
        }
        foreach (var match in Reason().EnumerateMatches(text, from))
            return (match.Index, match.Index + match.Length);
        return null;
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
