using ChatSessions.Condensing;
using ChatSessions.ToolCalls;

namespace ChatMcpServer.Answers;

/// <summary>
/// Fits a page of tool calls into a budget. First it finds how many calls fit with little of each, and shares the calls that are left
/// evenly among the pages that this takes. Then all calls of the page get more room together, step by step: those with short arguments are
/// whole first, and longer ones share what is left.
/// </summary>
internal sealed class ToolCallPage
{
    /// <summary>What a call has at least: room for most commands, and for a word of success.</summary>
    private static readonly CallRoom Smallest = new(Arguments: 120, Result: 40);

    /// <summary>Where not even that fits, a row says only how long everything is and where.</summary>
    private static readonly CallRoom Bare = new(Arguments: 0, Result: 0);

    /// <summary>And where not even that does, because names are long, it shows the beginnings of names, and no place that matches.</summary>
    private static readonly CallRoom Least = new(Arguments: 0, Result: 0, LongestName: 16);

    /// <summary>How the first call and the head are made smaller, step by step, until they fit. The last fits in any budget.</summary>
    private static readonly (HeadRoom Head, CallRoom Call)[] Steps =
    [
        (HeadRoom.Whole, Smallest),
        (HeadRoom.Whole, Bare),
        (new(Tools: 4, LongestName: 60, Notes: 600), Bare),
        (new(Tools: 4, LongestName: 60, Notes: 600), Least),
        (new(Tools: 0, LongestName: 16, Notes: 240), Least),
        (new(Tools: 0, LongestName: 16, Notes: 60), Least),
    ];

    private const double Growth = 1.5;

    /// <summary>Arguments say more than results do.</summary>
    private const double ShareOfResult = 0.5;

    /// <summary>Where the budget is small, only this many tools are named.</summary>
    private const int FewTools = 4;
    private const int SmallBudget = 1_500;

    private readonly FoundCalls found;
    private readonly Func<int, ShownCall> calls;
    private readonly int skipped;
    private readonly CondensedForm form;
    private readonly Cost budget;
    private readonly int mostTools;
    private readonly string? notes;
    private readonly List<Row> rows = [];
    private readonly HashSet<string> firstLines = [];
    private ToolCallList frame;
    private Cost spent;

    private ToolCallPage(FoundCalls found, Func<int, ShownCall> calls, int skipped, int maxTokens, CondensedForm form, string? notes)
    {
        (this.found, this.calls, this.skipped, this.form, this.notes) = (found, calls, skipped, form, notes);
        budget = Cost.Budget(maxTokens);
        mostTools = maxTokens < SmallBudget ? FewTools : CalledTool.MostNamed;
        frame = Frame(HeadRoom.Whole);
    }

    /// <summary>The page that begins behind some calls.</summary>
    /// <param name="calls">The matching calls as they may be shown, by their index. The pages of both forms share them.</param>
    /// <param name="skipped">How many of the matching calls were on earlier pages.</param>
    /// <param name="maxTokens">The most that the answer may cost in this form, in o200k_base tokens.</param>
    public static ToolCallList Fit(
        FoundCalls found,
        Func<int, ShownCall> calls,
        int skipped,
        int maxTokens,
        CondensedForm form,
        string? notes,
        CancellationToken cancellationToken
    )
    {
        var page = new ToolCallPage(found, calls, skipped, maxTokens, form, notes);
        page.TakeFirst();
        page.TakeCalls();
        page.Grow(cancellationToken);
        return page.Answer();
    }

    private ToolCallList Answer()
    {
        while (true)
        {
            var answer = Current();
            // The sum over rows can be wrong by a few tokens that join across two of them.
            if (CostOf(answer).FitsIn(budget))
                return answer;
            if (rows.Count > 1)
                rows.RemoveAt(rows.Count - 1);
            else if (rows is [{ First: { } first } only] && !ReferenceEquals(only.Listed, first))
                only.Listed = first;
            else
                return answer;
        }
    }

    private ToolCallList Current() => WithRows(rows.Count) with { Calls = [.. rows.Select(row => row.Listed)] };

    private ToolCallList Frame(HeadRoom room) =>
        ToolCallList.Frame(found, room with { Tools = Math.Min(room.Tools, mostTools) }, notes) with
        {
            First = skipped + 1,
        };

    /// <summary>The answer without its rows, but with the cursor behind so many of them.</summary>
    private ToolCallList WithRows(int count) =>
        skipped + count < found.Matching.Length ? frame with { NextCursor = CallCursor.After(skipped + count, found) } : frame;

    /// <summary>Takes the first call, with a head that leaves room for it.</summary>
    private void TakeFirst()
    {
        var first = skipped < found.Matching.Length ? RowOf(0) : null;
        if (first is not null)
            rows.Add(first);
        foreach (var (head, call) in Steps)
        {
            frame = Frame(head);
            if (first is not null)
            {
                Show(first, call);
                first.First = first.Listed;
            }
            if (CostOf(Current()).FitsIn(budget))
                return;
        }
    }

    /// <summary>Takes the calls after the first that fit with little of each.</summary>
    private void TakeCalls()
    {
        // Counted with a cursor and a row, since "here 1 to 9" is in the head only then.
        spent = CostOf(WithRows(0)) + new Cost(Tokens: 12, Characters: 40);
        var left = found.Matching.Length - skipped;
        foreach (var row in rows)
            spent += row.Cost;
        for (var index = rows.Count; index < left; index++)
        {
            var row = RowOf(index);
            Show(row, Smallest);
            if (!(spent + row.Cost).FitsIn(budget))
                break;
            spent += row.Cost;
            rows.Add(row);
        }
        if (rows.Count == 0 || rows.Count == left)
            return;
        var pages = (left + rows.Count - 1) / rows.Count;
        var even = (left + pages - 1) / pages;
        foreach (var row in rows.Skip(even))
            spent -= row.Cost;
        rows.RemoveRange(even, rows.Count - even);
    }

    private Row RowOf(int index)
    {
        var call = calls(skipped + index);
        call.ShowsEnd = call.FirstLine is { } line && !firstLines.Add(line);
        return new(call, index == 0 || found.Matching[skipped + index].Turn != found.Matching[skipped + index - 1].Turn);
    }

    private void Grow(CancellationToken cancellationToken)
    {
        var isFull = false;
        for (double room = Smallest.Arguments * Growth; !isFull && rows.Any(row => !row.Listed.IsWhole); room *= Growth)
        {
            cancellationToken.ThrowIfCancellationRequested();
            isFull = !GrowTo(room > budget.Characters ? CallRoom.Whole : new((int)room, (int)(room * ShareOfResult)));
        }
    }

    /// <summary>Gives each call so much room, if there is; false if there is not for all.</summary>
    private bool GrowTo(CallRoom room)
    {
        var isFull = false;
        foreach (var row in rows.Where(row => !row.Listed.IsWhole))
        {
            var (listed, cost) = (row.Listed, row.Cost);
            Show(row, room);
            if ((spent - cost + row.Cost).FitsIn(budget))
                spent += row.Cost - cost;
            else
                (row.Listed, row.Cost, isFull) = (listed, cost, true);
        }
        return !isFull;
    }

    private void Show(Row row, CallRoom room)
    {
        row.Listed = ListedToolCall.From(row.Call, room);
        row.Cost =
            form == CondensedForm.Text
                ? Cost.Count($"{row.Listed.ToText(row.IsNewTurn)}\n")
                : Cost.Count(row.Listed.ToJson()) + new Cost(Tokens: 1, Characters: 2);
    }

    private Cost CostOf(ToolCallList answer) => form == CondensedForm.Text ? Cost.Count(answer.ToText()) : Cost.Count(answer.ToJson());

    private sealed class Row(ShownCall call, bool isNewTurn)
    {
        public ShownCall Call => call;

        public bool IsNewTurn => isNewTurn;

        public ListedToolCall Listed { get; set; } = null!;

        /// <summary>Of the first call of the page, what fits for sure.</summary>
        public ListedToolCall? First { get; set; }

        public Cost Cost { get; set; }
    }
}
