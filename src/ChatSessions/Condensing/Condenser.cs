using System.Collections.Immutable;
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
    /// <summary>The line of changed files has at most about this many tokens; more in an answer that is not small.</summary>
    private const int ShortChanged = 50;
    private const int LongChanged = 100;
    private const int SmallAnswer = 3_000;

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
    public CondensedSession Condense(CondenseOptions options, CancellationToken cancellationToken = default) =>
        Condense(options, [options.Form], cancellationToken)[0];

    /// <summary>Condenses a session for both forms at once, which takes much less time than one after the other.</summary>
    /// <exception cref="ChatSessionException">The session has no such turns or no such event.</exception>
    public (CondensedSession Text, CondensedSession Json) CondenseBoth(
        CondenseOptions options,
        CancellationToken cancellationToken = default
    ) => Condense(options, [CondensedForm.Text, CondensedForm.Json], cancellationToken) is [var text, var json] ? (text, json) : default;

    private CondensedSession[] Condense(CondenseOptions options, CondensedForm[] forms, CancellationToken cancellationToken)
    {
        var (first, last, part) = Scope(options);
        var most = new Cost(options.MaxTokens, options.MaxTokens * CondenseOptions.CharactersPerToken);
        var focus = FocusOf(options, first, last, cancellationToken);
        CondensedSession[] heads = [.. Head(part, options, focus)];
        var tasks = Array.ConvertAll(
            forms,
            form =>
            {
                var budget = new Budget(form);
                var number = 0;
                var ofHead = budget.OfAnswer(heads[0]);
                while (number < heads.Length - 1 && !ofHead.FitsIn(new(most.Tokens / 2, most.Characters / 2)))
                    ofHead = budget.OfAnswer(heads[++number]);
                return (Head: heads[number], Budget: budget, Limit: most - ofHead);
            }
        );
        if (tasks.Length == 1 || focus is not null || !ReferenceEquals(tasks[0].Head, tasks[1].Head))
            return Array.ConvertAll(tasks, task => Fill(task.Head, task.Budget, task.Limit));
        var filled = new Filling(
            tasks[0].Head,
            Entries(tasks[0].Head),
            tasks.Select(task => (task.Budget, task.Limit)),
            cancellationToken
        ).Fill();
        return
        [
            .. tasks.Zip(
                filled,
                (task, one) =>
                    one is { Answer.Size.Complete: false, IsNearlyWhole: true } ? Fill(task.Head, task.Budget, task.Limit)
                    : Excess(task.Budget, one) is { } excess ? Fill(task.Head, task.Budget, task.Limit - excess)
                    : one.Answer
            ),
        ];

        List<Entry> Entries(CondensedSession head)
        {
            var draft = new Draft(shown, head, highlights, new ShownStretches()) { IsSmall = options.MaxTokens < SmallAnswer };
            var entries = new List<Entry>(session.Steps.Length);
            for (var index = 0; index < session.Steps.Length; index++)
                if (session.Steps[index] is var step && step.LastPosition >= first && step.Position <= last)
                    entries.Add(new(draft, step, Worths[index], repetitions.Of(step, first)));
            return entries;
        }

        CondensedSession Fill(CondensedSession head, Budget budget, Cost limit)
        {
            while (true)
            {
                var filling = new Filling(head, Entries(head), [(budget, limit)], cancellationToken);
                var one = filling.Fill(focus);
                if (
                    one is { Answer.Size.Complete: false, IsNearlyWhole: true }
                    && filling.InFull(most) is { } full
                    && budget.OfAnswer(full).FitsIn(most)
                )
                    return full;
                if (Excess(budget, one) is not { } excess)
                    return one.Answer;
                limit -= excess;
            }
        }

        // The cost is a sum over entries. Tokens that join across two entries can make it wrong by a few.
        Cost? Excess(Budget budget, Filled one) =>
            budget.OfAnswer(one.Answer) - most is var excess && (excess is { Tokens: <= 0, Characters: <= 0 } || one.IsEmpty)
                ? null
                : new Cost(Math.Max(1, excess.Tokens), Math.Max(0, excess.Characters));
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
                    $"There is no event #{since} to begin after: this session has "
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
        var stop = session.LastStop;
        var error = stop is null ? session.Summary.JobMetadata?.Error : stop.Error;
        var head = new CondensedSession
        {
            SessionId = OutgoingText.ShowName(session.Summary.SessionId),
            Title = OutgoingText.ShowLine(title, 120),
            Outcome = SnakeCase.Of(session.Outcome),
            OutcomeBasis = OutcomeBasis.Of(session),
            Error = OutgoingText.ShowLine(error, 200),
            Usage = SessionUsage.From(stop is null ? session.Summary.JobMetadata?.Usage : stop.Usage),
            Counts = SessionCounts.From(statistics),
            Size = new(shown.Characters, shown.Characters, false),
            LastUpdatedAt = ShownDate.Of(session.Summary.LastUpdatedAt),
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
}
