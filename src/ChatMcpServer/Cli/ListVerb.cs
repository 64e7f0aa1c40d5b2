using System.CommandLine;
using System.Globalization;
using ChatMcpServer.Answers;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Samples;

namespace ChatMcpServer.Cli;

internal sealed class ListVerb : Verb
{
    private const int DefaultLimit = 20;

    /// <summary>Unreadable files beyond this are counted, not named.</summary>
    private const int ProblemsNamed = 5;

    private readonly Option<string> limit = Flags.Limit("sessions", DefaultLimit);
    private readonly Option<string> title = Flags.Text("--title", "TEXT", "Only sessions with this text in the title");
    private readonly Option<string> outcome = Flags.Text(
        "--outcome",
        "OUTCOME",
        "Only sessions whose last run ended like this: ok, error, unfinished or never_run"
    );
    private readonly RecordingFlags recorded = new();
    private readonly Option<bool> json = Flags.Json("a JSON array");
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ListVerb(GlobalOptions options, Terminal terminal)
        : base("list", "List sessions, the last updated first.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(limit);
        Add(title);
        Add(outcome);
        foreach (var option in recorded.All)
            Add(option);
        Add(json);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["list --sessions ~/sessions --limit 50", "list --outcome error --title invoice --json", "list --project . --agent claude-code"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var most = Flags.ReadLimit(flags, limit, DefaultLimit);
        var filter = new SessionFilter(
            flags.GetValue(title),
            Outcome: Flags.ReadWord(
                flags,
                outcome,
                ("ok", RunOutcome.Ok),
                ("error", RunOutcome.Error),
                ("unfinished", RunOutcome.Unfinished),
                ("never_run", RunOutcome.NeverRun)
            )
        )
        {
            Recorded = recorded.Read(flags),
        };
        await using var sessions = new Sessions(options.Read(flags), options.ReadLogLevel(flags));
        var catalog = sessions.Catalog;
        var page = await SessionListPage.ReadAsync(catalog, filter, Caller.Local, most, null, cancellationToken);

        if (flags.GetValue(json))
            terminal.WriteJson(SessionList.From(page, null).ToJson().GetProperty("sessions"));
        else if (page.Total > 0)
            foreach (var line in SessionTable.Lines(page, terminal.Width, terminal.Paint))
                terminal.Out.WriteLine(line);
        else
            terminal.Remark(await EmptyList.ExplainAsync(catalog, filter, Caller.Local, cancellationToken));

        if (page.Total - page.Sessions.Count is > 0 and var more)
            terminal.Remark(
                page.Total < SessionListPage.MostCounted
                    ? string.Create(CultureInfo.InvariantCulture, $"…and {more:N0} more. --limit {page.Total} shows all.")
                    : string.Create(CultureInfo.InvariantCulture, $"…and at least {more:N0} more. Raise --limit to see them.")
            );
        else if (page.NextCursor is not null)
            terminal.Remark("…and more. Raise --limit to see them.");
        if (options.MissingArchive(flags) is { } missing)
            terminal.Remark($"There is no archive {missing}. It is made when something is saved.");
        var problems = page.Problems;
        terminal.Remark("Not listed", problems, ProblemsNamed);
        if (await catalog.IsSamplesOnlyAsync(Caller.Local, cancellationToken))
            terminal.Remark(SampleSource.Notice);
        return page.Total == 0 && problems.Count > 0 ? CommandLine.Failed : 0;
    }
}
