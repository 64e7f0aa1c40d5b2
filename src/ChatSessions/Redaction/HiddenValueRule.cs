namespace ChatSessions.Redaction;

/// <summary>Finds a value that is to be hidden wherever it is.</summary>
internal sealed class HiddenValueRule(string value) : SecretRule("hidden-value", [Beginning(value)])
{
    private const int KeywordLetters = 3;

    /// <summary>Whether a value can be found.</summary>
    public static bool Takes(string value) => value.Length >= SecretOptions.ShortestValue && Keyword(value) >= 0;

    /// <inheritdoc/>
    public override bool IsByContext => false;

    /// <inheritdoc/>
    public override Looked Find(string text, int at, List<FoundSecret> found)
    {
        var start = at - Keyword(value);
        if (start >= 0 && string.CompareOrdinal(text, start, value, 0, value.Length) == 0)
            Add(found, start, value.Length);
        return new(at + 1, IsFound: false);
    }

    /// <summary>Where the first letters are that JSON writes as they are: they find the value in JSON too.</summary>
    private static int Keyword(string value)
    {
        for (var at = 0; at <= value.Length - KeywordLetters; at++)
            if (
                !value.AsSpan(at, KeywordLetters).ContainsAnyExceptInRange('!', '~')
                && !value.AsSpan(at, KeywordLetters).ContainsAny('"', '\\', '/')
            )
                return at;
        return -1;
    }

    private static string Beginning(string value) => value.Substring(Keyword(value), KeywordLetters).ToLowerInvariant();
}
