using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Fidelity;

/// <summary>Texts as they are searched: white space folded.</summary>
internal sealed class Haystack(IEnumerable<string> texts)
{
    private static readonly SearchValues<char> WhiteSpace = SearchValues.Create(
        string.Concat(Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(char.IsWhiteSpace))
    );

    private readonly string text = Fold(string.Join('\n', texts));

    /// <summary>Whether a text is there, that was folded by <see cref="Needle"/>.</summary>
    public bool Has(string needle) => text.Contains(needle, StringComparison.Ordinal);

    public bool HasInAnyCase(string needle) => text.Contains(needle, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a number is there by itself, with or without commas between its thousands.</summary>
    public bool HasNumber(long number) =>
        new[] { $"{number}", number.ToString("N0", CultureInfo.InvariantCulture) }.Any(digits =>
            Regex.IsMatch(text, $@"(?<![\d.,]){Regex.Escape(digits)}(?![\d])")
        );

    /// <summary>A text to be searched for.</summary>
    public static string Needle(string text) => Fold(text).Trim();

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty; )
        {
            var length = rest.IndexOfAny(WhiteSpace) is var found && found < 0 ? rest.Length : found;
            folded.Append(rest[..length]);
            rest = rest[length..];
            if (!rest.IsEmpty)
                folded.Append(' ');
            rest = rest.TrimStart();
        }
        return folded.ToString();
    }
}
