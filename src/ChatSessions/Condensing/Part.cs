using ChatSessions.Recorded;

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

    /// <summary>Of the holes that are left, one in so many is filled at a time.</summary>
    private const int FillSteps = 8;

    private readonly Rung[] ladder;
    private readonly ShownStretches? passages;
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
        ShownStretches? passages = null,
        IEnumerable<(int Start, int End)>? strings = null
    )
    {
        (Name, Text, this.ladder, this.passages) = (name, text, ladder, passages);
        shape = passages is null ? null : OutputShape.Detect(text.Text);
        var blobs = Blobs.In(text);
        this.strings = [.. Without(blobs, strings ?? [])];
        var rests = this.strings.Select(one => new Hole(HeadOf(one).End, one.End, null, ladder[^1].Weight));
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
            var weight = shown.Window == Window.Whole ? NextHoles[0].Weight : NextRung.Weight;
            return weight / (growth + LabelLength + MarkerLength * Next.Excerpt.CutCount);
        }
    }

    private State Next => next ??= FindNext();

    /// <summary>
    /// The holes to fill next, those worth most for their length. Of many some are filled at once: each time the whole text is rendered
    /// again.
    /// </summary>
    private Hole[] NextHoles
    {
        get
        {
            var best = shown.Holes.MaxBy(hole => hole.Weight / (hole.End - hole.Start + MarkerLength))!;
            var alike = shown.Holes.Where(hole => hole.Weight == best.Weight).OrderBy(hole => hole.End - hole.Start);
            return [.. alike.Take((shown.Holes.Length + FillSteps - 1) / FillSteps)];
        }
    }

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
    public static Part OfResult(RecordedText text, int? lastLine, bool isTelling, ShownStretches passages)
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
        // Other texts may show more of this one's passages since its worth was asked for.
        next = null;
        (before, shown) = (shown, Next);
        Version++;
        next = null;
        level++;
    }

    /// <summary>Notes what is shown, so that later texts need not repeat it.</summary>
    public void AddTo(ShownStretches known)
    {
        known.Add(Text, Shown.Shown);
        foreach (var one in strings)
            if (Shows(shown, HeadOf(one)) && !Shows(before, HeadOf(one)))
                known.AddBegun(Text, one.Start, one.End);
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
            return StateOf(Window.Whole, [.. shown.Holes.Except(NextHoles)]);
        var next = StateOf(NextRung.Window, shown.Holes);
        if (passages is null)
            return next;
        var begun = new Dictionary<int, Hole>();
        foreach (var one in strings.Where(one => next.Excerpt.Shows(one.Start, one.Start + 1) && !Shown.Shows(one.Start, one.Start + 1)))
            if (passages.Begun(Text, one.Start, one.End) is { } other)
                begun[one.End] = new Hole(one.Start, one.End, $"as #{other.Position}");
        if (begun.Count > 0)
            next = StateOf(next.Window, [.. shown.Holes.Select(hole => begun.GetValueOrDefault(hole.End, hole))]);
        var repeated = passages.In(Text, Revealed(next.Excerpt)).ToList();
        return repeated.Count == 0 ? next : StateOf(next.Window, [.. next.Holes.Concat(repeated).OrderBy(hole => hole.Start)]);
    }

    /// <summary>What another excerpt shows that is not shown now.</summary>
    private IEnumerable<(int Start, int End)> Revealed(Excerpt other)
    {
        var known = Shown.Shown.ToArray();
        var at = 0;
        foreach (var (start, end) in other.Shown)
        {
            var from = start;
            for (; at < known.Length && known[at].Start < end; at++)
            {
                if (known[at].Start > from)
                    yield return (from, known[at].Start);
                from = Math.Max(from, known[at].End);
                if (known[at].End > end)
                    break;
            }
            if (from < end)
                yield return (from, end);
        }
    }

    /// <summary>What shows so many more characters than before, at most.</summary>
    private State Between(State after, int more)
    {
        if (before.Window == Window.Whole)
        {
            var unfilled = new Dictionary<Hole, Hole?>();
            foreach (var hole in before.Holes.Except(after.Holes).OrderBy(hole => hole.End - hole.Start))
            {
                var start = Math.Max(hole.Start, Excerpt.EndNear(Text, Math.Min(hole.End, hole.Start + more)));
                unfilled[hole] = hole.End - hole.Start > more ? hole with { Start = start } : null;
                more = Math.Max(0, more - (hole.End - hole.Start));
            }
            return StateOf(Window.Whole, [.. before.Holes.Select(hole => unfilled.GetValueOrDefault(hole, hole)).OfType<Hole>()]);
        }
        // Rows, too, are shown as such as far as they fit, even on the way to the whole text.
        var window = after.Window == Window.Whole ? before.Window with { Head = Text.Text.Length - before.Window.Tail } : after.Window;
        var head = Math.Clamp(window.Head - before.Window.Head, 0, more);
        return StateOf(window with { Head = before.Window.Head + head, Tail = before.Window.Tail + more - head }, after.Holes);
    }

    /// <summary>What at first is shown of a string.</summary>
    private (int Start, int End) HeadOf((int Start, int End) one) => (one.Start, Excerpt.EndNear(Text, one.Start + StringHead));

    private static bool Shows(State state, (int Start, int End) stretch) => state.Excerpt.Shows(stretch.Start, stretch.End);

    /// <summary>The stretches in which no hole lies, both being in order.</summary>
    private static IEnumerable<(int Start, int End)> Without(Hole[] holes, IEnumerable<(int Start, int End)> stretches)
    {
        var at = 0;
        foreach (var stretch in stretches)
        {
            while (at < holes.Length && holes[at].End <= stretch.Start)
                at++;
            if (at == holes.Length || holes[at].Start >= stretch.End)
                yield return stretch;
        }
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
