using System.CommandLine;
using ChatMcpServer.Answers;
using ChatSessions.Reviewing;
using ChatSessions.Sources;

namespace ChatMcpServer.Cli;

internal sealed class CompareVerb : Verb
{
    private readonly Argument<string> session = AskedSession.Argument("session");
    private readonly Argument<string> other = AskedSession.Argument("other");
    private readonly Option<string> maxTokens = Flags.MaxTokens();
    private readonly Option<bool> json = Flags.Json("the structured content as one JSON document");
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public CompareVerb(GlobalOptions options, Terminal terminal)
        : base("compare", "Print how two sessions differ: where their calls part, and what only one did.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(session);
        Add(other);
        Add(maxTokens);
        Add(json);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        [
            "compare ses-abc123 ses-def456",
            "compare first.json second.json --max-tokens 10000",
            "compare ses-a ses-b --sessions sessions.jsonl --json",
        ];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var most = Flags.ReadMaxTokens(flags, maxTokens);
        await using var one = await AskedSession.OpenAsync(flags.GetRequiredValue(session), options, flags, terminal, cancellationToken);
        await using var two = await AskedSession.OpenAsync(flags.GetRequiredValue(other), options, flags, terminal, cancellationToken);
        var noted = one.Session.Copy is null ? two : one;
        var notes = await noted.Catalog.NotesOfAsync(one.Session, two.Session, Caller.Local, cancellationToken);
        var comparison = SessionComparison.Of(one.Catalog.Door.Show(one.Session), two.Catalog.Door.Show(two.Session));
        var answer = ComparedSessions.Within(most, comparison, notes);
        if (flags.GetValue(json))
            terminal.WriteJson(answer.ToJson());
        else
            terminal.Out.Write(answer.ToText());
        return 0;
    }
}
