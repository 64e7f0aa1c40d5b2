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
    private readonly ToolCallList frame;
    private readonly List<Row> rows = [];
    private Cost spent;

    private ToolCallPage(FoundCalls found, Func<int, ShownCall> calls, int skipped, int maxTokens, CondensedForm form, string? notes)
    {
        (this.found, this.calls, this.skipped, this.form) = (found, calls, skipped, form);
        budget = Cost.Budget(maxTokens);
        frame = ToolCallList.Frame(found, maxTokens < SmallBudget ? FewTools : CalledTool.MostNamed, notes) with { First = skipped + 1 };
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
        page.TakeCalls();
        page.Grow(cancellationToken);
        return page.Answer();
    }

    private ToolCallList Answer()
    {
        while (true)
        {
            var answer = WithRows(rows.Count) with { Calls = [.. rows.Select(row => row.Listed)] };
            // The sum over rows can be wrong by a few tokens that join across two of them.
            if (rows.Count <= 1 || CostOf(answer).FitsIn(budget))
                return answer;
            rows.RemoveAt(rows.Count - 1);
        }
    }

    /// <summary>The answer without its rows, but with the cursor behind so many of them.</summary>
    private ToolCallList WithRows(int count) =>
        skipped + count < found.Matching.Length ? frame with { NextCursor = CallCursor.After(skipped + count, found) } : frame;

    private void TakeCalls()
    {
        // Counted with a cursor and a row, since "here 1 to 9" is in the head only then.
        spent = CostOf(WithRows(0)) + new Cost(Tokens: 12, Characters: 40);
        var left = found.Matching.Length - skipped;
        var firstLines = new HashSet<string>();
        for (var index = 0; index < left; index++)
        {
            var call = calls(skipped + index);
            call.ShowsEnd = call.FirstLine is { } line && !firstLines.Add(line);
            var row = new Row(call, IsNewTurn(index));
            Show(row, Smallest);
            if (!(spent + row.Cost).FitsIn(budget))
            {
                if (index > 0)
                    break;
                Show(row, Bare);
            }
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

    private bool IsNewTurn(int index) => index == 0 || found.Matching[skipped + index].Turn != found.Matching[skipped + index - 1].Turn;

    private sealed class Row(ShownCall call, bool isNewTurn)
    {
        public ShownCall Call => call;

        public bool IsNewTurn => isNewTurn;

        public ListedToolCall Listed { get; set; } = null!;

        public Cost Cost { get; set; }
    }
}
