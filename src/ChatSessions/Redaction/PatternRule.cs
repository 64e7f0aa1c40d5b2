using System.Text.RegularExpressions;

namespace ChatSessions.Redaction;

/// <summary>Finds secrets by an expression, in the text around a keyword.</summary>
/// <param name="pattern">The first group that took part is the secret; without groups, all is.</param>
/// <param name="lead">How many characters of what is found may come before the keyword.</param>
/// <param name="entropy">A secret has more than these bits for a character.</param>
/// <param name="isLinear">Whether the expression needs an engine that never tries twice. It is slower to begin with.</param>
/// <param name="needed">What is in all that the expression finds, in either case; null if nothing is known.</param>
internal sealed class PatternRule(
    string id,
    IReadOnlyList<string> keywords,
    string pattern,
    int lead,
    double entropy,
    bool isLinear,
    string? needed,
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
    public override Looked Find(string text, int at, List<FoundSecret> found)
    {
        var start = Math.Max(0, at - lead);
        for (var window = Window; ; window *= 10)
        {
            var length = Math.Min(text.Length - start, window);
            var match = HasNeeded(text.AsSpan(start, length)) ? expression.Value.Match(text, start, length) : Match.Empty;
            if (match.Success && match.Index + match.Length == start + length && length == window && window < LongestWindow)
                continue;
            // Every expression matches within half a window, so nothing that begins in the first half is a secret.
            if (!match.Success)
                return new(Math.Max(at + 1, start + Window / 2), IsFound: false);
            AddSecret(match, found, places: null);
            return match.Index <= at ? new(match.Index + match.Length, IsFound: true) : new(match.Index, IsFound: false);
        }
    }

    /// <summary>Adds a secret that a terminal or an editor broke into lines.</summary>
    /// <param name="at">Where the keyword is.</param>
    /// <returns>Whether there are lines to join.</returns>
    public bool FindWrapped(string text, int at, List<FoundSecret> found)
    {
        if (WrappedText.Read(text, Math.Max(0, at - lead), at, Window) is not var (joined, places))
            return false;
        if (HasNeeded(joined) && expression.Value.Match(joined) is { Success: true } match)
            AddSecret(match, found, places);
        return true;
    }

    private bool HasNeeded(ReadOnlySpan<char> text) => needed is null || text.Contains(needed, StringComparison.OrdinalIgnoreCase);

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
