namespace ChatSessions.Condensing;

/// <summary>
/// A recorded text inside of an entry, and how much of it is shown: one window after the other of a ladder, each holding all that the
/// one before holds, so that what is kept at a budget is kept at every larger one. The last steps show the whole text, first without
/// what stands elsewhere or tells nothing, then with that.
/// </summary>
internal sealed class Part
{
    /// <summary>What showing more takes besides its characters: about a label, and a marker where something stays cut.</summary>
    private const int LabelLength = 12;
    private const int MarkerLength = 50;

    /// <summary>Where JSON holds several strings of this length, each is a passage of its own, and this much of it tells which.</summary>
    private const int LongString = 240;
    private const int StringHead = 90;

    private readonly Rung[] ladder;
    private readonly ShownPassages? passages;
    private readonly (int Start, int End)[] strings;
    private readonly string? shape;
    private int level;
    private State before;
    private State shown;
    private State? next;

    /// <param name="name">What to write before the text, such as <c>path: </c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="ladder">The windows, growing, the last of them the whole text.</param>
    /// <param name="passages">What is shown already, of which the text says no more than where; null for a text to be shown as it is.</param>
    /// <param name="strings">The strings inside of the text of which at first only the beginnings are shown.</param>
    private Part(
        string name,
        RecordedText text,
        Rung[] ladder,
        ShownPassages? passages = null,
        IEnumerable<(int Start, int End)>? strings = null
    )
    {
        (Name, Text, this.ladder, this.passages) = (name, text, ladder, passages);
        shape = passages is null ? null : OutputShape.Of(text.Text);
        var blobs = Blobs.In(text);
        this.strings = [.. (strings ?? []).Where(one => !Array.Exists(blobs, blob => blob.Start < one.End && blob.End > one.Start))];
        var rests = this.strings.Select(one => new Hole(Excerpt.EndNear(text, one.Start + StringHead), one.End, null, ladder[^1].Weight));
        Hole[] holes = [.. blobs.Concat(rests).OrderBy(hole => hole.Start)];
        (before, shown) = (StateOf(Window.Nothing, holes), StateOf(ladder[0].Window, holes));
    }

    public string Name { get; }

    public RecordedText Text { get; }

    /// <summary>Another number each time that something else is shown.</summary>
    public int Version { get; private set; }

    /// <summary>What is shown.</summary>
    public Excerpt Shown => shown.Excerpt;

    /// <summary>True when nothing is cut.</summary>
    public bool IsWhole => Shown.IsWhole;

    /// <summary>How many characters are shown.</summary>
    public int ShownLength => Text.Text.Length - Shown.CutLength;

    /// <summary>What showing more is worth for each character that it takes; 0 when nothing is cut.</summary>
    public double NextWorth
    {
        get
        {
            if (IsWhole)
                return 0;
            var growth = Shown.CutLength - Next.Excerpt.CutLength;
            var weight = shown.Window == Window.Whole ? NextHole.Weight : NextRung.Weight;
            return weight / (growth + LabelLength + MarkerLength * Next.Excerpt.CutCount);
        }
    }

    private State Next => next ??= FindNext();

    private Hole NextHole => shown.Holes.MaxBy(hole => hole.Weight / (hole.End - hole.Start + MarkerLength))!;

    private Rung NextRung => ladder[Math.Min(level + 1, ladder.Length - 1)];

    public static Part OfUserMessage(RecordedText text) =>
        new("", text, [new(330, 0), new(1_000, 0, 5), new(3_000, 400, 0.4), new(9_000, 1_000, 0.4), Rung.Whole(0.24)]);

    public static Part OfPassage(RecordedText text) =>
        new("", text, [new(220, 0), new(600, 60, 0.06), new(2_400, 400, 0.06), new(9_000, 1_000, 0.06), Rung.Whole(0.035)]);

    public static Part OfError(RecordedText text) => new("", text, [new(160, 0), new(600, 200, 4), Rung.Whole(2.4)]);

    public static Part OfArgument(string name, RecordedText text, int count = 1) =>
        new(name, text, [new(Math.Max(30, 160 / count), 0), new(1_200, 200, 2.3), new(6_000, 600, 2.3), Rung.Whole(1.33)]);

    /// <summary>Of a result the beginning says what it is and the end how it went; of a failed one the last line names the error.</summary>
    /// <param name="lastLine">How many characters before the end the last line of a failed result begins, 0 where its label quotes it; null for any other.</param>
    /// <param name="isTelling">Whether it stands for others that are like it, or tells what they do not.</param>
    /// <param name="passages">What is shown already.</param>
    public static Part OfResult(RecordedText text, int? lastLine, bool isTelling, ShownPassages passages)
    {
        var length = text.Text.Length;
        var (head, tail) = (length / 20 + 40, Math.Max(length * 7 / 100 + 16, lastLine ?? 0));
        if (lastLine is { } last)
            return new("", text, [new(Math.Min(head, 120), last), new(head, tail, 1.5), Rung.Whole(0.87)], passages);
        // The ends of a long result stand for more than those of a short one.
        var weight = isTelling ? 1.95 : Math.Clamp(length / 400.0, 0.2, 1.95);
        if (text.Rows is not null)
        {
            Rung few = new(new Window(Math.Max(head, text.Rows.EndOf(1)), 0, AsRows: true), weight);
            Rung more = new(new Window(Math.Max(length / 4, few.Window.Head), 0, AsRows: true), 0.84 * weight);
            return new("", text, [new(0, 0), few, more, Rung.Whole(0.6 * weight)], passages);
        }
        Rung[] ladder = [new(0, 0), new(head, 0, weight), new(head, tail, 0.84 * weight), Rung.Whole(0.6 * weight)];
        var strings = text.IsJson ? text.Strings(LongString).ToList() : [];
        return new("", text, ladder, passages, strings.Count > 1 ? strings : null);
    }

    /// <summary>Shows more.</summary>
    public void Grow()
    {
        next = null;
        (before, shown) = (shown, Next);
        Version++;
        next = null;
        level++;
    }

    /// <summary>Notes what is shown, so that later texts need not repeat it.</summary>
    public void AddTo(ShownPassages known)
    {
        known.Add(Text, Shown.Shown);
        foreach (
            var (start, end) in strings.Where(one => Shown.Shown.Any(stretch => stretch.Start <= one.Start && one.Start < stretch.End))
        )
            known.AddBegun(Text, start, end);
    }

    /// <summary>Shows as much of what was shown last as fits: where the budget ends inside of a text, it is spent there.</summary>
    public void ShrinkToFit(Func<bool> fits)
    {
        if (before.Excerpt.IsWhole)
            return;
        var after = shown;
        var (fitting, tooMany) = (0, before.Excerpt.CutLength - after.Excerpt.CutLength);
        while (tooMany - fitting > 1)
        {
            var middle = (fitting + tooMany) / 2;
            Show(Between(after, middle));
            (fitting, tooMany) = fits() ? (middle, tooMany) : (fitting, middle);
        }
        Show(fitting == 0 ? before : Between(after, fitting));

        void Show(State state)
        {
            shown = state;
            Version++;
        }
    }

    private State FindNext()
    {
        if (shown.Window == Window.Whole)
            return StateOf(Window.Whole, [.. shown.Holes.Where(hole => hole != NextHole)]);
        var next = StateOf(NextRung.Window, shown.Holes);
        if (passages is null)
            return next;
        var revealed = Revealed(next.Excerpt).ToList();
        List<Hole> known =
        [
            .. from one in strings
            where revealed.Exists(stretch => stretch.Start <= one.Start && one.Start < stretch.End)
            let other = passages.Begun(Text, one.Start, one.End)
            where other is not null
            select new Hole(one.Start, one.End, $"as #{other.Position}"),
            .. passages.In(Text, revealed),
        ];
        if (known.Count == 0)
            return next;
        var others = shown.Holes.Where(hole => !known.Exists(one => one.Start <= hole.Start && hole.End <= one.End));
        return StateOf(next.Window, [.. others.Concat(known).OrderBy(hole => hole.Start)]);
    }

    /// <summary>What another excerpt shows that is not shown now.</summary>
    private IEnumerable<(int Start, int End)> Revealed(Excerpt other)
    {
        foreach (var (start, end) in other.Shown)
        {
            var at = start;
            foreach (var old in Shown.Shown.Where(old => old.End > start && old.Start < end))
            {
                if (old.Start > at)
                    yield return (at, old.Start);
                at = old.End;
            }
            if (at < end)
                yield return (at, end);
        }
    }

    /// <summary>What shows so many more characters than before, at most.</summary>
    private State Between(State after, int more)
    {
        if (before.Window == Window.Whole)
        {
            var filled = before.Holes.Except(after.Holes).Single();
            var start = Math.Max(filled.Start, Excerpt.EndNear(Text, filled.Start + more));
            return StateOf(Window.Whole, [.. before.Holes.Select(hole => hole == filled ? hole with { Start = start } : hole)]);
        }
        var window = after.Window == Window.Whole ? new Window(Text.Text.Length - before.Window.Tail, before.Window.Tail) : after.Window;
        var head = Math.Clamp(window.Head - before.Window.Head, 0, more);
        return StateOf(window with { Head = before.Window.Head + head, Tail = before.Window.Tail + more - head }, after.Holes);
    }

    /// <summary>A step of a ladder.</summary>
    /// <param name="Weight">What it is worth to a reader to reach it, compared with others. These were found by the fidelity benchmark.</param>
    private readonly record struct Rung(Window Window, double Weight)
    {
        public Rung(int head, int tail, double weight = 0)
            : this(new Window(head, tail), weight) { }

        public static Rung Whole(double weight) => new(Window.Whole, weight);
    }

    private State StateOf(Window window, Hole[] holes)
    {
        var excerpt = new Excerpt(Text, window, holes, shape);
        // A window that reaches everything is the whole text, whatever its numbers.
        return new(excerpt.IsWhole ? Window.Whole : window, holes, excerpt);
    }

    /// <summary>How much is shown, and what that looks like.</summary>
    private readonly record struct State(Window Window, Hole[] Holes, Excerpt Excerpt);
}
