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

    private readonly Session session = shown.Session;
    private readonly SessionStatistics statistics = SessionStatistics.Count(shown.Session);
    private readonly Repetitions repetitions = new(shown.Session);
    private readonly (ImmutableArray<SessionTool> Named, int More) tools = ToolList.Rank(shown.Session);
    private readonly Highlights highlights = new(shown.Session);
    private ChangedFiles? changed;
    private double[]? weighed;

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
        CondensedSession head = null!;
        Cost ofHead = default;
        foreach (var one in Head(part, options))
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
            var condensed = Fill(head, entries, budget, limit - ofHead, cancellationToken);
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
            var count = Math.Max(0, last - first + 1);
            var news = $"what came after #{since}: {count} {(count == 1 ? "event" : "events")}";
            part = part is null ? news : $"{part}, {news}";
        }
        return (first, last, part);
    }

    /// <summary>The head of an answer: first in full, then short enough for the smallest budget if names and titles are long.</summary>
    private IEnumerable<CondensedSession> Head(string? part, CondenseOptions options)
    {
        changed ??= new(highlights.Changes);
        var title = DerivedTitle.InsteadOf(session.Summary.GeneratedTitle, session) ?? session.Summary.GeneratedTitle;
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
            Part = part,
            Notes = options.Notes,
            Changed = changed.Line(options.MaxTokens < SmallAnswer ? Math.Min(ShortChanged, options.MaxTokens / 25) : LongChanged),
            Tools = tools.Named,
            MoreTools = tools.More == 0 ? null : tools.More,
            Transcript = [],
        };
        yield return head;
        yield return head with
        {
            SessionId = OutgoingText.ShowLine(session.Summary.SessionId, 64)!,
            Title = OutgoingText.ShowLine(title, 40),
            Error = OutgoingText.ShowLine(error, 60),
            Changed = changed.Line(0),
            Tools = [],
            MoreTools = null,
        };
    }

    private static CondensedSession Fill(
        CondensedSession head,
        List<Entry> entries,
        Budget budget,
        Cost limit,
        CancellationToken cancellationToken
    )
    {
        var omissions = new Omissions(entries, budget, limit.Tokens < SmallBudget ? FewKinds : MostKinds);
        var costs = new Cost[entries.Count];
        // Entries whose cost in the sum is only the most it can be: counting exactly can wait until that does not fit.
        var uncounted = new HashSet<int>();
        var spent = omissions.OfRun(0, entries.Count - 1) + omissions.OfListHead;
        var queue = new PriorityQueue<int, (double, int)>(entries.Select((entry, index) => (index, (-entry.Worth, index))));
        while (queue.TryDequeue(out var index, out _))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = entries[index];
            var (from, to) = omissions.RunAround(index);
            var others = entry.IsOpen
                ? spent - costs[index]
                : spent - omissions.OfRun(from, to) + omissions.OfRun(from, index - 1) + omissions.OfRun(index + 1, to);
            var left = limit - others;

            var wasOpen = entry.IsOpen;
            var grown = entry.Grow();
            var fits = Fits();
            if (!fits)
                grown?.ShrinkToFit(Fits);
            if (!fits && !Fits())
            {
                entry.Fold();
                break;
            }
            costs[index] = AtMostOfEntry();
            spent = others + costs[index];
            uncounted.Add(index);
            if (!wasOpen)
                omissions.Open(index);
            if (!fits)
                break;
            if (entry.Worth > 0)
                queue.Enqueue(index, (-entry.Worth, index));

            // Don't render megabytes of text only to find that they are too long.
            bool Fits()
            {
                if (entry.ShownCharacters > left.Characters)
                    return false;
                if (AtMostOfEntry().FitsIn(left))
                    return true;
                CountOthers();
                return (entry.Cost(budget) + Omissions.OfListed(entry)).FitsIn(left);
            }

            Cost AtMostOfEntry() => entry.AtMost(budget) + Omissions.OfListed(entry);

            void CountOthers()
            {
                uncounted.Remove(index);
                foreach (var other in uncounted)
                {
                    var counted = entries[other].Cost(budget) + Omissions.OfListed(entries[other]);
                    others += counted - costs[other];
                    costs[other] = counted;
                }
                uncounted.Clear();
                left = limit - others;
            }
        }
        return Show(head, entries, omissions.Render());
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
