using System.CommandLine;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatMcpServer.Cli;

internal sealed class ShowVerb : Verb
{
    private readonly Argument<string> session = AskedSession.Argument("session");
    private readonly Option<string> maxTokens = Flags.MaxTokens();
    private readonly Option<string> turns = Flags.Text("--turns", "TURNS", "Only these turns: 3, 2-5 or 'last 3'");
    private readonly Option<string> sinceEvent = Flags.Text("--since-event", "N", "Only events after this position");
    private readonly Option<string> lastEvents = Flags.Text("--last-events", "N", "Only the last so many events");
    private readonly Option<string> focus = Flags.Text("--focus", "WORDS", "Words or a question to show more about");
    private readonly Option<bool> json = Flags.Json("the structured content as one JSON document");
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ShowVerb(GlobalOptions options, Terminal terminal)
        : base("show", "Print what an agent would see of a session.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(session);
        Add(maxTokens);
        Add(turns);
        Add(sinceEvent);
        Add(lastEvents);
        Add(focus);
        Add(json);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        [
            "show ses-abc123 --max-tokens 10000",
            "show session.json --turns \"last 2\"",
            "show ses-abc123 --focus \"why did the build fail\"",
            "show - < session.json",
            "show ses-abc123 --sessions sessions.jsonl --json",
        ];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var condensing = new CondenseOptions
        {
            MaxTokens = Flags.ReadMaxTokens(flags, maxTokens),
            Turns = flags.GetValue(turns) is { } range ? TurnRange.Parse(range) : null,
            SinceEvent = flags.GetValue(sinceEvent) is { } position ? Numbers.Parse(sinceEvent.Name, position, 0, int.MaxValue) : null,
            LastEvents = flags.GetValue(lastEvents) is { } count ? Numbers.Parse(lastEvents.Name, count, 1, int.MaxValue) : null,
            Focus = flags.GetValue(focus),
            Form = flags.GetValue(json) ? CondensedForm.Json : CondensedForm.Text,
        };
        await using var asked = await AskedSession.OpenAsync(flags.GetRequiredValue(session), options, flags, terminal, cancellationToken);
        var notes = await asked.Catalog.NotesOfAsync(asked.Session, Caller.Local, cancellationToken);
        var condensed = Condenser.Condense(asked.Catalog.Door.Show(asked.Session), condensing with { Notes = notes }, cancellationToken);
        if (flags.GetValue(json))
            terminal.WriteJson(condensed.ToJson());
        else
            terminal.Out.Write(Transcript.Paint(condensed, terminal.Paint));
        return 0;
    }
}
