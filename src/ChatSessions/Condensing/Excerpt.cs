using System.Globalization;
using System.Text;
using ChatSessions.Redaction;

namespace ChatSessions.Condensing;

/// <summary>How much of a text is shown: characters from its beginning and from its end.</summary>
internal readonly record struct Window(int Head, int Tail)
{
    public static readonly Window Whole = new(int.MaxValue, 0);
    public static readonly Window Nothing = new(0, 0);
}

/// <summary>What is shown of a recorded text, with the one marker that every cut has: how much, where, and from which offset.</summary>
internal static class Excerpt
{
    /// <summary>A cut of fewer characters is not worth its marker.</summary>
    private const int ShortestCut = 48;

    /// <summary>How far a cut may move to fall between words or lines.</summary>
    private const int Slack = 12;

    /// <summary>Writes what a window shows of a text: hidden characters shown, line ends kept.</summary>
    public static string Of(RecordedText recorded, Window window)
    {
        var text = recorded.Text;
        var (head, tail) = Fit(recorded, window);
        if (head == text.Length)
            return OutgoingText.Show(text);
        var shown = new StringBuilder(head + tail + 48)
            .Append(OutgoingText.Show(text.AsSpan(0, head)))
            .Append(Marker(text.Length - head - tail, "characters", recorded.AddressFrom(head)));
        if (tail > 0)
            shown.Append(text[^(tail + 1)] == '\n' ? "…\n" : "…").Append(OutgoingText.Show(text.AsSpan(text.Length - tail)));
        return shown.ToString();
    }

    /// <summary>True when nothing of the text is cut.</summary>
    public static bool IsWhole(RecordedText recorded, Window window) => Fit(recorded, window).Head == recorded.Text.Length;

    /// <summary>How many characters are cut.</summary>
    public static int CutLength(RecordedText recorded, Window window)
    {
        var (head, tail) = Fit(recorded, window);
        return recorded.Text.Length - head - tail;
    }

    /// <summary>The marker of a cut, such as <c>…[+1,240 characters, #57 from 400]</c>.</summary>
    public static string Marker(int count, string unit, string address) =>
        string.Create(CultureInfo.InvariantCulture, $"…[+{count:N0} {unit}, {address}]");

    /// <summary>The window as it can be: inside of the text, between words where one ends nearby, never inside a surrogate pair or an escape.</summary>
    private static (int Head, int Tail) Fit(RecordedText recorded, Window window)
    {
        var text = recorded.Text;
        if ((long)window.Head + window.Tail + ShortestCut >= text.Length)
            return (text.Length, 0);
        var head = window.Head;
        var lowest = Math.Max(0, head - Slack);
        var end = head;
        while (end > lowest && !char.IsWhiteSpace(text[end - 1]))
            end--;
        head = end > lowest ? end : head;
        if (head > 0 && char.IsHighSurrogate(text[head - 1]))
            head--;
        if (recorded.IsJson && EscapeAround(text, head) is { } headEscape)
            head = headEscape.Start;

        var start = text.Length - window.Tail;
        var highest = Math.Min(text.Length, start + Slack);
        var begin = start;
        while (begin < highest && !char.IsWhiteSpace(text[begin - 1]))
            begin++;
        start = begin < highest ? begin : start;
        if (start < text.Length && char.IsLowSurrogate(text[start]))
            start++;
        if (recorded.IsJson && EscapeAround(text, start) is { } tailEscape)
            start = tailEscape.End;
        return (head, text.Length - start);
    }

    /// <summary>The JSON escape in whose midst an index lies; null when it lies in none.</summary>
    private static (int Start, int End)? EscapeAround(string text, int index)
    {
        for (var at = index - 1; at >= 0 && at > index - 6; at--)
        {
            if (text[at] != '\\')
                continue;
            var backslashes = 1;
            while (backslashes <= at && text[at - backslashes] == '\\')
                backslashes++;
            // Of an even number each second one is escaped by the one before.
            var end = backslashes % 2 == 0 ? at + 1 : at + (at + 1 < text.Length && text[at + 1] == 'u' ? 6 : 2);
            return end > index ? (at, end) : null;
        }
        return null;
    }
}
