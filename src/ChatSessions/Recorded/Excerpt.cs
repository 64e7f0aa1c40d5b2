using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ChatSessions.Recorded;

/// <summary>How much of a text is shown, in characters from its beginning and from its end.</summary>
/// <param name="AsRows">Whether the beginning is shown as a table, see <see cref="JsonRows"/>.</param>
internal readonly record struct Window(int Head, int Tail, bool AsRows = false)
{
    public static readonly Window Whole = new(int.MaxValue, 0);
    public static readonly Window Nothing = new(0, 0);
}

/// <summary>A part of a text that is left out, even if a window shows the text around it.</summary>
/// <param name="Note">What the marker says, such as <c>as #12</c>; null if the text simply continues.</param>
/// <param name="Weight">How much a reader gains if it is shown after all, compared with other texts.</param>
internal sealed record Hole(int Start, int End, string? Note, double Weight = Hole.Least)
{
    /// <summary>Text shown elsewhere, or that nobody reads, is shown last.</summary>
    private const double Least = 0.001;
}

/// <summary>A piece of shown text, or the marker of a cut.</summary>
/// <param name="Cut">What the marker stands for; null for text.</param>
public readonly record struct TextPiece(string Text, TextCut? Cut = null);

/// <summary>A cut: text that is left out. Its marker looks like <c>…[+1,240 characters, #57 from 400]</c>.</summary>
/// <param name="Characters">The length of the cut.</param>
/// <param name="Event">The event where the cut begins.</param>
/// <param name="LastEvent">The event where the text ends. It differs from the first one only for a text recorded in pieces.</param>
/// <param name="Offset">Where the cut begins in the first event's JSON.</param>
/// <param name="Note">What was cut, such as <c>as #12</c>; null if unknown.</param>
public sealed record TextCut(int Characters, int Event, int LastEvent, int Offset, string? Note)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"…[+{Characters:N0} characters, #{Event}{(LastEvent == Event ? "" : $"-{LastEvent}")} from {Offset}{(Note is null ? "" : $": {Note}")}]"
        );
}

/// <summary>
/// What is shown of a recorded text. Every cut has the same kind of marker: how much was cut, from which event and offset, and, if known,
/// what it was.
/// </summary>
internal sealed class Excerpt
{
    /// <summary>A shorter cut saves less than its marker costs.</summary>
    public const int ShortestCut = 48;

    /// <summary>A gap next to an island is not only cheap to show: the lines around a line say what it means.</summary>
    private const int ShortestGap = 120;

    /// <summary>How many characters a cut may move to fall between words or lines.</summary>
    private const int Slack = 20;

    private static readonly SearchValues<char> NotOfWord = SearchValues.Create(",:;{}[]()<>\"'=|");

    private readonly RecordedText recorded;
    private readonly int rowCount;
    private readonly List<(int Start, int End, string? Note)> cuts = [];
    private IReadOnlyList<TextPiece>? pieces;
    private ShownText? exact;

    /// <param name="islands">What is shown of the text between the window's beginning and end. In order, without overlaps.</param>
    /// <param name="holes">In order, without overlaps.</param>
    /// <param name="shape">The note of the cuts between beginning and end.</param>
    public Excerpt(
        RecordedText recorded,
        Window window,
        IReadOnlyList<(int Start, int End)> islands,
        IReadOnlyList<Hole> holes,
        string? shape = null
    )
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
        var shownTo = head;
        foreach (var island in islands)
        {
            var (start, end) = AroundWords(recorded, island.Start, island.End);
            if (end <= shownTo || start >= recorded.Text.Length - tail)
                continue;
            if (start - shownTo >= ShortestGap)
                Cut(shownTo, start, shape);
            shownTo = end;
        }
        if (recorded.Text.Length - tail - shownTo >= (shownTo > head ? ShortestGap : 1))
            Cut(shownTo, recorded.Text.Length - tail, shape);
        CutLength = cuts.Sum(cut => cut.End - cut.Start);
    }

    /// <summary>Whether nothing is cut.</summary>
    public bool IsWhole => cuts.Count == 0;

    public int CutLength { get; }

    public int CutCount => cuts.Count;

    /// <summary>The parts that are shown exactly as recorded.</summary>
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

    /// <summary>Whether all of a part is shown exactly as recorded.</summary>
    public bool Shows(int start, int end) =>
        rowCount == 0 && (FirstCutReaching(start + 1) is var cut && (cut == cuts.Count || cuts[cut].Start >= end));

    /// <summary>The shown text and the markers of the cuts. Hidden characters are made visible; line ends are kept.</summary>
    public IReadOnlyList<TextPiece> Pieces => pieces ??= IsWhole ? [new(OutgoingText.Show(recorded.Text))] : [.. Divide()];

    /// <summary>The shown text without markers, and where the cuts are in it.</summary>
    public ShownText Exact => exact ??= Join();

    public override string ToString() => string.Concat(Pieces.Select(piece => piece.Text));

    private IEnumerable<TextPiece> Divide()
    {
        var text = recorded.Text;
        var start = 0;
        foreach (var cut in cuts)
        {
            yield return new(rowCount > 0 ? OutgoingText.Show(recorded.Rows!.Show(rowCount)) : Text(start, cut.Start));
            var left = CutOf(cut);
            yield return new(left.ToString(), left);
            start = cut.End;
        }
        yield return new(Text(start, text.Length));

        // If a line ends right before the shown text, the text begins on a new line after the marker too.
        string Text(int from, int to) =>
            (from > 0 && from < text.Length && text[from - 1] == '\n' ? "\n" : "") + OutgoingText.Show(text.AsSpan(from..to));
    }

    private ShownText Join()
    {
        if (rowCount > 0)
        {
            var before = ShownJson.ShowText(recorded.Rows!.Before);
            return new(before, [(before.Length, CutOf(cuts[0]) with { Note = null })], (recorded.Rows, rowCount));
        }
        if (IsWhole)
            return new(ShownJson.ShowText(recorded.Text), []);
        var text = new StringBuilder();
        var places = ImmutableArray.CreateBuilder<(int At, TextCut Cut)>(cuts.Count);
        var start = 0;
        foreach (var cut in cuts)
        {
            text.Append(ShownJson.ShowText(recorded.Text[start..cut.Start]));
            places.Add((text.Length, CutOf(cut)));
            start = cut.End;
        }
        text.Append(ShownJson.ShowText(recorded.Text[start..]));
        return new(text.ToString(), places.MoveToImmutable());
    }

    private TextCut CutOf((int Start, int End, string? Note) cut)
    {
        var (first, last, offset) = recorded.AddressFrom(cut.Start);
        return new(cut.End - cut.Start, first, last, offset, cut.Note);
    }

    /// <summary>Adds a cut, merged with any cuts that it touches.</summary>
    private void Cut(int start, int end, string? note)
    {
        var first = FirstCutReaching(start);
        var last = first;
        for (; last < cuts.Count && cuts[last].Start <= end; last++)
        {
            var touched = cuts[last];
            // If one cut contains the other, the outer one's note is right for both. Otherwise neither is: two passages repeated from the
            // same event need not be next to each other there.
            note =
                touched.Start <= start && touched.End >= end ? touched.Note
                : touched.Start >= start && touched.End <= end ? note
                : null;
            (start, end) = (Math.Min(start, touched.Start), Math.Max(end, touched.End));
        }
        cuts.RemoveRange(first, last - first);
        cuts.Insert(first, (start, end, note));
    }

    /// <summary>The first cut that ends at or after a character. A binary search, because there may be thousands.</summary>
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

    /// <summary>Fits the window to the text, and moves its edges between words if one ends nearby.</summary>
    private static (int Head, int Tail) Fit(RecordedText recorded, Window window)
    {
        var text = recorded.Text;
        if ((long)window.Head + window.Tail + ShortestCut >= text.Length)
            return (text.Length, 0);
        return (EndNear(recorded, window.Head), text.Length - StartNear(recorded, text.Length - window.Tail));
    }

    /// <summary>
    /// Where shown text may end, near an index: behind white space if there is any nearby, first of all before the index. Never inside a
    /// surrogate pair or an escape.
    /// </summary>
    public static int EndNear(RecordedText recorded, int index) =>
        index == 0 ? 0 : BoundaryAt(recorded, SpaceBefore(recorded, index) ?? SpaceBehind(recorded, index) ?? index);

    /// <summary>A stretch that begins and ends between words, if there is white space nearby: first of all outside the stretch.</summary>
    public static (int Start, int End) AroundWords(RecordedText recorded, int start, int end)
    {
        if (IsInWord(recorded.Text, start) && (SpaceBefore(recorded, start) ?? SpaceBehind(recorded, start)) is { } first && first < end)
            start = first;
        if (IsInWord(recorded.Text, end) && (SpaceBehind(recorded, end) ?? SpaceBefore(recorded, end)) is { } last && last > start)
            end = last;
        return (BoundaryAt(recorded, start), BoundaryAt(recorded, end));
    }

    /// <summary>Whether the characters on both sides belong to a word. In JSON, the signs around a value belong to none.</summary>
    private static bool IsInWord(string text, int index) =>
        index > 0 && index < text.Length && IsOfWord(text[index - 1]) && IsOfWord(text[index]);

    private static bool IsOfWord(char letter) => !char.IsWhiteSpace(letter) && !NotOfWord.Contains(letter);

    /// <summary>The place behind the last white space before an index; null if none is near.</summary>
    private static int? SpaceBefore(RecordedText recorded, int index)
    {
        for (var at = index; at > Math.Max(0, index - Slack); at--)
            if (IsBehindSpace(recorded, at))
                return at;
        return null;
    }

    /// <summary>The place behind the first white space after an index; null if none is near.</summary>
    private static int? SpaceBehind(RecordedText recorded, int index)
    {
        for (var at = index + 1; at <= Math.Min(recorded.Text.Length - 1, index + Slack); at++)
            if (IsBehindSpace(recorded, at))
                return at;
        return null;
    }

    /// <summary>Whether white space ends here. In JSON it may be an escape.</summary>
    private static bool IsBehindSpace(RecordedText recorded, int index)
    {
        var text = recorded.Text;
        return index > 0
            && index <= text.Length
            && (
                char.IsWhiteSpace(text[index - 1])
                || (
                    recorded.IsJson
                    && index > 1
                    && text[index - 1] is 'n' or 'r' or 't'
                    && text[index - 2] == '\\'
                    && Escapes.Around(text, index - 1) is { } escape
                    && escape.Start == index - 2
                )
            );
    }

    /// <summary>The index itself, or one just before it that is not inside a surrogate pair or an escape.</summary>
    private static int BoundaryAt(RecordedText recorded, int index)
    {
        var text = recorded.Text;
        if (index > 0 && char.IsHighSurrogate(text[index - 1]))
            index--;
        return recorded.IsJson && Escapes.Around(text, index) is { } escape ? escape.Start : index;
    }

    private static int StartNear(RecordedText recorded, int index)
    {
        var text = recorded.Text;
        if (index == text.Length)
            return index;
        var start = IsBehindSpace(recorded, index) ? index : SpaceBehind(recorded, index) ?? SpaceBefore(recorded, index) ?? index;
        if (start < text.Length && char.IsLowSurrogate(text[start]))
            start++;
        return recorded.IsJson && Escapes.Around(text, start) is { } escape ? escape.End : start;
    }
}
