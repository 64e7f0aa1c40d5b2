using System.CommandLine;
using System.Globalization;
using ChatMcpServer.Answers;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.ToolCalls;

namespace ChatMcpServer.Cli;

internal sealed class CallsVerb : Verb
{
    /// <summary>As with grep: nothing found, but no failure.</summary>
    private const int NothingFound = 1;

    private readonly Argument<string> session = AskedSession.Argument("session");
    private readonly Option<string> tool = Flags.Text("--tool", "NAME", "Only calls of this tool");
    private readonly Option<string> outcome = Flags.Text(
        "--outcome",
        "OUTCOME",
        "Only calls that ended like this: ok, failed or unanswered"
    );
    private readonly Option<string> matching = Flags.Text(
        "--matching",
        "TEXT",
        "Only calls with these words, \"phrases\" or /regular expression/ in their name, arguments or result"
    );
    private readonly Option<string> events = Flags.Text("--events", "EVENTS", "Only calls at these positions: 57 or 57-60");
    private readonly Option<string> turns = Flags.Text("--turns", "TURNS", "Only calls in these turns: 3, 2-5 or 'last 3'");
    private readonly Option<string> sort = Flags.Text("--sort", "ORDER", "order, or the longest first by size or duration. Default: order");
    private readonly Option<string> maxTokens = Flags.Text(
        "--max-tokens",
        "N",
        $"Print the page that an agent gets, in so many tokens, {CondenseOptions.SmallestMaxTokens} to {CondenseOptions.LargestMaxTokens}"
    );
    private readonly Option<string> cursor = Flags.Text("--cursor", "CURSOR", "The page behind this cursor, as an agent gets it");
    private readonly Option<bool> json = Flags.Json("a JSON array, with everything whole");
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public CallsVerb(GlobalOptions options, Terminal terminal)
        : base("calls", "List the tool calls of a session; the exit code is 1 if nothing matches.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(session);
        foreach (var option in (Option[])[tool, outcome, matching, events, turns, sort, maxTokens, cursor, json])
            Add(option);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        [
            "calls ses-abc123 --outcome failed",
            "calls ses-abc123 --tool bash --matching '/pytest|tox/' --json",
            "calls session.json --sort size",
            "calls ses-abc123 --max-tokens 5000",
        ];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var query = new CallQuery
        {
            Tool = flags.GetValue(tool),
            Outcome = Flags.ReadWord(
                flags,
                outcome,
                ("ok", ToolOutcomeKind.Ok),
                ("failed", ToolOutcomeKind.Failed),
                ("unanswered", ToolOutcomeKind.Unanswered)
            ),
            Matching = flags.GetValue(matching) is { } text ? CallPattern.Parse(text) : null,
            Events = flags.GetValue(events) is { } positions ? EventRange.Parse(positions) : null,
            Turns = flags.GetValue(turns) is { } numbers ? TurnRange.Parse(numbers) : null,
            Order =
                Flags.ReadWord(flags, sort, ("order", CallOrder.Recorded), ("size", CallOrder.Size), ("duration", CallOrder.Duration))
                ?? CallOrder.Recorded,
        };
        var asksForPage = flags.GetValue(maxTokens) is not null || flags.GetValue(cursor) is not null;
        var budget = flags.GetValue(maxTokens) is { } tokens
            ? Numbers.Parse(maxTokens.Name, tokens, CondenseOptions.SmallestMaxTokens, CondenseOptions.LargestMaxTokens)
            : CondenseOptions.DefaultMaxTokens;
        await using var asked = await AskedSession.OpenAsync(flags.GetRequiredValue(session), options, flags, terminal, cancellationToken);
        var found = FoundCalls.Find(asked.Catalog.Door.Show(asked.Session), query, TimeProvider.System, cancellationToken);

        if (asksForPage)
        {
            var notes = await asked.Catalog.Notes.OfAsync(asked.Session, Caller.Local, cancellationToken);
            var answer = new ToolCallAnswer(found, flags.GetValue(cursor), notes, TimeProvider.System, cancellationToken);
            if (flags.GetValue(json))
                terminal.WriteJson(answer.Within(budget, CondensedForm.Json, cancellationToken).ToJson());
            else
                terminal.Out.Write(answer.Within(budget, CondensedForm.Text, cancellationToken).ToText());
        }
        else if (flags.GetValue(json))
            terminal.WriteJson(ToolCallList.Whole(found).ToJson().GetProperty("calls"));
        else
            WriteTable(found);
        if (found.Matching.IsEmpty && !asksForPage)
            terminal.Remark(found.Nothing(TimeProvider.System, cancellationToken)!);
        return found.Matching.IsEmpty ? NothingFound : 0;
    }

    private void WriteTable(FoundCalls found)
    {
        foreach (var line in CallTable.Lines(found, terminal.Width, terminal.Paint))
            terminal.Out.WriteLine(line);
        if (found.Matching.IsEmpty)
            return;
        var more = Math.Max(0, found.Tools.Length - CalledTool.MostNamed);
        terminal.Remark(
            string.Create(CultureInfo.InvariantCulture, $"{found.Matching.Length:N0} of {Numbers.Count(found.All.Length, "call")}: ")
                + CalledTool.List([.. found.Tools.Take(CalledTool.MostNamed)], more)
        );
    }
}
