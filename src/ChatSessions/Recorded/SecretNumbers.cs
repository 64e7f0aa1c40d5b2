namespace ChatSessions.Recorded;

/// <summary>
/// Numbers the secrets of a session, so that a reader sees which are equal: <c>[redacted:github-pat#1]</c>. Each rule counts from 1, in the
/// order of the events.
/// </summary>
internal sealed class SecretNumbers
{
    private readonly Dictionary<string, string> placeholders = [];
    private readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>How many different secrets each rule found.</summary>
    public SortedDictionary<string, int> Counts => counts;

    /// <summary>What is shown of a secret where the rest of its session is not known.</summary>
    public static string Placeholder(string rule) => $"[redacted:{rule}]";

    public Replacement Numbered(Replacement replacement)
    {
        if (replacement.Secret is not { } secret)
            return replacement;
        if (!placeholders.TryGetValue(secret, out var placeholder))
        {
            var rule = replacement.Text["[redacted:".Length..^1];
            counts[rule] = counts.GetValueOrDefault(rule) + 1;
            placeholders[secret] = placeholder = Placeholder($"{rule}#{counts[rule]}");
        }
        return replacement with { Text = placeholder };
    }
}
