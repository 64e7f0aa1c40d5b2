using System.CommandLine;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatMcpServer.Cli;

internal sealed class ShowVerb : Verb
{
    /// <summary>How many ids of a file an error names.</summary>
    private const int IdsNamed = 5;

    private readonly Argument<string> session = new("session")
    {
        Description = "A session id, a file with one session, or - for standard input",
    };
    private readonly Option<string> maxTokens = Flags.Text(
        "--max-tokens",
        "N",
        $"The most tokens the answer may cost, {CondenseOptions.SmallestMaxTokens} to {CondenseOptions.LargestMaxTokens}. "
            + $"Default: {CondenseOptions.DefaultMaxTokens}"
    );
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
            MaxTokens = flags.GetValue(maxTokens) is { } tokens
                ? Numbers.Parse(maxTokens.Name, tokens, CondenseOptions.SmallestMaxTokens, CondenseOptions.LargestMaxTokens)
                : CondenseOptions.DefaultMaxTokens,
            Turns = flags.GetValue(turns) is { } range ? TurnRange.Parse(range) : null,
            SinceEvent = flags.GetValue(sinceEvent) is { } position ? Numbers.Parse(sinceEvent.Name, position, 0, int.MaxValue) : null,
            LastEvents = flags.GetValue(lastEvents) is { } count ? Numbers.Parse(lastEvents.Name, count, 1, int.MaxValue) : null,
            Focus = flags.GetValue(focus),
            Form = flags.GetValue(json) ? CondensedForm.Json : CondensedForm.Text,
        };
        var asked = flags.GetRequiredValue(session);
        var piped = await PipedInput.FindAsync(asked, options.MaxSessionBytes(flags), cancellationToken);
        var isFile = piped is not null || File.Exists(asked);
        // A file needs no other source, so their options are not read: an invalid one must not matter here.
        await using var sessions = new Sessions(
            isFile
                ? new()
                {
                    SessionPaths = piped is null ? [asked] : [],
                    Piped = piped,
                    MaxSessionBytes = options.MaxSessionBytes(flags),
                    OutgoingSteps = options.OutgoingSteps,
                }
                : options.Read(flags),
            options.ReadLogLevel(flags)
        );
        var found = isFile
            ? await OnlyOneInAsync(piped?.Name ?? asked, piped is not null, sessions.Catalog, cancellationToken)
            : await ByIdAsync(asked, sessions.Catalog, cancellationToken);
        var notes = await sessions.Catalog.NotesOfAsync(found, Caller.Local, cancellationToken);
        var condensed = Condenser.Condense(sessions.Catalog.Door.Show(found), condensing with { Notes = notes }, cancellationToken);
        if (flags.GetValue(json))
            terminal.WriteJson(condensed.ToJson());
        else
            terminal.Out.Write(Transcript.Paint(condensed, terminal.Paint));
        return 0;
    }

    private async Task<Session> OnlyOneInAsync(string file, bool isPiped, SessionCatalog catalog, CancellationToken cancellationToken)
    {
        var ids = await catalog
            .ListAsync(Caller.Local, SessionFilter.All, after: null, failed: _ => { }, cancellationToken)
            .Select(summary => summary.SessionId)
            .ToListAsync(cancellationToken);
        if (ids.Count == 0)
            throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                catalog.Problems is [var reason, ..] ? reason : $"{file} is empty."
            );
        var shown = ids.Take(IdsNamed).Select(id => catalog.Door.Replace(id, "session_id")).ToList();
        if (ids.Count > 1)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                (
                    isPiped
                        ? $"{file} contains {ids.Count:N0} sessions. Pipe only one, or write them to a file and pass `--sessions FILE`. "
                        : $"{file} contains {ids.Count:N0} sessions. Pass one id: `{Shell.Command("show", shown[0], "--sessions", file)}`. "
                ) + $"The ids are {string.Join(", ", shown)}{(ids.Count > IdsNamed ? " and more" : "")}."
            );
        foreach (var problem in catalog.Problems)
            terminal.Remark(problem);
        return await catalog.GetAsync(ids[0], Caller.Local, cancellationToken);
    }

    private static async Task<Session> ByIdAsync(string id, SessionCatalog catalog, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.GetAsync(id, Caller.Local, cancellationToken);
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.NotFound)
        {
            var unread = catalog.Problems.Count > 0 ? $" {catalog.Problems[0]}" : "";
            var nextStep = Directory.Exists(id)
                ? $"It is a folder. `{Shell.Command("list", "--sessions", id)}` shows the ids in it."
                : "`chat-mcp-server list` shows the ids.";
            throw new ChatSessionException(
                exception.Error,
                $"No session or file '{id}' in {catalog.Places}.{unread} {nextStep}",
                exception
            );
        }
    }
}
