using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Fidelity;

/// <summary>Texts as they are searched: white space folded.</summary>
internal sealed class Haystack(IEnumerable<string> texts)
{
    private readonly string text = Fold(string.Join('\n', texts));

    /// <summary>Whether a text is there, that was folded by <see cref="Needle"/>.</summary>
    public bool Has(string needle) => text.Contains(needle, StringComparison.Ordinal);

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
        foreach (var character in text)
        {
            if (!char.IsWhiteSpace(character))
                folded.Append(character);
            else if (folded.Length == 0 || folded[^1] != ' ')
                folded.Append(' ');
        }
        return folded.ToString();
    }
}
