namespace ChatSessions.Condensing;

/// <summary>
/// Shows the pieces of a session's entries that are worth most for their length, one after the other, until the budget is spent. What comes
/// next does not depend on the form of an answer, so several forms are filled together, and each ends where its own budget does.
/// </summary>
internal sealed class Filling
{
    /// <summary>A marker names at most this many kinds of entries; fewer in a small budget.</summary>
    private const int MostKinds = 24;
    private const int FewKinds = 3;
    private const int SmallBudget = 700;

    /// <summary>If at most this many entries are cut, the whole session may fit after all.</summary>
    private const int FewCut = 8;

    /// <summary>One in this many tokens goes to what matches a focus.</summary>
    private const int FocusShare = 3;

    /// <summary>A shorter window says too little.</summary>
    private const int ShortestWindow = 60;

    private readonly CondensedSession head;
    private readonly List<Entry> entries;
    private readonly CancellationToken cancellationToken;
    private readonly PriorityQueue<int, (double, int)> queue;
    private readonly List<Form> forms = [];

    /// <param name="head">The head of all forms.</param>
    /// <param name="budgets">How each form is counted, and the most that its transcript may cost.</param>
    public Filling(
        CondensedSession head,
        List<Entry> entries,
        IEnumerable<(Budget Budget, Cost Limit)> budgets,
        CancellationToken cancellationToken
    )
    {
        (this.head, this.entries, this.cancellationToken) = (head, entries, cancellationToken);
        queue = new(entries.Select((entry, index) => (index, (-entry.Worth, index))));
        foreach (var (budget, limit) in budgets)
        {
            var kinds = limit.Tokens < SmallBudget ? FewKinds : MostKinds;
            var omissions = forms is [var first, ..] ? first.Omissions.For(budget, kinds) : new Omissions(entries, budget, kinds);
            forms.Add(new(omissions, new(entries, budget, omissions), limit));
        }
    }

    /// <summary>Fills all forms, and returns them in order.</summary>
    public IReadOnlyList<Filled> Fill()
    {
        Tell([.. forms]);
        return forms.ConvertAll(form => form.Filled ?? Show(form));
    }

    /// <summary>Fills a single form, with a share for what matches a focus.</summary>
    public Filled Fill(Focus? focus)
    {
        var form = forms.Single();
        if (focus is { IsEmpty: false })
        {
            // The story comes first, so that only what it does not show is looked for.
            var limit = form.Limit;
            Cost share = new(Math.Max(0, limit.Tokens / FocusShare), Math.Max(0, limit.Characters / FocusShare));
            form.Limit = limit - share;
            Tell([form], isLast: false);
            ShowFocus(focus, form.Spending, form.Spending.Count() + share);
            form.Limit = limit;
        }
        return Fill()[0];
    }

    /// <summary>
    /// The session in full, if so little is cut that it may fit after all: without cuts there are no markers to pay for. Otherwise null.
    /// </summary>
    public CondensedSession? InFull(Cost most)
    {
        foreach (var entry in entries.Where(entry => !entry.IsWhole))
        {
            while (!entry.IsWhole && entry.ShownCharacters <= most.Characters)
                entry.Grow();
            if (!entry.IsWhole)
                return null;
        }
        return Show(entries.Select(entry => entry.Describe()));
    }

    /// <param name="isLast">Whether the rest of the budget is spent inside a text.</param>
    private void Tell(List<Form> open, bool isLast = true)
    {
        while (queue.TryDequeue(out var index, out var place))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = entries[index];
            // A window may have changed what comes next.
            if (-entry.Worth > place.Item1)
            {
                if (entry.Worth > 0)
                    queue.Enqueue(index, (-entry.Worth, index));
                continue;
            }
            foreach (var form in open)
                form.Spending.Take(index);
            var wasOpen = entry.IsOpen;
            var grown = entry.Grow();
            for (var number = open.Count - 1; number >= 0; number--)
            {
                if (open[number].Spending.Fits(open[number].Limit))
                    continue;
                if (!isLast)
                {
                    entry.Undo(wasOpen ? grown : null);
                    queue.Enqueue(index, place);
                    return;
                }
                Finish(open[number], entry, grown, wasOpen);
                open.RemoveAt(number);
            }
            if (open.Count == 0)
                return;
            entry.Remember(wasOpen ? grown : null);
            foreach (var form in open)
                form.Spending.Keep(wasOpen);
            if (entry.Worth > 0)
                queue.Enqueue(index, (-entry.Worth, index));
        }
    }

    /// <summary>Ends a form with as much of the entry in hand as fits. The other forms go on with the entry as it was.</summary>
    private void Finish(Form form, Entry entry, GrowingText? grown, bool wasOpen)
    {
        grown?.ShrinkToFit(() => form.Spending.Fits(form.Limit));
        var fits = form.Spending.Fits(form.Limit);
        if (fits)
            form.Spending.Keep(wasOpen);
        else
            entry.Fold();
        form.Filled = Show(form);
        if (!fits)
            entry.Unfold();
        grown?.UndoShrinking();
    }

    private void ShowFocus(Focus focus, Spending spending, Cost limit)
    {
        var windows = entries
            .SelectMany((entry, index) => focus.Has(entry.Step) ? entry.WindowsOf(focus).Select(one => (index, one.Part, one.Window)) : [])
            .OrderByDescending(one => one.Window.Score)
            .ThenBy(one => one.index);
        foreach (var (index, part, window) in windows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = entries[index];
            var wasOpen = entry.IsOpen;
            // A call shown as "same as" an earlier one needs that one to be shown.
            if (!wasOpen && entry.SameCall is { } same && !entries.Exists(one => one.Step.Position == same && one.IsOpen))
                continue;
            spending.Take(index);
            var (start, end) = (window.Start, window.End);
            if (!entry.ShowFocus(part, start, end))
                continue;
            var fits = spending.Fits(limit);
            while (!fits && end - start >= 2 * ShortestWindow)
            {
                entry.UndoFocus(part, wasOpen);
                (start, end) = (start + (end - start) / 8, end - (end - start) / 8);
                if (!entry.ShowFocus(part, start, end))
                    return;
                if (spending.Fits(limit))
                    break;
            }
            if (!fits && !spending.Fits(limit))
            {
                entry.UndoFocus(part, wasOpen);
                return;
            }
            entry.Remember(wasOpen ? part : null);
            spending.Keep(wasOpen);
            if (!fits)
                return;
        }
    }

    private Filled Show(Form form) =>
        new(
            Show(form.Omissions.Render()),
            entries.Where(entry => !entry.IsWhole).Take(FewCut + 1).Count() <= FewCut,
            entries.TrueForAll(entry => !entry.IsOpen)
        );

    private CondensedSession Show(IEnumerable<TranscriptEntry> transcript)
    {
        TranscriptEntry[] shown = [.. transcript];
        return head with
        {
            Entries = [.. shown],
            Transcript = [.. shown.Select(entry => entry.Fields)],
            Size = head.Size with
            {
                Shown = Math.Min(entries.Sum(entry => entry.ShownCharacters), head.Size.Full),
                Complete = entries.TrueForAll(entry => entry.IsWhole),
            },
        };
    }

    /// <summary>A form of the answer.</summary>
    private sealed class Form(Omissions omissions, Spending spending, Cost limit)
    {
        public Omissions Omissions { get; } = omissions;

        public Spending Spending { get; } = spending;

        public Cost Limit { get; set; } = limit;

        /// <summary>What it shows; null while it is filled.</summary>
        public Filled? Filled { get; set; }
    }
}

/// <summary>A form of an answer whose budget is spent.</summary>
/// <param name="IsNearlyWhole">Whether so little is cut that the whole session may fit after all.</param>
/// <param name="IsEmpty">Whether no entry is shown.</param>
internal sealed record Filled(CondensedSession Answer, bool IsNearlyWhole, bool IsEmpty);
