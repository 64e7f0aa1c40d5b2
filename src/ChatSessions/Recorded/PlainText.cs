using System.Globalization;

namespace ChatSessions.Recorded;

/// <summary>
/// A text as words are searched in it: letters in place of their escapes, however deeply JSON is nested in JSON, and one space for each row of
/// white space.
/// </summary>
internal static class PlainText
{
    private const int LengthOfCode = 4;

    /// <summary>Writes the text, which is never longer than the recorded one, and returns its length.</summary>
    /// <param name="isWithHidden">Whether characters stay that nobody sees.</param>
    public static int Write(ReadOnlySpan<char> recorded, Span<char> plain, bool isWithHidden)
    {
        var length = 0;
        for (var at = 0; at < recorded.Length; at++)
        {
            var sign = recorded[at];
            if (sign is > ' ' and < '\u007F' and not '\\')
            {
                plain[length++] = sign;
                continue;
            }
            if (sign == '\\')
            {
                while (at + 1 < recorded.Length && recorded[at + 1] == '\\')
                    at++;
                if (at + 1 == recorded.Length)
                    break;
                sign = recorded[++at];
                if (sign is 'n' or 'r' or 't')
                    sign = ' ';
                else if (sign == 'u' && Code(recorded, at + 1) is { } code)
                    (sign, at) = (code, at + LengthOfCode);
            }
            if (!char.IsWhiteSpace(sign))
            {
                if (isWithHidden || !IsHidden(sign))
                    plain[length++] = sign;
            }
            else if (length > 0 && plain[length - 1] != ' ')
                plain[length++] = ' ';
        }
        return length;
    }

    private static char? Code(ReadOnlySpan<char> text, int at) =>
        at + LengthOfCode <= text.Length
        && ushort.TryParse(text.Slice(at, LengthOfCode), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : null;

    private static bool IsHidden(char sign) =>
        sign is '\uDB40' or (>= '\uDC00' and <= '\uDC7F') or '\u00AD' || char.GetUnicodeCategory(sign) == UnicodeCategory.Format;
}
