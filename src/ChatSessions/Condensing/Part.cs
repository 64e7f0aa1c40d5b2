using ChatSessions.Analysis;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// A recorded text inside an entry, and how much of it is shown. It grows by a ladder of windows; each shows everything that the one before
/// does, so a larger budget never shows less. The last rungs show the whole text, first without its holes (what is shown elsewhere, or that
/// nobody reads), then with them.
/// </summary>
internal sealed class Part
{
    /// <summary>The cost of showing more, besides the characters: about a label, and a marker if something stays cut.</summary>
    private const int LabelLength = 12;
    private const int MarkerLength = 50;

    /// <summary>
    /// If JSON contains several strings of at least this length, each is a passage of its own, and this much of it says which.
    /// </summary>
    private const int LongString = 240;
    private const int StringHead = 90;

    /// <summary>In a passage longer than this, what matters may not be at the beginning.</summary>
    private const int LongPassage = 320;
    private const int Head = 220;

    /// <summary>A result up to this length is shown whole or not at all: <c>42 passed</c> is a verdict.</summary>
    private const int ShortResult = 200;
    private const double ShortResultWeight = 1.15;

    /// <summary>That an edit was made is seen from the edit.</summary>
    private const double ReceiptWeight = 0.1;

    private const double TellingLineWeight = 1.7;

    /// <summary>At first, no more is shown of either end of a result.</summary>
    private const int LongestEnd = 400;

    /// <summary>An edit up to this length is shown with its call.</summary>
    private const int ShortChange = 400;

    /// <summary>What a character of a change is worth.</summary>
    private const double LastEdit = 0.006;
    private const double LastWrite = 0.005;
    private const double OtherChange = 0.002;

    /// <summary>What lines alike but for numbers are worth, compared with other lines.</summary>
    private const double AlikeDiscount = 0.02;

    /// <summary>One in this many of the remaining holes is filled at a time.</summary>
    private const int FillSteps = 8;

    private readonly Rung[] ladder;
    private readonly ShownStretches? passages;
    private readonly (int Start, int End)[] strings;
    private readonly (int Start, int End)[] islands;
    private readonly string? shape;
    private (int Start, int End)[] focused = [];
    private (int Start, int End)[] focusedBefore = [];
    private int level;
    private State before;
    private State shown;
    private State? next;

    /// <param name="name">What to write before the text, such as <c>path: </c>.</param>
    /// <param name="ladder">Growing windows; the last is the whole text.</param>
    /// <param name="passages">What is already shown, which the text replaces by a reference; null to show the text as it is.</param>
    /// <param name="strings">The strings inside the text that at first show only their beginning.</param>
    /// <param name="islands">Stretches inside the text to show before its beginning and end.</param>
    private Part(
        string name,
        RecordedText text,
        Rung[] ladder,
        ShownStretches? passages = null,
        IEnumerable<(int Start, int End)>? strings = null,
        (int Start, int End)[]? islands = null
    )
    {
        (Name, Text, this.ladder, this.passages, this.islands) = (name, text, ladder, passages, islands ?? []);
        shape = passages is null ? null : OutputShape.Detect(text.Text);
        var blobs = Blobs.In(text);
        if (passages is not null && strings is null)
            blobs = AlikeLines.Beside(blobs, text, ladder[^1].Weight * AlikeDiscount);
        // A line that tells something is no line like the others.
        blobs = [.. blobs.Where(blob => !this.islands.Any(island => island.Start < blob.End && island.End > blob.Start))];
        this.strings = [.. Without(blobs, strings ?? [])];
        var rests = this.strings.Select(one => new Hole(HeadOf(one).End, one.End, null, ladder[^1].Weight));
        Hole[] holes = [.. blobs.Concat(rests).OrderBy(hole => hole.Start)];
        (before, shown) = (StateOf(Window.Nothing, [], holes), StateOf(ladder[0].Window, IslandsOf(ladder[0]), holes));
    }

    public string Name { get; }

    public RecordedText Text { get; }

    /// <summary>Changes whenever something else is shown.</summary>
    public int Version { get; private set; }

    public Excerpt Shown => shown.Excerpt;

    /// <summary>Whether nothing is cut.</summary>
    public bool IsWhole => Shown.IsWhole;

    /// <summary>How many characters are shown.</summary>
    public int ShownLength => Text.Text.Length - Shown.CutLength;

    /// <summary>How much a reader gains from showing more, per character that it takes; 0 if nothing is cut.</summary>
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
    /// The holes to fill next: those worth most for their length. Many holes are filled several at a time, because each time the whole text
    /// is rendered again.
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
        new("", text, [new(330, 0), new(1_000, 0, 6), new(3_000, 400, 0.4), new(9_000, 1_000, 0.4), Rung.Whole(0.24)]);

    /// <summary>What the agent says or thinks. In a long text, the sentences that give reasons come before the rest.</summary>
    public static Part OfPassage(RecordedText text)
    {
        if (text.Text.Length <= LongPassage)
            return new("", text, [Rung.Whole(0)]);
        var reasons = Reasons.Find(text.Text);
        Rung[] rest = [new(600, 60, 0.06), new(2_400, 400, 0.06), new(9_000, 1_000, 0.06), Rung.Whole(0.035)];
        if (reasons.Count == 0)
            return new("", text, [new(Head, 0), .. rest]);
        Rung head = reasons[0].Start <= Head ? new(Math.Max(Head, reasons[0].End), 0) : new(0, 0);
        return new("", text, [head, new(Head, 0, 0.9), .. rest], islands: [.. reasons]);
    }

    /// <summary>The last text of a turn is the answer to its question; that of the last turn is how the session ends.</summary>
    public static Part OfAnswer(RecordedText text, bool isLast) =>
        new(
            "",
            text,
            [new(Head, 0), new(1_500, 300, Density(text, isLast ? 0.1 : 0.006)), Rung.Whole(Density(text, isLast ? 0.05 : 0.004))]
        );

    public static Part OfError(RecordedText text) => new("", text, [new(160, 0), new(600, 200, 4), Rung.Whole(2.4)]);

    /// <param name="count">How many arguments the call has, which share the room.</param>
    public static Part OfArgument(string name, RecordedText text, int count = 1)
    {
        var head = Math.Max(30, 160 / count);
        // Half of it says what a long argument is.
        var first = text.Text.Length > 2 * head ? head / 2 : head;
        return new(name, text, [new(first, 0), new(head, 0, 0.5), new(1_200, 200, 2.3), new(6_000, 600, 2.3), Rung.Whole(1.33)]);
    }

    /// <summary>A text that changes a file: what it changes comes first, most of all if it is the last edit of the file.</summary>
    public static Part OfChange(
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
        Rung lines = new(160, 0, density * (length + LabelLength + MarkerLength));
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
    public static Part OfResult(
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
            return new("", text, [new(0, 0), few, more, Rung.Whole(0.6 * weight)], passages);
        }
        // Of a page or a dump, a twentieth is still far too much to say what it is.
        var (begin, end) = (Math.Min(head, LongestEnd), Math.Min(tail, LongestEnd));
        Rung[] ladder = [new(begin, 0, weight), new(begin, end, 0.84 * weight), new(head, tail, 0.7 * weight), Rung.Whole(0.6 * weight)];
        ladder = tellingLines.Length == 0 ? [new(0, 0), .. ladder] : [new(0, 0, 0, hasIslands: false), new(0, 0, telling), .. ladder];
        var strings = text.IsJson ? text.Strings(LongString).ToList() : [];
        return new("", text, ladder, passages, strings.Count > 1 ? strings : null, tellingLines);
    }

    /// <summary>The weight of a text of which a reader needs every character this much.</summary>
    private static double Density(RecordedText text, double density) => density * (text.Text.Length + LabelLength + MarkerLength);

    public void Grow()
    {
        // Since the worth was asked for, other texts may have shown some of this text's passages.
        next = null;
        (before, shown) = (shown, Next);
        Version++;
        next = null;
        level++;
    }

    /// <summary>Undoes the last growth.</summary>
    public void Undo()
    {
        (shown, next) = (before, null);
        Version++;
        level--;
    }

    /// <summary>Shows a window wherever it lies. False if it is already shown.</summary>
    public bool ShowFocus(int start, int end)
    {
        if (Shown.Shows(start, end))
            return false;
        focusedBefore = focused;
        focused = Joined([.. focused, (start, end)]);
        (before, shown, next) = (shown, StateOf(shown.Window, shown.Islands, shown.Holes), null);
        Version++;
        return true;
    }

    /// <summary>Undoes the last window.</summary>
    public void UndoFocus()
    {
        (focused, shown, next) = (focusedBefore, before, null);
        Version++;
    }

    /// <summary>Records what is shown, so that later texts need not repeat it.</summary>
    public void AddTo(ShownStretches known)
    {
        known.Add(Text, Shown.Shown);
        foreach (var one in strings)
            if (Shows(shown, HeadOf(one)) && !Shows(before, HeadOf(one)))
                known.AddBegun(Text, one.Start, one.End);
    }

    /// <summary>Reduces what was shown last until it fits, so that the rest of the budget is spent inside a text.</summary>
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
            return StateOf(Window.Whole, shown.Islands, [.. shown.Holes.Except(NextHoles)]);
        var next = StateOf(NextRung.Window, IslandsOf(NextRung), shown.Holes);
        if (passages is null)
            return next;
        var begun = new Dictionary<int, Hole>();
        foreach (var one in strings.Where(one => next.Excerpt.Shows(one.Start, one.Start + 1) && !Shown.Shows(one.Start, one.Start + 1)))
            if (passages.Begun(Text, one.Start, one.End) is { } other)
                begun[one.End] = new Hole(one.Start, one.End, $"as #{other.Position}");
        if (begun.Count > 0)
            next = StateOf(next.Window, next.Islands, [.. shown.Holes.Select(hole => begun.GetValueOrDefault(hole.End, hole))]);
        var repeated = passages.In(Text, Revealed(next.Excerpt)).ToList();
        return repeated.Count == 0
            ? next
            : StateOf(next.Window, next.Islands, [.. next.Holes.Concat(repeated).OrderBy(hole => hole.Start)]);
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

    /// <summary>The state that shows at most this many characters more than before.</summary>
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
            return StateOf(
                Window.Whole,
                before.Islands,
                [.. before.Holes.Select(hole => unfilled.GetValueOrDefault(hole, hole)).OfType<Hole>()]
            );
        }
        if (after.Islands.Length > before.Islands.Length)
        {
            var fitting = new List<(int Start, int End)>();
            foreach (var (start, end) in after.Islands)
            {
                fitting.Add((start, Math.Max(start, end - start <= more ? end : Excerpt.EndNear(Text, start + more))));
                if ((more -= end - start) <= 0)
                    break;
            }
            return StateOf(before.Window, [.. fitting], after.Holes);
        }
        // Rows, too, are shown as rows as long as they fit, even on the way to the whole text.
        var window = after.Window == Window.Whole ? before.Window with { Head = Text.Text.Length - before.Window.Tail } : after.Window;
        var head = Math.Clamp(window.Head - before.Window.Head, 0, more);
        return StateOf(
            window with
            {
                Head = before.Window.Head + head,
                Tail = before.Window.Tail + more - head,
            },
            after.Islands,
            after.Holes
        );
    }

    /// <summary>The beginning of a string, which is shown first.</summary>
    private (int Start, int End) HeadOf((int Start, int End) one) => (one.Start, Excerpt.EndNear(Text, one.Start + StringHead));

    private static bool Shows(State state, (int Start, int End) stretch) => state.Excerpt.Shows(stretch.Start, stretch.End);

    /// <summary>The stretches without any hole. Both lists are in order.</summary>
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

    /// <param name="Weight">How much a reader gains from reaching it, compared with others. The fidelity benchmark gave these values.</param>
    /// <param name="HasIslands">Whether the islands are shown.</param>
    private readonly record struct Rung(Window Window, double Weight, bool HasIslands = true)
    {
        public Rung(int head, int tail, double weight = 0, bool hasIslands = true)
            : this(new Window(head, tail), weight, hasIslands) { }

        public static Rung Whole(double weight) => new(Window.Whole, weight);
    }

    private (int Start, int End)[] IslandsOf(Rung rung) => rung.HasIslands ? islands : [];

    /// <summary>Stretches in order, without overlaps.</summary>
    private static (int Start, int End)[] Joined((int Start, int End)[] stretches)
    {
        Array.Sort(stretches);
        var joined = new List<(int Start, int End)>();
        foreach (var stretch in stretches)
            if (joined is [.., var last] && stretch.Start <= last.End)
                joined[^1] = (last.Start, Math.Max(last.End, stretch.End));
            else
                joined.Add(stretch);
        return [.. joined];
    }

    /// <summary>What remains of a hole beside the windows.</summary>
    private IEnumerable<Hole> Unfocused(Hole hole)
    {
        var start = hole.Start;
        foreach (var window in focused)
        {
            if (window.End <= start || window.Start >= hole.End)
                continue;
            if (window.Start > start)
                yield return hole with
                {
                    Start = start,
                    End = window.Start,
                };
            start = window.End;
        }
        if (start < hole.End)
            yield return hole with
            {
                Start = start,
            };
    }

    private State StateOf(Window window, (int Start, int End)[] islands, Hole[] holes)
    {
        // A table has no place for windows.
        if (focused.Length > 0)
            window = window with { AsRows = false };
        var excerpt =
            focused.Length == 0
                ? new Excerpt(Text, window, islands, holes, shape)
                : new Excerpt(Text, window, Joined([.. islands, .. focused]), [.. holes.SelectMany(Unfocused)], shape);
        // A window that reaches everything is the whole text, whatever its numbers.
        return new(excerpt.IsWhole ? Window.Whole : window, islands, holes, excerpt);
    }

    private readonly record struct State(Window Window, (int Start, int End)[] Islands, Hole[] Holes, Excerpt Excerpt);
}
