using System.CommandLine;

namespace ChatMcpServer.Cli;

internal sealed class ReviewVerb : Verb
{
    private readonly Argument<string> session = AskedSession.Argument("session");
    private readonly Option<string> maxTokens = Flags.MaxTokens();
    private readonly Option<bool> json = Flags.Json("the structured content as one JSON document");
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ReviewVerb(GlobalOptions options, Terminal terminal)
        : base("review", "Print what went wrong in a session, and how it ended.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(session);
        Add(maxTokens);
        Add(json);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["review ses-abc123", "review session.json --max-tokens 10000", "review ses-abc123 --sessions sessions.jsonl --json"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var most = Flags.ReadMaxTokens(flags, maxTokens);
        await using var asked = await AskedSession.OpenAsync(flags.GetRequiredValue(session), options, flags, terminal, cancellationToken);
        var review = await asked.Opened.ReviewAsync(most, cancellationToken);
        if (flags.GetValue(json))
            terminal.WriteJson(review.ToJson());
        else
            terminal.Out.Write(review.ToText());
        return 0;
    }
}
