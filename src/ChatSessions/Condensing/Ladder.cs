using ChatSessions.Analysis;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// How much of each kind of text is shown first, what comes next, and what each step is worth. The fidelity benchmark and its questions gave
/// the values.
/// </summary>
internal static class Ladder
{
    /// <summary>If JSON contains several strings of at least this length, each is a passage of its own.</summary>
    private const int LongString = 240;

    /// <summary>In a passage longer than this, what matters may not be at the beginning.</summary>
    private const int LongPassage = 320;
    private const int Head = 220;

    /// <summary>A result up to this length is shown whole or not at all: <c>42 passed</c> is a verdict.</summary>
    private const int ShortResult = 200;
    private const double ShortResultWeight = 1.5;

    /// <summary>That an edit was made is seen from the edit.</summary>
    private const double ReceiptWeight = 0.1;

    /// <summary>What the JSON of rows is worth after a table of all of them.</summary>
    private const double JsonOfRowsWeight = 0.02;

    private const double TellingLineWeight = 2.24;

    /// <summary>At first, no more is shown of either end of a result.</summary>
    private const int LongestEnd = 400;

    /// <summary>An edit up to this length is shown with its call.</summary>
    private const int ShortChange = 400;

    /// <summary>What a character of a change is worth.</summary>
    private const double LastEdit = 0.006;
    private const double LastWrite = 0.0075;
    private const double OtherChange = 0.002;

    public static GrowingText UserMessage(RecordedText text) =>
        new("", text, [new(330, 0), new(1_000, 0, 6), new(3_000, 400, 0.4), new(9_000, 1_000, 0.4), Rung.Whole(0.24)]);

    /// <summary>What the agent says or thinks. In a long text, the sentences that give reasons come before the rest.</summary>
    public static GrowingText Passage(RecordedText text)
    {
        if (text.Text.Length <= LongPassage)
            return new("", text, [Rung.Whole(0)]);
        var reasons = Reasons.Find(text.Text);
        Rung[] rest = [new(600, 60, 0.06), new(2_400, 400, 0.06), new(9_000, 1_000, 0.06), Rung.Whole(0.035)];
        if (reasons.Count == 0)
            return new("", text, [new(Head, 0), .. rest]);
        return new("", text, [new(0, 0), new(Head, 0, 2.4), .. rest], islands: [.. reasons]);
    }

    /// <summary>The last text of a turn is the answer to its question; that of the last turn is how the session ends.</summary>
    public static GrowingText Answer(RecordedText text, bool isLast) =>
        new(
            "",
            text,
            [new(Head, 0), new(1_500, 300, Density(text, isLast ? 0.1 : 0.006)), Rung.Whole(Density(text, isLast ? 0.05 : 0.004))]
        );

    public static GrowingText Error(RecordedText text) => new("", text, [new(160, 0), new(600, 200, 4), Rung.Whole(2.4)]);

    /// <summary>How much of each argument of a call is shown first.</summary>
    public static int HeadOfArgument(int count) => Math.Max(30, 160 / Math.Max(1, count));

    /// <param name="count">How many arguments the call has, which share the room.</param>
    public static GrowingText Argument(string name, RecordedText text, int count = 1)
    {
        var head = HeadOfArgument(count);
        // Half of it says what a long argument is.
        var first = text.Text.Length > 2 * head ? head / 2 : head;
        return new(name, text, [new(first, 0), new(head, 0, 0.5), new(1_200, 200, 2.3), new(6_000, 600, 2.3), Rung.Whole(1.33)]);
    }

    /// <summary>A text that changes a file: what it changes comes first, most of all if it is the last edit of the file.</summary>
    public static GrowingText Change(
        string name,
        RecordedText text,
        (int Start, int End)[] changed,
        bool isLastEdit,
        bool isLast,
        ShownStretches passages
    )
    {
        var length = changed.Sum(line => line.End - line.Start);
        var density =
            isLastEdit ? LastEdit
            : isLast ? LastWrite
            : OtherChange;
        Rung lines = new(160, 0, density * (length + GrowingText.LabelLength + GrowingText.MarkerLength));
        return new(
            name,
            text,
            length <= ShortChange
                ? [lines with { Window = Window.Nothing }, new(1_200, 200, 2.3), Rung.Whole(1.33)]
                : [new(80, 0, 0, hasIslands: false), lines, new(6_000, 600, 2.3), Rung.Whole(1.33)],
            passages,
            islands: changed
        );
    }

    /// <summary>
    /// The beginning of a result says what it is, and the end how it went. In a failed result, the last line names the error.
    /// </summary>
    /// <param name="lastLine">For a failed result, the length of the text from its last line on, or 0 if the label quotes that line; otherwise null.</param>
    /// <param name="isReceipt">Whether the result only says that something was written.</param>
    /// <param name="isTelling">Whether the result stands for similar ones, or says what they do not.</param>
    /// <param name="passages">What is already shown.</param>
    public static GrowingText Result(
        RecordedText text,
        int? lastLine,
        bool isTelling,
        bool isLastDiff,
        bool isReceipt,
        (int Start, int End)[] tellingLines,
        ShownStretches passages
    )
    {
        var length = text.Text.Length;
        var (head, tail) = (length / 20 + 40, Math.Max(length * 7 / 100 + 16, lastLine ?? 0));
        var telling = tellingLines.Length * TellingLineWeight;
        if (lastLine is { } last)
        {
            Rung error = length <= ShortResult ? Rung.Whole(0) : new(last == 0 ? Math.Min(head, 120) : 0, last, hasIslands: false);
            return new(
                "",
                text,
                tellingLines.Length == 0
                    ? [error, new(head, tail, 1.5), Rung.Whole(0.87)]
                    : [error, error with { Weight = telling, HasIslands = true }, new(head, tail, 1.5), Rung.Whole(0.87)],
                passages,
                islands: tellingLines
            );
        }
        if (length <= ShortResult)
            return new("", text, [new(0, 0), Rung.Whole(isReceipt ? ReceiptWeight : ShortResultWeight)], passages);
        if (isLastDiff)
            return new("", text, [new(0, 0), new(3_000, 1_000, Density(text, 0.03)), Rung.Whole(Density(text, 0.009))], passages);
        // The two ends of a long result stand for more than those of a short one.
        var weight = isTelling ? 1.95 : 0.3 * Math.Clamp(length / 400.0, 0.2, 1.95);
        if (text.Rows is not null)
        {
            Rung few = new(new Window(Math.Max(head, text.Rows.EndOf(1)), 0, AsRows: true), weight);
            Rung more = new(new Window(Math.Max(length / 4, few.Window.Head), 0, AsRows: true), 0.84 * weight);
            // A table of all rows says what the JSON does.
            Rung all = new(new Window(text.Rows.EndOf(text.Rows.Count), 0, AsRows: true), 0.6 * weight);
            return new("", text, [new(0, 0), few, more, all, Rung.Whole(JsonOfRowsWeight)], passages);
        }
        // Of a page or a dump, a twentieth is still far too much to say what it is.
        var (begin, end) = (Math.Min(head, LongestEnd), Math.Min(tail, LongestEnd));
        Rung[] ladder = [new(begin, 0, weight), new(begin, end, 0.84 * weight), new(head, tail, 0.7 * weight), Rung.Whole(0.6 * weight)];
        ladder = tellingLines.Length == 0 ? [new(0, 0), .. ladder] : [new(0, 0, 0, hasIslands: false), new(0, 0, telling), .. ladder];
        var strings = text.IsJson ? text.Strings(LongString).ToList() : [];
        return new("", text, ladder, passages, strings.Count > 1 ? strings : null, tellingLines);
    }

    /// <summary>The weight of a text of which a reader needs every character this much.</summary>
    private static double Density(RecordedText text, double density) =>
        density * (text.Text.Length + GrowingText.LabelLength + GrowingText.MarkerLength);
}

/// <summary>A step of a ladder.</summary>
/// <param name="Weight">How much a reader gains from reaching it, compared with others. The fidelity benchmark gave these values.</param>
/// <param name="HasIslands">Whether the islands are shown.</param>
internal readonly record struct Rung(Window Window, double Weight, bool HasIslands = true)
{
    public Rung(int head, int tail, double weight = 0, bool hasIslands = true)
        : this(new Window(head, tail), weight, hasIslands) { }

    public static Rung Whole(double weight) => new(Window.Whole, weight);
}
