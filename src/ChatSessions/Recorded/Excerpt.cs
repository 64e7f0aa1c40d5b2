using System.Globalization;

namespace ChatSessions.Recorded;

/// <summary>How much of a text is shown: characters from its beginning and from its end.</summary>
/// <param name="AsRows">Whether what the beginning holds is shown as a table: see <see cref="JsonRows"/>.</param>
internal readonly record struct Window(int Head, int Tail, bool AsRows = false)
{
    public static readonly Window Whole = new(int.MaxValue, 0);
    public static readonly Window Nothing = new(0, 0);
}

/// <summary>A stretch of a text that is left out even where a window shows what is around it.</summary>
/// <param name="Note">What stands there, such as <c>as #12</c>; null where the text goes on.</param>
/// <param name="Weight">What it is worth to a reader to see it after all, compared with other texts.</param>
internal sealed record Hole(int Start, int End, string? Note, double Weight = Hole.Least)
{
    /// <summary>What is shown elsewhere, or is for no reader, is shown when all else is.</summary>
    private const double Least = 0.001;
}

/// <summary>A part of a text as it is shown, or the marker of what is left out.</summary>
/// <param name="Cut">What the marker stands for; null for text.</param>
public readonly record struct TextPiece(string Text, TextCut? Cut = null);

/// <summary>What is left out of a text. It is written as the marker <c>…[+1,240 characters, #57 from 400]</c>.</summary>
/// <param name="Characters">How much is left out.</param>
/// <param name="Event">The event in which it begins.</param>
/// <param name="LastEvent">The event in which the text ends; the same one but of a text that was recorded in pieces.</param>
/// <param name="Offset">Where in the first event's JSON it begins.</param>
/// <param name="Note">What it is, such as <c>as #12</c>; null where that is not known.</param>
public sealed record TextCut(int Characters, int Event, int LastEvent, int Offset, string? Note)
{
    /// <summary>The marker.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"…[+{Characters:N0} characters, #{Event}{(LastEvent == Event ? "" : $"-{LastEvent}")} from {Offset}{(Note is null ? "" : $": {Note}")}]"
        );
}

/// <summary>
/// What is shown of a recorded text, with the one marker that every cut has: how much, where, from which offset, and, where it is known,
/// what was cut.
/// </summary>
internal sealed class Excerpt
{
    /// <summary>A cut of fewer characters is not worth its marker.</summary>
    private const int ShortestCut = 48;

    /// <summary>How far a cut may move to fall between words or lines.</summary>
    private const int Slack = 12;

    private readonly RecordedText recorded;
    private readonly int rowCount;
    private readonly List<(int Start, int End, string? Note)> cuts = [];
    private IReadOnlyList<TextPiece>? pieces;

    /// <param name="holes">In their order, apart from each other.</param>
    /// <param name="shape">What the cut between beginning and end says of the text.</param>
    public Excerpt(RecordedText recorded, Window window, IReadOnlyList<Hole> holes, string? shape = null)
    {
        this.recorded = recorded;
        if (window.AsRows && recorded.Rows is { } rows)
        {
            rowCount = rows.CountIn(window.Head);
            Cut(
                rows.EndOf(rowCount),
                recorded.Text.Length,
                string.Create(CultureInfo.InvariantCulture, $"{rows.Count - rowCount:N0} more rows")
            );
            CutLength = recorded.Text.Length - rows.EndOf(rowCount);
            return;
        }
        foreach (var hole in holes)
            Cut(hole.Start, hole.End, hole.Note);
        var (head, tail) = Fit(recorded, window);
        if (head < recorded.Text.Length)
            Cut(head, recorded.Text.Length - tail, shape);
        CutLength = cuts.Sum(cut => cut.End - cut.Start);
    }

    /// <summary>True when nothing of the text is cut.</summary>
    public bool IsWhole => cuts.Count == 0;

    /// <summary>How many characters are cut.</summary>
    public int CutLength { get; }

    /// <summary>How many markers say so.</summary>
    public int CutCount => cuts.Count;

    /// <summary>What is shown as it was recorded: from where to where.</summary>
    public IEnumerable<(int Start, int End)> Shown
    {
        get
        {
            if (rowCount > 0)
                yield break;
            var start = 0;
            foreach (var cut in cuts)
            {
                if (cut.Start > start)
                    yield return (start, cut.Start);
                start = cut.End;
            }
            if (start < recorded.Text.Length)
                yield return (start, recorded.Text.Length);
        }
    }

    /// <summary>True when a stretch is shown as it was recorded, with nothing of it cut.</summary>
    public bool Shows(int start, int end) =>
        rowCount == 0 && (FirstCutReaching(start + 1) is var cut && (cut == cuts.Count || cuts[cut].Start >= end));

    /// <summary>What is shown, and what stands for what is not: hidden characters shown, line ends kept.</summary>
    public IReadOnlyList<TextPiece> Pieces => pieces ??= IsWhole ? [new(OutgoingText.Show(recorded.Text))] : [.. Divide()];

    /// <summary>Writes the pieces.</summary>
    public override string ToString() => string.Concat(Pieces.Select(piece => piece.Text));

    private IEnumerable<TextPiece> Divide()
    {
        var text = recorded.Text;
        var start = 0;
        foreach (var cut in cuts)
        {
            yield return new(rowCount > 0 ? OutgoingText.Show(recorded.Rows!.Show(rowCount)) : Text(start, cut.Start));
            var (first, last, offset) = recorded.AddressFrom(cut.Start);
            var left = new TextCut(cut.End - cut.Start, first, last, offset, cut.Note);
            yield return new(left.ToString(), left);
            start = cut.End;
        }
        yield return new(Text(start, text.Length));

        // Where a line ends before what is shown, it begins a line behind the marker too.
        string Text(int from, int to) =>
            (from > 0 && from < text.Length && text[from - 1] == '\n' ? "\n" : "") + OutgoingText.Show(text.AsSpan(from..to));
    }

    /// <summary>Adds a cut; what it touches becomes one with it.</summary>
    private void Cut(int start, int end, string? note)
    {
        var first = FirstCutReaching(start);
        var last = first;
        for (; last < cuts.Count && cuts[last].Start <= end; last++)
        {
            var touched = cuts[last];
            // A hole in which the window ends is still nothing but what it was; what holds a hole is not what the hole says. Two passages
            // that stand at the same event need not stand there one after the other.
            note =
                touched.Start <= start && touched.End >= end ? touched.Note
                : touched.Start >= start && touched.End <= end ? note
                : null;
            (start, end) = (Math.Min(start, touched.Start), Math.Max(end, touched.End));
        }
        cuts.RemoveRange(first, last - first);
        cuts.Insert(first, (start, end, note));
    }

    /// <summary>The first cut that ends at a character or behind it. There may be thousands.</summary>
    private int FirstCutReaching(int index)
    {
        var (from, to) = (0, cuts.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = cuts[middle].End >= index ? (from, middle) : (middle + 1, to);
        }
        return from;
    }

    /// <summary>The window as it can be: inside of the text, between words where one ends nearby.</summary>
    private static (int Head, int Tail) Fit(RecordedText recorded, Window window)
    {
        var text = recorded.Text;
        if ((long)window.Head + window.Tail + ShortestCut >= text.Length)
            return (text.Length, 0);
        return (EndNear(recorded, window.Head), text.Length - StartNear(recorded, text.Length - window.Tail));
    }

    /// <summary>Where a shown stretch may end at or shortly before an index: never inside a surrogate pair or an escape.</summary>
    public static int EndNear(RecordedText recorded, int index)
    {
        var text = recorded.Text;
        var lowest = Math.Max(0, index - Slack);
        var end = index;
        while (end > lowest && !char.IsWhiteSpace(text[end - 1]))
            end--;
        end = end > lowest ? end : index;
        if (end > 0 && char.IsHighSurrogate(text[end - 1]))
            end--;
        return recorded.IsJson && Escapes.Around(text, end) is { } escape ? escape.Start : end;
    }

    private static int StartNear(RecordedText recorded, int index)
    {
        var text = recorded.Text;
        var highest = Math.Min(text.Length, index + Slack);
        var start = index;
        while (start < highest && !char.IsWhiteSpace(text[start - 1]))
            start++;
        start = start < highest ? start : index;
        if (start < text.Length && char.IsLowSurrogate(text[start]))
            start++;
        return recorded.IsJson && Escapes.Around(text, start) is { } escape ? escape.End : start;
    }
}
