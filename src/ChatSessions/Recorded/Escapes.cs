namespace ChatSessions.Recorded;

/// <summary>
/// Finds JSON string escapes, such as <c>\n</c> and <c>\u202E</c>, in a text that may begin and end anywhere between them.
/// </summary>
internal static class Escapes
{
    /// <summary>Six characters for each half of an escaped surrogate pair.</summary>
    public const int Longest = 12;

    /// <summary>The length of the escape that begins here; 1 if none does.</summary>
    public static int LengthAt(ReadOnlySpan<char> json, int at) =>
        json[at] != '\\' || at + 1 == json.Length ? 1
        : json[at + 1] != 'u' ? 2
        : at + 6 <= json.Length && IsHex(json.Slice(at + 2, 4)) ? 6
        : 2;

    /// <summary>
    /// The escape, or the pair of escapes for one character, that contains an index; null if the index is not inside one.
    /// </summary>
    public static (int Start, int End)? Around(ReadOnlySpan<char> text, int index)
    {
        var (start, end) = Single(text, index) ?? (index, index);
        // Between the halves of a pair, or inside one of them.
        if (start < index && Half(text, start) is { } half)
        {
            if (char.IsHighSurrogate(half) && Half(text, end) is { } low && char.IsLowSurrogate(low))
                return (start, end + 6);
            if (char.IsLowSurrogate(half) && IsEscapedBefore(text, start, out var high) && char.IsHighSurrogate(high))
                return (start - 6, end);
        }
        else if (
            start == index
            && Half(text, index) is { } second
            && char.IsLowSurrogate(second)
            && IsEscapedBefore(text, index, out var first)
            && char.IsHighSurrogate(first)
        )
            return (index - 6, index + 6);
        return start < index ? (start, end) : null;
    }

    private static bool IsHex(ReadOnlySpan<char> digits)
    {
        foreach (var digit in digits)
            if (!char.IsAsciiHexDigit(digit))
                return false;
        return true;
    }

    /// <summary>Whether a text begins with two escapes that make one character.</summary>
    public static bool IsPair(ReadOnlySpan<char> text) =>
        Half(text, 0) is { } high && char.IsHighSurrogate(high) && Half(text, 6) is { } low && char.IsLowSurrogate(low);

    private static (int Start, int End)? Single(ReadOnlySpan<char> text, int index)
    {
        for (var at = index - 1; at >= 0 && at > index - 6; at--)
        {
            if (text[at] != '\\')
                continue;
            var backslashes = 1;
            while (backslashes <= at && text[at - backslashes] == '\\')
                backslashes++;
            // In an even number of backslashes, every second one is escaped by the one before it.
            var length =
                backslashes % 2 == 0 ? 1
                : at + 1 < text.Length && text[at + 1] == 'u' ? 6
                : 2;
            // Text that only looks like JSON may end early.
            var end = Math.Min(text.Length, at + length);
            return end > index ? (at, end) : null;
        }
        return null;
    }

    private static bool IsEscapedBefore(ReadOnlySpan<char> text, int index, out char character)
    {
        character = default;
        if (index < 6 || Half(text, index - 6) is not { } before || Single(text, index - 1) is not { } single || single.Start != index - 6)
            return false;
        character = before;
        return true;
    }

    /// <summary>The surrogate that the escape here stands for; null if it is something else.</summary>
    private static char? Half(ReadOnlySpan<char> text, int at) =>
        at + 6 <= text.Length
        && text[at] == '\\'
        && text[at + 1] == 'u'
        && ushort.TryParse(text.Slice(at + 2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code)
        && char.IsSurrogate((char)code)
            ? (char)code
            : null;
}
