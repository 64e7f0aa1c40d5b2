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

    /// <summary>Assignments below each other are padded, so that their signs or values stand in one column.</summary>
    private const int LongestPadding = 64;

    private const int LongestValue = 4_096;

    /// <inheritdoc/>
    public override Looked Find(string text, int at, List<FoundSecret> found)
    {
        var next = new Looked(at + 1, IsFound: false);
        var (start, end) = (at, at);
        while (start > 0 && at - start < LongestName && IsOfName(text[start - 1]))
            start--;
        while (end < text.Length && end - at < LongestName && IsOfName(text[end]))
            end++;
        // Where it is a word of a sentence, nothing assigns a value to it.
        if (!name.IsStrong && end + 1 < text.Length && text[end] == ' ' && char.IsAsciiLetter(text[end + 1]) && text[start] != '-')
            return next;
        if (!name.Matches(text.AsSpan(start, end - start)))
            return next;
        var isFlag = text.AsSpan(start).StartsWith("--");
        if (ValueAfter(text, end, isFlag) is not { } value)
            return next;
        var isVariable = !text.AsSpan(start, end - start).ContainsAnyInRange('a', 'z');
        var isExact = value.IsQuoted || isFlag || value.IsTight && (isVariable || start > 0 && text[start - 1] is '?' or '&' or ';');
        var written = text.AsSpan(value.Start, value.Length);
        if (value.IsLoose && !(name.IsStrong && SecretValue.IsStrong(written)))
            return next;
        if (SecretValue.IsLikely(written, name.IsStrong, value.IsQuoted, isExact))
            Add(found, value.Start, value.Length);
        return next;
    }

    /// <summary>A whole string of JSON that has such a name.</summary>
    public bool IsSecret(string property, string value) =>
        name.Matches(property) && SecretValue.IsLikely(value, name.IsStrong, isQuoted: true, isExact: true);

    /// <summary>Whether a property has such a name.</summary>
    public bool IsName(ReadOnlySpan<char> property) => name.Matches(property);

    private static bool IsOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.';

    /// <summary>Where the value is, behind the sign that assigns it.</summary>
    /// <returns>
    /// The value without quotes; whether it has them; whether nothing is between the name, the sign and the value; whether there is no sign.
    /// </returns>
    private static (int Start, int Length, bool IsQuoted, bool IsTight, bool IsLoose)? ValueAfter(string text, int end, bool isFlag)
    {
        var at = end;
        at = Skip(text, at, "\\\"'`]", 3);
        var sign = Skip(text, at, " \t", LongestPadding);
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
        var start = Skip(text, afterSign, " \t", LongestPadding);
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
