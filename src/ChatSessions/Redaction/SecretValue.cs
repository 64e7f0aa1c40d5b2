using System.Buffers;

namespace ChatSessions.Redaction;

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
    public static bool IsLikely(ReadOnlySpan<char> value, bool isStrong, bool isQuoted, bool isExact) =>
        value.Length >= (isStrong ? ShortestStrong : ShortestWeak)
        && LooksLikely(value, isStrong, isQuoted, isExact)
        // Takes the longest.
        && !Placeholders.IsOne(value);

    private static bool LooksLikely(ReadOnlySpan<char> value, bool isStrong, bool isQuoted, bool isExact)
    {
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
