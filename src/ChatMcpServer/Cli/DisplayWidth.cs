using System.Globalization;
using Wcwidth;

namespace ChatMcpServer.Cli;

/// <summary>
/// How many terminal columns a text takes. The tables of wide and combining characters come from Wcwidth: .NET has none, and a title in
/// Chinese or with an emoji would shift every column after it.
/// </summary>
internal static class DisplayWidth
{
    private const char EmojiPresentation = '\uFE0F';

    /// <summary>The width in columns of a one-line text.</summary>
    public static int Measure(string text)
    {
        var width = 0;
        for (var rest = text.AsSpan(); rest.Length > 0; )
        {
            var length = StringInfo.GetNextTextElementLength(rest);
            width += OfElement(rest[..length]);
            rest = rest[length..];
        }
        return width;
    }

    /// <summary>The text in exactly this many columns: padded with spaces, or cut with an ellipsis.</summary>
    public static string Fit(string text, int columns)
    {
        var cut = Cut(text, columns);
        return cut + new string(' ', columns - Measure(cut));
    }

    /// <summary>The text in at most this many columns (at least one), cut with an ellipsis if it is wider.</summary>
    public static string Cut(string text, int columns)
    {
        if (Measure(text) <= columns)
            return text;
        var (at, width) = (0, 0);
        while (true)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(at));
            width += OfElement(text.AsSpan(at, length));
            // One column is for the ellipsis.
            if (width >= columns)
                return $"{text.AsSpan(0, at).TrimEnd()}…";
            at += length;
        }
    }

    /// <summary>The end of the text in at most this many columns (at least one), after an ellipsis if it is wider.</summary>
    public static string CutStart(string text, int columns)
    {
        var width = Measure(text);
        if (width <= columns)
            return text;
        var at = 0;
        // One column is for the ellipsis.
        while (width >= columns)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(at));
            width -= OfElement(text.AsSpan(at, length));
            at += length;
        }
        return $"…{text.AsSpan(at).TrimStart()}";
    }

    /// <summary>A joined element, such as an emoji family or a letter with accents, is never wider than two columns.</summary>
    private static int OfElement(ReadOnlySpan<char> element)
    {
        if (element.Contains(EmojiPresentation))
            return 2;
        var width = 0;
        foreach (var rune in element.EnumerateRunes())
            width += Math.Max(0, UnicodeCalculator.GetWidth(rune));
        return Math.Min(2, width);
    }
}
