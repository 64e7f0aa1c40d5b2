using System.Buffers;

namespace ChatSessions.Redaction;

/// <summary>
/// Finds values by their names, such as <c>DB_PASSWORD=…</c>, <c>"api_key": "…"</c>, <c>X-Api-Key: …</c>, <c>--token …</c> and
/// <c>?access_token=…</c>. The list of names is closed, and the value must look like a secret, because code is full of such names.
/// </summary>
internal sealed class NamedValueRule(SecretName name) : SecretRule(name.Rule, name.Keywords)
{
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n\"'`,;&<>)}]|\\");

    private const int LongestName = 60;
    private const int LongestValue = 4_096;

    /// <inheritdoc/>
    public override void Find(string text, int at, List<FoundSecret> found)
    {
        var (start, end) = (at, at);
        while (start > 0 && at - start < LongestName && IsOfName(text[start - 1]))
            start--;
        while (end < text.Length && end - at < LongestName && IsOfName(text[end]))
            end++;
        if (!name.Matches(text.AsSpan(start, end - start)))
            return;
        var isFlag = text.AsSpan(start).StartsWith("--");
        if (ValueAfter(text, end, isFlag) is not { } value)
            return;
        var isVariable = !text.AsSpan(start, end - start).ContainsAnyInRange('a', 'z');
        var isExact = value.IsQuoted || isFlag || value.IsTight && (isVariable || start > 0 && text[start - 1] is '?' or '&' or ';');
        var written = text.AsSpan(value.Start, value.Length);
        if (value.IsLoose && !(name.IsStrong && SecretValue.IsStrong(written)))
            return;
        if (SecretValue.IsLikely(written, name.IsStrong, value.IsQuoted, isExact))
            Add(found, value.Start, value.Length);
    }

    /// <summary>A whole string of JSON that has such a name.</summary>
    public bool IsSecret(string property, string value) =>
        name.Matches(property) && SecretValue.IsLikely(value, name.IsStrong, isQuoted: true, isExact: true);

    private static bool IsOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.';

    /// <summary>Where the value is, behind the sign that assigns it.</summary>
    /// <returns>
    /// The value without quotes; whether it has them; whether nothing is between the name, the sign and the value; whether there is no sign.
    /// </returns>
    private static (int Start, int Length, bool IsQuoted, bool IsTight, bool IsLoose)? ValueAfter(string text, int end, bool isFlag)
    {
        var at = end;
        at = Skip(text, at, "\\\"'`]", 3);
        var sign = Skip(text, at, " \t", 8);
        var afterSign = Skip(text, sign, "=:>", 3);
        var isLoose = false;
        if (afterSign == sign)
        {
            if (sign < text.Length && text[sign] == ',' && at > end)
                afterSign++;
            else if (sign > at)
                isLoose = !isFlag;
            else
                return null;
        }
        var start = Skip(text, afterSign, " \t", 8);
        var isTight = sign == end && start == afterSign;
        if (start < text.Length && text[start] == '\\' && start + 1 < text.Length && text[start + 1] is '"' or '\'')
            start++;
        // The prefix of a string in Python, C# or Rust.
        if (start + 1 < text.Length && text[start] is 'r' or 'b' or 'f' or 'u' or '@' or '$' && text[start + 1] is '"' or '\'')
            start++;
        if (start == text.Length)
            return null;
        if (text[start] is '"' or '\'' or '`')
        {
            var rest = text.AsSpan(start + 1, Math.Min(LongestValue, text.Length - start - 1));
            var close = rest.IndexOfAny(text[start], '\n');
            if (close < 0 && rest.Length < LongestValue)
                close = rest.Length;
            if (close < 0 || close < rest.Length && rest[close] == '\n')
                return null;
            var length = close > 0 && rest[close - 1] == '\\' ? close - 1 : close;
            return (start + 1, length, true, isTight, isLoose);
        }
        var open = text.AsSpan(start, Math.Min(LongestValue, text.Length - start));
        var stop = open.IndexOfAny(Ends);
        return (start, stop < 0 ? open.Length : stop, false, isTight, isLoose);
    }

    private static int Skip(string text, int at, string letters, int most)
    {
        var end = at;
        while (end < text.Length && end - at < most && letters.Contains(text[end]))
            end++;
        return end;
    }
}

/// <summary>Names of one kind of secret.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Keywords">What a name contains at least.</param>
/// <param name="Endings">How a name ends, without case and separators.</param>
/// <param name="IsStrong">Whether such a name is used for hardly anything else.</param>
internal sealed record SecretName(string Rule, string[] Keywords, string[] Endings, bool IsStrong)
{
    public static readonly SecretName[] All =
    [
        new("password", ["passw", "pwd", "passphrase"], ["password", "passwd", "passwort", "pwd", "passphrase"], IsStrong: true),
        new("api-key", ["api_key", "apikey", "api-key"], ["apikey"], IsStrong: true),
        new(
            "secret",
            ["secret", "private_key", "privatekey", "private-key", "credential"],
            [
                "secret",
                "secretkey",
                "secretaccesskey",
                "secretkeybase",
                "privatekey",
                "credential",
                "credentials",
                "secretid",
                "clientsecretvalue",
            ],
            IsStrong: true
        ),
        new(
            "key",
            [
                "access_key",
                "accesskey",
                "access-key",
                "encryption_key",
                "encryptionkey",
                "signing_key",
                "signingkey",
                "account_key",
                "auth_key",
                "authkey",
                "auth-key",
                "master_key",
                "masterkey",
                "shared_key",
                "session_key",
                "subscription-key",
                "hmac_key",
                "service_key",
                "license_key",
                "deploy_key",
                "role_key",
                "anon_key",
            ],
            [
                "accesskey",
                "encryptionkey",
                "signingkey",
                "accountkey",
                "authkey",
                "masterkey",
                "sharedkey",
                "sessionkey",
                "subscriptionkey",
                "hmackey",
                "servicekey",
                "licensekey",
                "deploykey",
                "servicerolekey",
                "anonkey",
            ],
            IsStrong: false
        ),
        new("token", ["token", "jwt", "session_id", "sessionid"], ["token", "jwt", "sessionid", "authtokens"], IsStrong: false),
    ];

    public bool Matches(ReadOnlySpan<char> name)
    {
        Span<char> plain = stackalloc char[128];
        var length = 0;
        foreach (var letter in name)
            if (letter is not ('_' or '-' or '.') && length < plain.Length)
                plain[length++] = char.ToLowerInvariant(letter);
        foreach (var ending in Endings)
            if (plain[..length].EndsWith(ending, StringComparison.Ordinal))
                return true;
        return false;
    }
}

/// <summary>Whether a value looks like a secret and not like code, a path or prose.</summary>
internal static class SecretValue
{
    private const int ShortestStrong = 6;
    private const int ShortestWeak = 16;
    private const double LeastEntropy = 2.8;

    private static readonly SearchValues<char> Signs = SearchValues.Create("!#$%&*+?@^~");

    /// <summary>Hardly any name is longer.</summary>
    private const int LongestWord = 20;

    /// <summary>Letters, digits, and capitals or signs.</summary>
    public static bool IsStrong(ReadOnlySpan<char> value) =>
        value.Length >= 8
        && value.ContainsAnyInRange('0', '9')
        && value.ContainsAnyInRange('a', 'z')
        && (value.ContainsAnyInRange('A', 'Z') || value.ContainsAny(Signs));

    /// <param name="isStrong">Whether the name is used for secrets alone.</param>
    /// <param name="isExact">Whether it is a literal, and not an expression of a program.</param>
    public static bool IsLikely(ReadOnlySpan<char> value, bool isStrong, bool isQuoted, bool isExact)
    {
        if (value.Length < (isStrong ? ShortestStrong : ShortestWeak) || Placeholders.IsOne(value))
            return false;
        var (digits, lower, upper, other) = (0, 0, 0, 0);
        foreach (var letter in value)
            if (char.IsDigit(letter))
                digits++;
            else if (char.IsLower(letter))
                lower++;
            else if (char.IsUpper(letter))
                upper++;
            else
                other++;
        if (value.Contains(' ') && (!isStrong || digits == 0 || value.Count(' ') > 3))
            return false;
        if (IsPath(value) || (!isQuoted && IsExpression(value, digits)))
            return false;
        if (!isStrong)
            return digits > 0 && lower + upper > 0 && Entropy.Of(value) >= LeastEntropy && !IsWordsAndNumber(value);
        if (digits > 0 && lower + upper > 0)
            return true;
        if (digits == 0)
            return IsMixed(value, upper, lower) && (isExact || value.Length >= LongestWord)
                || isExact && (other > 0 && !IsWords(value) || !isQuoted && value.Length >= 8 && other == 0);
        return isExact && value.Length >= 8;
    }

    /// <summary>A reference to a member, a call, an index.</summary>
    private static bool IsExpression(ReadOnlySpan<char> value, int digits)
    {
        if (value.ContainsAny('(', '[', '{'))
            return true;
        var isName = char.IsLetter(value[0]) || value[0] == '_';
        foreach (var letter in value)
            isName &= char.IsLetterOrDigit(letter) || letter is '_' or '.';
        return isName && value.Contains('.') && digits < 2;
    }

    private static bool IsPath(ReadOnlySpan<char> value) =>
        value[0] is '/' or '~' && value[1..].IndexOf('/') > 0
        || value.StartsWith("./")
        || value.StartsWith("../")
        || value.StartsWith("http", StringComparison.OrdinalIgnoreCase) && value.Contains("://", StringComparison.Ordinal);

    /// <summary>Words joined by separators, such as <c>my-service_name</c>.</summary>
    private static bool IsWords(ReadOnlySpan<char> value)
    {
        foreach (var letter in value)
            if (!char.IsLetter(letter) && letter is not ('_' or '-' or '.' or '/' or ':' or ' '))
                return false;
        return true;
    }

    /// <summary>Words with a number at the end, such as <c>refresh_token_for_user_2</c>.</summary>
    private static bool IsWordsAndNumber(ReadOnlySpan<char> value)
    {
        var words = value.TrimEnd("0123456789");
        return value.Length - words.Length <= 3 && IsWords(words) && words.ContainsAny('_', '-', '.');
    }

    /// <summary>Upper case in other places than where a word of a name begins.</summary>
    private static bool IsMixed(ReadOnlySpan<char> value, int upper, int lower) =>
        upper >= 2 && lower >= 2 && value.Length >= 10 && Entropy.Of(value) >= 3 && !IsCamelCase(value);

    private static bool IsCamelCase(ReadOnlySpan<char> value)
    {
        var humps = 0;
        for (var index = 1; index < value.Length; index++)
            if (char.IsUpper(value[index]))
                humps++;
        return humps * 4 <= value.Length && IsWords(value);
    }
}
