using System.Collections.Immutable;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Reviewing;

namespace ChatMcpServer.Answers;

/// <summary>Writes a review into a budget: first shorter texts, then fewer rows.</summary>
internal sealed class ReviewWriter(SessionReview review, string? notes)
{
    private const int PositionsNamed = 12;

    /// <summary>How long recorded texts may be: the first at which the head and some rows fit.</summary>
    private static readonly int[] Lengths = [240, 120, 60, 30, 16];

    private const int FewestRows = 2;

    /// <summary>No row costs less.</summary>
    private const int TokensOfRow = 12;

    /// <summary>
    /// The lists in the order in which their rows are left out last, with how far each stands back: rows of what went wrong come before rows
    /// that say what was done.
    /// </summary>
    private static readonly (string Name, int Back)[] Order =
    [
        ("failures", 0),
        ("loops", 0),
        ("corrections", 0),
        ("unanswered", 1),
        ("repeated_questions", 1),
        ("runs", 2),
        ("commands", 3),
        ("files", 3),
        ("unused_results", 4),
        ("tools", 4),
    ];

    public ReviewedSession Within(int maxTokens)
    {
        var counts = Counts();
        var order = Order
            .SelectMany(list =>
                Enumerable.Range(0, Math.Min(counts[list.Name], maxTokens)).Select(row => (list.Name, Rank: row + list.Back))
            )
            .OrderBy(row => row.Rank)
            .Take(maxTokens / TokensOfRow)
            .Select(row => row.Name)
            .ToList();
        var most = order.CountBy(name => name).ToDictionary();
        var length = Array.Find(
            Lengths,
            one => one == Lengths[^1] || Fitting.Fits(First(All(one, most), order.Take(FewestRows)), maxTokens)
        );
        var whole = All(length, most);
        return First(whole, order.Take(Fitting.Rows(order.Count, maxTokens, count => First(whole, order.Take(count)), fewest: 0)));

        ReviewedSession First(ReviewedSession all, IEnumerable<string> rows)
        {
            var kept = rows.CountBy(name => name).ToDictionary();
            var left = Order.Select(list => new LeftOutRows(list.Name, counts[list.Name] - kept.GetValueOrDefault(list.Name)));
            return all with
            {
                Failures = all.Failures[..kept.GetValueOrDefault("failures")],
                Loops = all.Loops[..kept.GetValueOrDefault("loops")],
                Corrections = all.Corrections[..kept.GetValueOrDefault("corrections")],
                Unanswered = all.Unanswered[..kept.GetValueOrDefault("unanswered")],
                RepeatedQuestions = all.RepeatedQuestions[..kept.GetValueOrDefault("repeated_questions")],
                Runs = all.Runs[..kept.GetValueOrDefault("runs")],
                Commands = all.Commands[..kept.GetValueOrDefault("commands")],
                Files = all.Files[..kept.GetValueOrDefault("files")],
                UnusedResults = all.UnusedResults[..kept.GetValueOrDefault("unused_results")],
                Tools = all.Tools[..kept.GetValueOrDefault("tools")],
                LeftOut = left.Where(one => one.Rows > 0).ToImmutableArray() is { IsEmpty: false } some ? some : null,
            };
        }
    }

    private Dictionary<string, int> Counts() =>
        new()
        {
            ["failures"] = review.Failures.Length,
            ["loops"] = review.Loops.Length,
            ["corrections"] = review.Corrections.Length,
            ["unanswered"] = review.Unanswered.Length,
            ["repeated_questions"] = review.RepeatedQuestions.Length,
            ["runs"] = review.Runs.Length,
            ["commands"] = review.Commands.Length,
            ["files"] = review.Files.Length,
            ["unused_results"] = review.UnusedResults.Length,
            ["tools"] = review.Tools.Length,
        };

    /// <summary>The answer with so many rows of each list.</summary>
    private ReviewedSession All(int length, Dictionary<string, int> most)
    {
        var summary = review.Shown.Session.Summary;
        return new()
        {
            SessionId =
                summary.SessionId.Length <= 4 * length
                    ? OutgoingText.ShowName(summary.SessionId)
                    : RecordedLine.Write(summary.SessionId, length, null),
            Title =
                summary.GeneratedTitle is { } title && !string.IsNullOrWhiteSpace(title) ? RecordedLine.Write(title, length, null) : null,
            Outcome = SnakeCase.Of(summary.Outcome),
            Ending = ReviewedEnding.From(review.Ending, length),
            Counts = SessionCounts.From(review.Counts),
            Failures = Rows("failures", review.Failures, cause => FailureRow.From(cause, length)),
            Loops = Rows(
                "loops",
                review.Loops,
                loop => new LoopRow(loop.First, loop.Last, loop.Rounds, [.. loop.Round.Select(use => RecordedLine.Call(use, length))])
            ),
            Unanswered = Rows(
                "unanswered",
                review.Unanswered,
                use => new UnansweredRow(use.Position, RecordedLine.Call(use, length), IsLast(use))
            ),
            Corrections = Rows(
                "corrections",
                review.Corrections,
                one => new CorrectionRow(one.Position, one.About, RecordedLine.Write(one.Text, length, one.Position))
            ),
            RepeatedQuestions = Rows(
                "repeated_questions",
                review.RepeatedQuestions,
                one => new QuestionRow(
                    one.First.Position,
                    [.. one.Again.Take(PositionsNamed)],
                    one.Again.Length > PositionsNamed ? one.Again.Length - PositionsNamed : null,
                    RecordedLine.Write(one.First.Content, length, one.First.Position)
                )
            ),
            UnusedResults = Rows(
                "unused_results",
                review.UnusedResults,
                one => new UnusedRow(one.Use.LastPosition, one.Bytes, RecordedLine.Call(one.Use, length))
            ),
            Commands = Rows("commands", review.Commands, one => CommandRow.From(one, length)),
            Files = Rows(
                "files",
                review.Files,
                one => new FileRow(
                    RecordedLine.Write(one.File, length, one.Position),
                    SnakeCase.Of(one.State),
                    one.Calls,
                    one.Added,
                    one.Removed,
                    one.Position,
                    one.DeletedAt,
                    one.RevertedAt
                )
            ),
            Runs = Rows(
                "runs",
                review.Runs,
                run => new RunRow(run.First, run.Stop.Position, run.Stop.IsError, SessionUsage.From(run.Stop.Usage))
            ),
            Tools = Rows("tools", review.Tools, tool => ToolRow.From(tool, length)),
            Notes = notes,
        };

        ImmutableArray<TRow> Rows<TFound, TRow>(string name, ImmutableArray<TFound> found, Func<TFound, TRow> row) =>
            [.. found.Take(most.GetValueOrDefault(name)).Select(row)];
    }

    /// <summary>Whether only the end of its run follows a call, and calls that were made at the same time.</summary>
    private bool IsLast(ToolUse use)
    {
        var events = review.Shown.Session.Events;
        var next = use.Position + 1;
        while (next < events.Length && events[next] is ToolCallEvent)
            next++;
        return next == events.Length || events[next] is StopEvent;
    }
}
