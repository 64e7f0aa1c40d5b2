using System.CommandLine;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
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
    private readonly Option<string> events = Flags.Text("--event", "N", "Events as they were recorded: 57 or 57-60");
    private readonly Option<string> offset = Flags.Text("--offset", "N", "With --event: where in the first of them to begin");
    private readonly Option<string> format = Flags.Text(
        "--format",
        "FORMAT",
        "Another form: markdown, or the whole session as jsonl, openai or messages"
    );
    private readonly Option<bool> json = Flags.Json("the structured content as one JSON document");
    private readonly Option<bool> raw = Flags.Raw("As it was recorded, with its secrets: for your own eyes, not for an agent");
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
        Add(events);
        Add(offset);
        Add(format);
        Add(json);
        Add(raw);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        [
            "show ses-abc123 --max-tokens 10000",
            "show session.json --turns \"last 2\"",
            "show ses-abc123 --event 57 --offset 400",
            "show ses-abc123 --focus \"why did the build fail\"",
            "show - < session.json",
            "show ses-abc123 --sessions sessions.jsonl --json",
            "show ses-abc123 --format openai",
            "show ses-abc123 --event 57 --raw",
        ];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        RefuseTogether(flags);
        var range = flags.GetValue(events) is { } positions ? EventRange.Parse(positions) : null;
        var start = flags.GetValue(offset) is { } characters ? Numbers.Parse(offset.Name, characters, 0, int.MaxValue) : 0;
        var form = Flags.ReadWord(flags, format, SessionForms.Words);
        var condensing = new CondenseOptions
        {
            MaxTokens = Flags.ReadMaxTokens(flags, maxTokens),
            Turns = flags.GetValue(turns) is { } numbers ? TurnRange.Parse(numbers) : null,
            SinceEvent = flags.GetValue(sinceEvent) is { } position ? Numbers.Parse(sinceEvent.Name, position, 0, int.MaxValue) : null,
            LastEvents = flags.GetValue(lastEvents) is { } count ? Numbers.Parse(lastEvents.Name, count, 1, int.MaxValue) : null,
            Focus = flags.GetValue(focus),
            Form = flags.GetValue(json) ? CondensedForm.Json : CondensedForm.Text,
        };
        await using var asked = await AskedSession.OpenAsync(flags.GetRequiredValue(session), options, flags, terminal, cancellationToken);
        var isRaw = flags.GetValue(raw);
        var notes = await asked.Catalog.Notes.OfAsync(asked.Session, range, isRaw, Caller.Local, cancellationToken);
        var shown = (isRaw ? new OutgoingDoor() : asked.Catalog.Door).Show(asked.Session);
        if (range is not null)
            WriteEvents(EventPages.Read(shown, range, start, condensing.MaxTokens, notes), asked.IsPiped, flags);
        else if (form is not null and not SessionForm.Markdown)
            SessionForms.Write(form.Value, shown, terminal.Out);
        else
            Write(Condenser.Condense(shown, condensing with { Notes = notes }, cancellationToken), form, flags);
        return 0;
    }

    private void Write(CondensedSession condensed, SessionForm? form, ParseResult flags)
    {
        if (form == SessionForm.Markdown)
            terminal.Out.Write(condensed.ToMarkdown());
        else if (flags.GetValue(json))
            terminal.WriteJson(condensed.ToJson());
        else
            terminal.Out.Write(Transcript.Paint(condensed, terminal.Paint));
    }

    private void WriteEvents(EventPages pages, bool isPiped, ParseResult flags)
    {
        if (flags.GetValue(json))
            terminal.WriteJson(pages.ToJson());
        else
            terminal.Out.Write(pages.ToText());
        // A pipe can be read once.
        if (pages.NextEvents is not { } next || isPiped)
            return;
        string[] budget = flags.GetValue(maxTokens) is { } most ? [maxTokens.Name, most] : [];
        string[] words = [Name, flags.GetRequiredValue(session), events.Name, next, offset.Name, $"{pages.NextOffset}", .. budget];
        terminal.Remark($"Read on: {options.Command(flags, words)}");
    }

    /// <summary>Options that do not go together would otherwise be ignored without a word.</summary>
    private void RefuseTogether(ParseResult flags)
    {
        Option[] ofParts = [turns, sinceEvent, lastEvents, focus];
        if (flags.GetValue(offset) is not null && flags.GetValue(events) is null)
            throw Refusal($"{offset.Name} is where to begin in an event. Name the event too, as in {events.Name} 57 {offset.Name} 400.");
        if (flags.GetValue(events) is not null && ofParts.Append(format).FirstOrDefault(IsGiven) is { } other)
            throw Refusal($"{events.Name} prints events as they were recorded, and {other.Name} has no meaning for them. Leave one out.");
        if (flags.GetValue(format) is not (null or "markdown") && ofParts.Append(maxTokens).FirstOrDefault(IsGiven) is { } part)
            throw Refusal(
                $"{format.Name} {flags.GetValue(format)} prints the whole session. Leave {part.Name} out, or use {format.Name} markdown."
            );
        if (flags.GetValue(format) is not null && flags.GetValue(json))
            throw Refusal($"{format.Name} and {json.Name} are two forms. Leave one out.");

        bool IsGiven(Option option) => flags.GetResult(option) is { Implicit: false };
    }

    private static ChatSessionException Refusal(string sentence) => new(ChatSessionError.InvalidArgument, sentence);
}
