namespace ChatSessions.Redaction;

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
