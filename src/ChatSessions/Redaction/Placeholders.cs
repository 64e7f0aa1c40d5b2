namespace ChatSessions.Redaction;

/// <summary>Values that are written in the place of a secret, as in documentation.</summary>
internal static class Placeholders
{
    private static readonly string[] Words =
    [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "apikey",
        "api_key",
        "api-key",
        "access",
        "private",
        "client",
        "key",
        "auth",
        "example",
        "sample",
        "placeholder",
        "changeme",
        "change_me",
        "change-me",
        "dummy",
        "fake",
        "mock",
        "redacted",
        "hidden",
        "removed",
        "insert",
        "replace",
        "your",
        "here",
        "none",
        "null",
        "undefined",
        "true",
        "false",
        "string",
        "value",
        "todo",
        "test",
        "default",
        "username",
        "user",
        "admin",
        "root",
        "guest",
        "postgres",
        "name",
        "pass",
        "pwd",
        "the",
        "my",
        "bearer",
        "bar",
        "foo",
    ];

    /// <summary>Whether a value is a reference, a word such as <c>changeme</c>, or a row of the same letter.</summary>
    public static bool IsOne(ReadOnlySpan<char> value)
    {
        value = value.Trim("\"'` ");
        if (
            value.Length < 3
            || value[0] is '$' or '<' or '%' or '{' or '[' or '@' or '*'
            || value.Contains('…')
            || value.Contains("***", StringComparison.Ordinal)
            || value.Contains("...", StringComparison.Ordinal)
        )
            return true;
        if (
            value.Contains("${", StringComparison.Ordinal)
            || value.Contains("{{", StringComparison.Ordinal)
            || value.Contains("xxxx", StringComparison.OrdinalIgnoreCase)
        )
            return true;
        if (value.ContainsAnyExcept(value[0]) is false)
            return true;
        return OnlyWords(value);
    }

    /// <summary>Whether hardly anything is left without the words.</summary>
    private static bool OnlyWords(ReadOnlySpan<char> value)
    {
        var rest = value.ToString();
        foreach (var word in Words)
            rest = rest.Replace(word, "", StringComparison.OrdinalIgnoreCase);
        return rest.Length < value.Length && rest.Count(char.IsLetterOrDigit) <= 2;
    }
}
