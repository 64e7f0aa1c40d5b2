using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Condensing;

/// <summary>
/// Condenses a session into a budget. At first every entry is folded. Then, step by step, the piece that is worth most per character is
/// shown, until the budget is spent. The worth does not depend on the budget, so a larger budget shows everything that a smaller one does,
/// and more.
/// </summary>
/// <param name="shown">The session. What is derived from it is reused for every answer about it.</param>
public sealed class Condenser(ShownSession shown)
{
    /// <summary>A marker names at most this many kinds of entries; fewer in a small budget.</summary>
    private const int MostKinds = 24;
    private const int FewKinds = 3;
    private const int SmallBudget = 700;

    /// <summary>The line of changed files has at most about this many tokens; more in an answer that is not small.</summary>
    private const int ShortChanged = 50;
    private const int LongChanged = 100;
    private const int SmallAnswer = 3_000;

    /// <summary>If at most this many entries are cut, the whole session may fit after all.</summary>
    private const int FewCut = 8;

    /// <summary>One in this many tokens goes to what matches a focus.</summary>
    private const int FocusShare = 3;

    /// <summary>A shorter window says too little.</summary>
    private const int ShortestWindow = 60;

    private readonly Session session = shown.Session;
    private readonly SessionStatistics statistics = SessionStatistics.Count(shown.Session);
    private readonly Repetitions repetitions = new(shown.Session);
    private readonly (ImmutableArray<SessionTool> Named, int More) tools = ToolList.Rank(shown.Session);
    private readonly Highlights highlights = new(shown.Session);
    private ChangedFiles? changed;
    private double[]? weighed;
    private (string Words, int First, int Last, Focus Found)? focused;

    private double[] Worths => weighed ??= new Importance(session, repetitions, highlights).OfSteps();

    /// <summary>Condenses a session once. To ask for several answers, keep a <see cref="Condenser"/>.</summary>
    /// <exception cref="ChatSessionException">The session has no such turns or no such event.</exception>
    public static CondensedSession Condense(ShownSession session, CondenseOptions options, CancellationToken cancellationToken = default) =>
        new Condenser(session).Condense(options, cancellationToken);

    /// <exception cref="ChatSessionException">The session has no such turns or no such event.</exception>
    public CondensedSession Condense(CondenseOptions options, CancellationToken cancellationToken = default)
    {
        var (first, last, part) = Scope(options);
        var budget = new Budget(options.Form);
        var most = new Cost(options.MaxTokens, options.MaxTokens * CondenseOptions.CharactersPerToken);
        var focus = FocusOf(options, first, last, cancellationToken);
        CondensedSession head = null!;
        Cost ofHead = default;
        foreach (var one in Head(part, options, focus))
        {
            (head, ofHead) = (one, budget.OfAnswer(one));
            if (ofHead.FitsIn(new(most.Tokens / 2, most.Characters / 2)))
                break;
        }
        var limit = most;
        while (true)
        {
            var draft = new Draft(shown, head, highlights, new ShownStretches());
            var entries = session
                .Steps.Zip(Worths, (step, worth) => (Step: step, Worth: worth))
                .Where(one => one.Step.LastPosition >= first && one.Step.Position <= last)
                .Select(one => new Entry(draft, one.Step, one.Worth, repetitions.Of(one.Step, first)))
                .ToList();
            var condensed = Fill(head, entries, budget, limit - ofHead, focus, cancellationToken);
            var isNothingOpen = entries.TrueForAll(entry => !entry.IsOpen);
            if (!condensed.Size.Complete && InFull(head, entries, most) is { } full && budget.OfAnswer(full).FitsIn(most))
                return full;
            // The cost is a sum over entries. Tokens that join across two entries can make it wrong by a few.
            var excess = budget.OfAnswer(condensed) - most;
            if (excess is { Tokens: <= 0, Characters: <= 0 } || isNothingOpen)
                return condensed;
            limit -= new Cost(Math.Max(1, excess.Tokens), Math.Max(0, excess.Characters));
        }
    }

    /// <summary>What to prefer; null for nothing. It is kept, because an answer is asked for in two forms.</summary>
    private Focus? FocusOf(CondenseOptions options, int first, int last, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(options.Focus))
            return null;
        if (focused is not { } known || (known.Words, known.First, known.Last) != (options.Focus, first, last))
            focused = known = (options.Focus, first, last, new Focus(session, options.Focus, first, last, cancellationToken));
        return known.Found;
    }

    private (int First, int Last, string? Part) Scope(CondenseOptions options)
    {
        var (first, last) = (0, session.Events.Length - 1);
        string? part = null;
        if (options.Turns is { } turns)
        {
            var (from, to) = turns.In(session);
            (first, last) = (session.Turns[from - 1].First, session.Turns[to - 1].Last);
            part = $"turns {from}-{to} of {session.Turns.Length} (#{first}–#{last})";
        }
        if (options.SinceEvent is { } since)
        {
            if (since < 0 || since >= session.Events.Length)
                throw new ChatSessionException(
                    ChatSessionError.NotFound,
                    $"since_event {since}: this session has "
                        + (last < 0 ? "no events." : $"{session.Events.Length} events, #0 to #{session.Events.Length - 1}.")
                );
            first = Math.Max(first, since + 1);
            var newer = Math.Max(0, last - first + 1);
            var news = $"what came after #{since}: {newer} {(newer == 1 ? "event" : "events")}";
            part = part is null ? news : $"{part}, {news}";
        }
        if (options.LastEvents is { } count)
        {
            if (count < 1)
                throw new ChatSessionException(ChatSessionError.InvalidArgument, $"last_events must be 1 or more, not {count}.");
            if (last - first >= count)
            {
                first = last - count + 1;
                var end = $"the last {count} {(count == 1 ? "event" : "events")} (#{first}–#{last})";
                part = part is null ? end : $"{part}, {end}";
            }
        }
        return (first, last, part);
    }

    /// <summary>The head of an answer: first in full, then short enough for the smallest budget if names and titles are long.</summary>
    private IEnumerable<CondensedSession> Head(string? part, CondenseOptions options, Focus? focus)
    {
        changed ??= new(highlights.Changes);
        var title = session.Summary.GeneratedTitle;
        var message = session.Events.OfType<UserInputEvent>().FirstOrDefault()?.Content;
        title = DerivedTitle.InsteadOf(title, message) ?? title;
        var stop = session.LastStop;
        var error = stop is null ? session.Summary.JobMetadata?.Error : stop.Error;
        var head = new CondensedSession
        {
            SessionId = OutgoingText.ShowName(session.Summary.SessionId),
            Title = OutgoingText.ShowLine(title, 120),
            Outcome = JsonNamingPolicy.SnakeCaseLower.ConvertName(session.Outcome.ToString()),
            OutcomeBasis = OutcomeBasis.Of(session),
            Error = OutgoingText.ShowLine(error, 200),
            Usage = SessionUsage.From(stop is null ? session.Summary.JobMetadata?.Usage : stop.Usage),
            Counts = SessionCounts.From(statistics),
            Size = new(shown.Characters, shown.Characters, false),
            LastUpdatedAt = OutgoingText.ShowLine(session.Summary.LastUpdatedAt, 40),
            RecordedBy = RecordedBy.Line(session.Summary.Recording, isShort: false),
            Part = part,
            Focus = focus is null ? null : FocusLine(120),
            Notes = options.Notes,
            ChangedFiles = changed.Line(options.MaxTokens < SmallAnswer ? Math.Min(ShortChanged, options.MaxTokens / 25) : LongChanged),
            Tools = tools.Named,
            MoreTools = tools.More == 0 ? null : tools.More,
            Transcript = [],
        };
        yield return head;
        yield return head with
        {
            SessionId = OutgoingText.ShowLine(session.Summary.SessionId, 64)!,
            Title = OutgoingText.ShowLine(title, 40),
            RecordedBy = RecordedBy.Line(session.Summary.Recording, isShort: true),
            Error = OutgoingText.ShowLine(error, 60),
            Focus = focus is null ? null : FocusLine(40),
            ChangedFiles = changed.Line(0),
            Tools = [],
            MoreTools = null,
        };

        string FocusLine(int limit) => OutgoingText.ShowLine(options.Focus, limit) + (focus.IsEmpty ? " (nothing matches)" : "");
    }

    private static CondensedSession Fill(
        CondensedSession head,
        List<Entry> entries,
        Budget budget,
        Cost limit,
        Focus? focus,
        CancellationToken cancellationToken
    )
    {
        var omissions = new Omissions(entries, budget, limit.Tokens < SmallBudget ? FewKinds : MostKinds);
        var spending = new Spending(entries, budget, omissions);
        var queue = new PriorityQueue<int, (double, int)>(entries.Select((entry, index) => (index, (-entry.Worth, index))));
        if (focus is { IsEmpty: false })
        {
            // The story comes first, so that only what it does not show is looked for.
            Cost share = new(Math.Max(0, limit.Tokens / FocusShare), Math.Max(0, limit.Characters / FocusShare));
            Tell(limit - share, isLast: false);
            ShowFocus(spending.Count() + share);
        }
        Tell(limit, isLast: true);
        return Show(head, entries, omissions.Render());

        void Tell(Cost limit, bool isLast)
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
                spending.Take(index);
                var wasOpen = entry.IsOpen;
                var grown = entry.Grow();
                var fits = spending.Fits(limit);
                if (!fits && !isLast)
                {
                    entry.Undo(wasOpen ? grown : null);
                    queue.Enqueue(index, place);
                    break;
                }
                if (!fits)
                    grown?.ShrinkToFit(() => spending.Fits(limit));
                if (!fits && !spending.Fits(limit))
                {
                    entry.Fold();
                    break;
                }
                entry.Remember(wasOpen ? grown : null);
                spending.Keep(wasOpen);
                if (!fits)
                    break;
                if (entry.Worth > 0)
                    queue.Enqueue(index, (-entry.Worth, index));
            }
        }

        void ShowFocus(Cost limit)
        {
            var windows = entries
                .SelectMany(
                    (entry, index) => focus.Has(entry.Step) ? entry.WindowsOf(focus).Select(one => (index, one.Part, one.Window)) : []
                )
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
    }

    /// <summary>
    /// The session in full, if so little is cut that it may fit after all: without cuts there are no markers to pay for. Otherwise null.
    /// </summary>
    private static CondensedSession? InFull(CondensedSession head, List<Entry> entries, Cost most)
    {
        var cut = entries.Where(entry => !entry.IsWhole).Take(FewCut + 1).ToList();
        if (cut.Count > FewCut)
            return null;
        foreach (var entry in cut)
        {
            while (!entry.IsWhole && entry.ShownCharacters <= most.Characters)
                entry.Grow();
            if (!entry.IsWhole)
                return null;
        }
        return Show(head, entries, entries.Select(entry => entry.Describe()));
    }

    private static CondensedSession Show(CondensedSession head, List<Entry> entries, IEnumerable<TranscriptEntry> transcript)
    {
        ImmutableArray<TranscriptEntry> shown = [.. transcript];
        return head with
        {
            Entries = shown,
            Transcript = [.. shown.Select(entry => entry.Text)],
            Size = head.Size with
            {
                Shown = Math.Min(entries.Sum(entry => entry.ShownCharacters), head.Size.Full),
                Complete = entries.TrueForAll(entry => entry.IsWhole),
            },
        };
    }
}
