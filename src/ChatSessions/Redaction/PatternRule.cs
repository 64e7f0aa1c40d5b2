using System.Text;
using System.Text.RegularExpressions;

namespace ChatSessions.Redaction;

/// <summary>Finds secrets by an expression, in the text around a keyword.</summary>
/// <param name="pattern">The first group that took part is the secret; without groups, all is.</param>
/// <param name="lead">How many characters of what is found may come before the keyword.</param>
/// <param name="entropy">A secret has more than these bits for a character.</param>
/// <param name="isLinear">Whether the expression needs an engine that never tries twice. It is slower to begin with.</param>
internal sealed class PatternRule(
    string id,
    IReadOnlyList<string> keywords,
    string pattern,
    int lead,
    double entropy,
    bool isLinear,
    IReadOnlyList<string> allowed
) : SecretRule(id, keywords)
{
    /// <summary>Longer than most secrets, so that a search for one is short. It is made longer where what is found does not end in it.</summary>
    private const int Window = 640;
    private const int LongestWindow = 64 << 10;

    private readonly Lazy<Regex> expression = new(() =>
        new(pattern, RegexOptions.CultureInvariant | (isLinear ? RegexOptions.NonBacktracking : RegexOptions.None))
    );

    private readonly Lazy<Regex[]> exceptions = new(() => [.. allowed.Select(one => new Regex(one, RegexOptions.CultureInvariant))]);

    /// <inheritdoc/>
    public override bool BeginsWord { get; } = lead <= 1 && pattern.StartsWith(@"\b", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool IsByContext => false;

    /// <inheritdoc/>
    public override void Find(string text, int at, List<FoundSecret> found)
    {
        var start = Math.Max(0, at - lead);
        for (var window = Window; ; window *= 10)
        {
            var length = Math.Min(text.Length - start, window);
            var match = expression.Value.Match(text, start, length);
            if (match.Success && match.Index + match.Length == start + length && length == window && window < LongestWindow)
                continue;
            if (match.Success)
                AddSecret(match, found, places: null);
            else
                FindWrapped(text, start, at, found);
            return;
        }
    }

    /// <summary>A secret that a terminal or an editor broke into lines.</summary>
    private void FindWrapped(string text, int start, int at, List<FoundSecret> found)
    {
        if (WrappedText.Read(text, start, at, Window) is not var (joined, places))
            return;
        if (expression.Value.Match(joined) is { Success: true } match)
            AddSecret(match, found, places);
    }

    private void AddSecret(Match match, List<FoundSecret> found, IReadOnlyList<int>? places)
    {
        var secret = match.Groups.Values.Skip(1).FirstOrDefault(group => group is { Success: true, Length: > 0 }) ?? match;
        if ((entropy > 0 && Entropy.Of(secret.ValueSpan) <= entropy) || IsAllowed(secret.Value))
            return;
        var (first, end) = (secret.Index, secret.Index + secret.Length);
        if (places is null)
            Add(found, first, end - first);
        else
            Add(found, places[first], places[end - 1] + 1 - places[first]);
    }

    private bool IsAllowed(string secret) => Array.Exists(exceptions.Value, one => one.IsMatch(secret));
}

/// <summary>How much a text varies.</summary>
internal static class Entropy
{
    /// <summary>Bits for a character, after Shannon.</summary>
    public static double Of(ReadOnlySpan<char> text)
    {
        var counts = new Dictionary<char, int>();
        foreach (var letter in text)
            counts[letter] = counts.GetValueOrDefault(letter) + 1;
        var entropy = 0.0;
        foreach (var count in counts.Values)
            entropy -= (double)count / text.Length * Math.Log2((double)count / text.Length);
        return entropy;
    }
}

/// <summary>A word that was broken into lines, joined again.</summary>
internal static class WrappedText
{
    /// <summary>Reads a word with the rest of it on the next lines.</summary>
    /// <param name="at">Where the word begins.</param>
    /// <returns>The joined text from the start on, and where each of its characters is; null if the word is not broken.</returns>
    public static (string Text, IReadOnlyList<int> Places)? Read(string text, int start, int at, int most)
    {
        var (joined, places, breaks) = (new StringBuilder(), new List<int>(), 0);
        for (var index = start; index < text.Length && joined.Length < most; index++)
        {
            var letter = text[index];
            if (index >= at && !IsOfSecret(letter))
            {
                var next = AfterBreak(text, index);
                if (next < 0)
                    break;
                breaks++;
                index = next - 1;
                continue;
            }
            joined.Append(letter);
            places.Add(index);
        }
        return breaks > 0 ? (joined.ToString(), places) : null;
    }

    /// <summary>Where a word goes on after a line break, its indentation, and signs that join strings; -1 if it does not.</summary>
    private static int AfterBreak(string text, int index)
    {
        var at = Skip(text, index, "\"' \t+\\");
        if (at == text.Length || text[at] is not ('\r' or '\n'))
            return -1;
        at = Skip(text, at, "\r\n");
        at = Skip(text, at, " \t\"'+>|");
        return at < text.Length && at - index < 80 && IsOfSecret(text[at]) ? at : -1;
    }

    private static int Skip(string text, int at, string letters)
    {
        while (at < text.Length && letters.Contains(text[at]))
            at++;
        return at;
    }

    private static bool IsOfSecret(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/' or '+' or '=' or ':';
}
