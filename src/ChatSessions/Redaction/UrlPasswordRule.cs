using System.Buffers;

namespace ChatSessions.Redaction;

/// <summary>Finds passwords in addresses: <c>scheme://user:password@host</c>.</summary>
internal sealed class UrlPasswordRule() : SecretRule("url-password", ["://"])
{
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n\"'`<>|");

    private const int Longest = 512;

    /// <inheritdoc/>
    public override Looked Find(string text, int at, List<FoundSecret> found)
    {
        var next = new Looked(at + 1, IsFound: false);
        if (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]))
            return next;
        var user = at + 3;
        var rest = text.AsSpan(user, Math.Min(Longest, text.Length - user));
        // Passwords may have an @ and a slash that nobody encoded, hosts do not; but a line end or a quote ends an address.
        var end = rest.IndexOfAny(Ends);
        var address = end < 0 ? rest : rest[..end];
        var colon = address.IndexOf(':');
        var slash = address.IndexOfAny('/', '?', '#');
        if (colon < 0 || (slash >= 0 && slash < colon))
            return next;
        var host = address.LastIndexOf('@');
        if (host <= colon + 1 || (slash >= 0 && slash < host && !IsHost(address[(host + 1)..])))
            return next;
        // A port, and an @ in the path.
        if (slash >= 0 && slash < host && !address[(colon + 1)..slash].ContainsAnyExceptInRange('0', '9'))
            return next;
        var password = address[(colon + 1)..host];
        if (!Placeholders.IsOne(password))
            Add(found, user + colon + 1, password.Length);
        return next;
    }

    private static bool IsHost(ReadOnlySpan<char> text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.IndexOfAny('.', ':') > 0;
}
