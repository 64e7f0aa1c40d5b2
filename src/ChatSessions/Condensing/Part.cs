namespace ChatSessions.Condensing;

/// <summary>
/// A recorded text inside of an entry, and how much of it is shown: one window after the other of a ladder, each holding all that the
/// one before holds, so that what is kept at a budget is kept at every larger one. The last step of every ladder is the whole text.
/// </summary>
/// <param name="Name">What to write before the text, such as <c>path: </c>.</param>
/// <param name="Text">The text.</param>
/// <param name="Ladder">The windows before the whole text, growing.</param>
/// <param name="Weight">What the text is worth to a reader, compared with others.</param>
internal sealed record Part(string Name, RecordedText Text, Window[] Ladder, double Weight)
{
    /// <summary>What fills a text up is worth less than what first shows of it. This and the weights below were found by the fidelity benchmark.</summary>
    private const double LaterWeight = 0.58;

    /// <summary>What showing more takes besides its characters: about a label, and a marker where something stays cut.</summary>
    private const int LabelLength = 12;
    private const int MarkerLength = 60;

    private int level;
    private Window before = Window.Nothing;

    /// <summary>What is shown.</summary>
    public Window Window { get; private set; } = Ladder[0];

    /// <summary>True when nothing is cut.</summary>
    public bool IsWhole => Excerpt.IsWhole(Text, Window);

    /// <summary>How many characters are shown.</summary>
    public int ShownLength => Text.Text.Length - Excerpt.CutLength(Text, Window);

    /// <summary>What showing the next window is worth for each character that it takes; 0 when nothing is cut.</summary>
    public double NextWorth =>
        IsWhole
            ? 0
            : Weight
                * (level < Ladder.Length - 1 ? 1 : LaterWeight)
                / (NextLength + (Excerpt.IsWhole(Text, Next) ? LabelLength : MarkerLength));

    /// <summary>How many characters the next window shows more than this one.</summary>
    public int NextLength => Excerpt.CutLength(Text, Window) - Excerpt.CutLength(Text, Next);

    private Window Next => level + 1 < Ladder.Length ? Ladder[level + 1] : Window.Whole;

    public static Part OfUserMessage(RecordedText text) =>
        new("", text, [new(330, 0), new(1_000, 0), new(3_000, 400), new(9_000, 1_000)], 0.3);

    public static Part OfPassage(RecordedText text) => new("", text, [new(220, 0), new(600, 60), new(2_400, 400), new(9_000, 1_000)], 0.06);

    public static Part OfError(RecordedText text) => new("", text, [new(160, 0), new(600, 200)], 4);

    public static Part OfArgument(string name, RecordedText text, int count = 1) =>
        new(name, text, [new(Math.Max(30, 240 / count), 0), new(1_200, 200), new(6_000, 600)], 2.2);

    /// <summary>Of a result the beginning says what it is and the end how it went; of a failed one the last line names the error.</summary>
    /// <param name="lastLine">How many characters before the end the last line of a failed result begins, 0 where its label quotes it; null for any other.</param>
    public static Part OfResult(RecordedText text, int? lastLine)
    {
        var length = text.Text.Length;
        Window ends = new(length / 20 + 40, Math.Max(length * 7 / 100 + 16, lastLine ?? 0));
        return lastLine is { } tail
            ? new("", text, [new(Math.Min(ends.Head, 120), tail), ends], 1.5)
            // The ends of a long result stand for more than those of a short one.
            : new("", text, [Window.Nothing, new(ends.Head, 0), ends], Math.Clamp(length / 400.0, 0.2, 1.95));
    }

    /// <summary>Shows the next window.</summary>
    public void Grow()
    {
        (before, Window) = (Window, Next);
        level++;
    }

    /// <summary>Shows as much of what was shown last as fits: where the budget ends inside of a text, it is spent there.</summary>
    public void ShrinkToFit(Func<bool> fits)
    {
        var after = Window == Window.Whole ? new Window(Text.Text.Length - before.Tail, before.Tail) : Window;
        var (fitting, tooMany) = (0, after.Head - before.Head + after.Tail - before.Tail);
        while (tooMany - fitting > 1)
        {
            var middle = (fitting + tooMany) / 2;
            Show(middle);
            (fitting, tooMany) = fits() ? (middle, tooMany) : (fitting, middle);
        }
        Show(fitting);

        void Show(int more)
        {
            var head = Math.Clamp(after.Head - before.Head, 0, more);
            Window = new Window(before.Head + head, before.Tail + more - head);
        }
    }
}
