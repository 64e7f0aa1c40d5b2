namespace ChatSessions.Redaction;

/// <summary>Finds private keys in PEM and PGP form, also where the end is missing.</summary>
internal sealed class PrivateKeyRule() : SecretRule("private-key", ["-----begin", "-- begin ssh2"])
{
    private const int LongestHead = 120;
    private const int ShortestLine = 24;

    /// <summary>Longer than an RSA key of 16,384 bits.</summary>
    private const int Longest = 32 << 10;

    /// <inheritdoc/>
    public override Looked Find(string text, int at, List<FoundSecret> found)
    {
        var head = text.AsSpan(at, Math.Min(LongestHead, text.Length - at));
        var name = head.IndexOf("PRIVATE KEY", StringComparison.OrdinalIgnoreCase);
        if (name < 0 || head[..name].ContainsAny('\n', '\r'))
            return new(at + 1, IsFound: false);
        var body = at + name + "PRIVATE KEY".Length;
        var end = text.IndexOf("-----END", body, Math.Min(Longest, text.Length - body), StringComparison.OrdinalIgnoreCase);
        if (
            end >= 0
            && text.IndexOf("-----", end + 8, Math.Min(LongestHead, text.Length - end - 8), StringComparison.Ordinal) is >= 0 and var last
        )
            return AddKey(last + 5);
        return AddKey(EndOfBody(text, body));

        Looked AddKey(int to)
        {
            var isKey = HasBody(text.AsSpan(body, to - body));
            if (isKey)
                Add(found, at, to - at);
            return new(to, isKey);
        }
    }

    /// <summary>Whether there is a line of base64, and not only a mention.</summary>
    private static bool HasBody(ReadOnlySpan<char> text)
    {
        var run = 0;
        foreach (var letter in text)
        {
            run = char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' ? run + 1 : 0;
            if (run == ShortestLine)
                return true;
        }
        return false;
    }

    /// <summary>Without an end, all that can be part of a key belongs to it: lines of base64 and of headers such as <c>DEK-Info: …</c>.</summary>
    private static int EndOfBody(string text, int at)
    {
        var end = at;
        while (
            end < text.Length && end - at < Longest && (char.IsAsciiLetterOrDigit(text[end]) || "+/=-\\ \r\n\t,:\"'".Contains(text[end]))
        )
            end++;
        return end;
    }
}
