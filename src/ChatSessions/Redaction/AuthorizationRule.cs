using System.Buffers;

namespace ChatSessions.Redaction;

/// <summary>Finds what stands behind <c>Authorization:</c>, and bearer tokens anywhere.</summary>
internal sealed class AuthorizationRule() : SecretRule("authorization", ["authorization", "bearer"])
{
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n\"'`,;<>)}]\\");

    private static readonly string[] Schemes =
    [
        "bearer",
        "basic",
        "token",
        "apikey",
        "api-key",
        "key",
        "digest",
        "negotiate",
        "ntlm",
        "aws4-hmac-sha256",
    ];

    private const int ShortestAlone = 16;
    private const int Shortest = 8;

    /// <inheritdoc/>
    public override bool BeginsWord => false;

    /// <inheritdoc/>
    public override Looked Find(string text, int at, List<FoundSecret> found)
    {
        if (text.AsSpan(at).StartsWith("authorization", StringComparison.OrdinalIgnoreCase))
        {
            var after = AfterName(text, at + "authorization".Length);
            if (after > 0)
                AddValue(text, after, isHeader: true, found);
        }
        else if (at == 0 || !Keyword.IsWord(text[at - 1]))
            AddValue(text, at, isHeader: false, found);
        return new(at + 1, IsFound: false);
    }

    /// <summary>The whole value of a header or property that is called <c>Authorization</c>.</summary>
    public static FoundSecret? OfValue(string value)
    {
        var found = new List<FoundSecret>();
        new AuthorizationRule().AddValue(value, 0, isHeader: true, found);
        return found.Count == 0 ? null : found[0];
    }

    private static int AfterName(string text, int at)
    {
        while (at < text.Length && text[at] is '"' or '\'' or ']' or ' ')
            at++;
        if (at == text.Length || text[at] is not (':' or '=' or ','))
            return -1;
        at++;
        while (at < text.Length && text[at] is ' ' or '\t' or '"' or '\'' or '`' or '>' or '=')
            at++;
        return at;
    }

    private void AddValue(string text, int at, bool isHeader, List<FoundSecret> found)
    {
        var scheme = WordAt(text, at);
        var hasScheme = Array.Exists(Schemes, one => text.AsSpan(at, scheme).Equals(one, StringComparison.OrdinalIgnoreCase));
        var start = at;
        if (hasScheme)
        {
            start = at + scheme;
            while (start < text.Length && text[start] is ' ' or '\t' or ':' or '=')
                start++;
            if (start == at + scheme)
                return;
        }
        var length = text.AsSpan(start).IndexOfAny(Ends) is >= 0 and var end ? end : text.Length - start;
        // AWS signs with parameters: the signature is in the last one.
        if (
            isHeader
            && text.AsSpan(at, scheme).StartsWith("aws4", StringComparison.OrdinalIgnoreCase)
            && text.IndexOf("Signature=", start, StringComparison.Ordinal) is >= 0 and var signature
            && signature - start < 400
        )
            (start, length) = (signature + 10, WordAt(text, signature + 10));
        var value = text.AsSpan(start, length);
        if (
            length < (isHeader ? Shortest : ShortestAlone)
            || Placeholders.IsOne(value)
            || !value.ContainsAnyInRange('0', '9') && !(isHeader && hasScheme && IsMixed(value))
        )
            return;
        if (!isHeader && (value.Contains('(') || value.Contains('{')))
            return;
        Add(found, start, length);
    }

    private static bool IsMixed(ReadOnlySpan<char> value) =>
        value.ContainsAnyInRange('a', 'z') && value.ContainsAnyInRange('A', 'Z') || value.EndsWith("=");

    private static int WordAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && (Keyword.IsWord(text[end]) || text[end] == '-'))
            end++;
        return end - at;
    }
}
