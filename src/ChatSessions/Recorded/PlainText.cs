using System.Buffers;
using System.Globalization;
using System.Text;

namespace ChatSessions.Recorded;

/// <summary>
/// A text as words are searched in it: letters in place of their escapes, however deeply JSON is nested in JSON, and one space for each row of
/// white space.
/// </summary>
internal static class PlainText
{
    private const int LengthOfCode = 4;

    private static readonly SearchValues<char> Special = SearchValues.Create(
        "\\\t\n\v\f\r\u0085\u00A0\u1680\u2028\u2029\u202F\u205F\u3000"
    );

    /// <param name="isWithHidden">Whether characters stay that nobody sees.</param>
    public static string Of(string recorded, bool isWithHidden)
    {
        if (isWithHidden && !recorded.AsSpan().ContainsAny(Special) && !recorded.Contains("  ", StringComparison.Ordinal))
            return recorded;
        var plain = new StringBuilder(recorded.Length);
        var isSpace = false;
        for (var at = 0; at < recorded.Length; at++)
        {
            var sign = recorded[at];
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
            if (char.IsWhiteSpace(sign))
            {
                if (!isSpace)
                    plain.Append(' ');
                isSpace = true;
            }
            else if (isWithHidden || !IsHidden(sign))
            {
                plain.Append(sign);
                isSpace = false;
            }
        }
        return plain.ToString();
    }

    private static char? Code(string text, int at) =>
        at + LengthOfCode <= text.Length
        && ushort.TryParse(text.AsSpan(at, LengthOfCode), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : null;

    private static bool IsHidden(char sign) =>
        sign is '\uDB40' or (>= '\uDC00' and <= '\uDC7F') or '\u00AD' || char.GetUnicodeCategory(sign) == UnicodeCategory.Format;
}
