using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// A recorded text inside an entry, and how much of it is shown. It grows by a ladder of windows; each shows everything that the one before
/// does, so a larger budget never shows less. The last rungs show the whole text, first without its holes (what is shown elsewhere, or that
/// nobody reads), then with them.
/// </summary>
internal sealed class GrowingText
{
    /// <summary>The cost of showing more, without the characters: about a label, and a marker if something stays cut.</summary>
    public const int LabelLength = 12;
    public const int MarkerLength = 50;

    /// <summary>Of each of several long strings in JSON, this much is shown first, which says which it is.</summary>
    private const int StringHead = 90;

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
    private State grown;
    private State? next;

    /// <param name="name">What to write before the text, such as <c>path: </c>.</param>
    /// <param name="ladder">Growing windows; the last is the whole text.</param>
    /// <param name="passages">What is already shown, which the text replaces by a reference; null to show the text as it is.</param>
    /// <param name="strings">The strings inside the text that at first show only their beginning.</param>
    /// <param name="islands">Stretches inside the text to show before its beginning and end.</param>
    public GrowingText(
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
            blobs = AlikeLines.AddTo(blobs, text, ladder[^1].Weight * AlikeDiscount);
        // A hole must not hide a telling line.
        blobs = [.. blobs.Where(blob => !this.islands.Any(island => island.Start < blob.End && island.End > blob.Start))];
        this.strings = [.. Without(blobs, strings ?? [])];
        Hole[] holes = [.. blobs.Concat(Rests()).OrderBy(hole => hole.Start)];
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
        (start, end) = Excerpt.AroundWords(Text, start, end);
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
        grown = shown;
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

    /// <summary>Shows again what was shown before the last <see cref="ShrinkToFit"/>.</summary>
    public void UndoShrinking()
    {
        shown = grown;
        Version++;
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
            if (passages.Begun(Text, one.Start, one.End) is { } hole)
                begun[HeadOf(one).End] = hole;
        if (begun.Count > 0)
            next = StateOf(next.Window, next.Islands, [.. shown.Holes.Select(Replaced)]);
        var repeated = passages.In(Text, Revealed(next.Excerpt)).ToList();
        return repeated.Count == 0
            ? next
            : StateOf(next.Window, next.Islands, [.. next.Holes.Concat(repeated).OrderBy(hole => hole.Start)]);

        // A string with a telling line has more than one hole, and stays as it is.
        Hole Replaced(Hole hole) => begun.GetValueOrDefault(hole.Start) is { } whole && whole.End <= hole.End ? whole : hole;
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
                unfilled[hole] = hole.End - hole.Start > more && start < hole.End ? hole with { Start = start } : null;
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

    /// <summary>
    /// What is not shown at first of the strings, and of the numbers behind each, which say nothing without it. Telling lines are shown.
    /// </summary>
    private IEnumerable<Hole> Rests()
    {
        var telling = Array.ConvertAll(islands, island => Excerpt.AroundWords(Text, island.Start, island.End));
        var (from, to) = (0, 0);
        foreach (var one in strings)
        {
            var rest = new Hole(HeadOf(one).End, Text.EndWithNumbers(one.End), null, ladder[^1].Weight);
            while (from < telling.Length && telling[from].End <= rest.Start)
                from++;
            for (to = Math.Max(from, to); to < telling.Length && telling[to].Start < rest.End; )
                to++;
            foreach (var hole in Outside(telling[from..to], rest))
                if (hole.End - hole.Start >= Excerpt.ShortestCut)
                    yield return hole;
        }
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

    /// <summary>The parts of a hole that some stretches, in order, do not cover.</summary>
    private static IEnumerable<Hole> Outside((int Start, int End)[] stretches, Hole hole)
    {
        var start = hole.Start;
        foreach (var stretch in stretches)
        {
            if (stretch.End <= start || stretch.Start >= hole.End)
                continue;
            if (stretch.Start > start)
                yield return hole with
                {
                    Start = start,
                    End = stretch.Start,
                };
            start = stretch.End;
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
                : new Excerpt(Text, window, Joined([.. islands, .. focused]), [.. holes.SelectMany(hole => Outside(focused, hole))], shape);
        // A window that reaches everything is the whole text, whatever its numbers.
        return new(excerpt.IsWhole ? Window.Whole : window, islands, holes, excerpt);
    }

    private readonly record struct State(Window Window, (int Start, int End)[] Islands, Hole[] Holes, Excerpt Excerpt);
}
