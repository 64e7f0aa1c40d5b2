using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using ChatMcpServer.Answers;
using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Words;

namespace ChatMcpServer.Cli;

internal sealed class SearchVerb : Verb
{
    private const int DefaultLimit = 10;

    /// <summary>As with grep: nothing found, but no failure.</summary>
    private const int NothingFound = 1;

    private const int ProblemsNamed = 3;

    private readonly Argument<string[]> query = new("query")
    {
        Description = "Words, \"phrases\", begin*, -without, OR; none for the newest with the filters",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<string> kind = Flags.Text(
        "--kind",
        "KIND",
        "Only texts of this kind: user, answer, thinking, arguments, result, error or other"
    );
    private readonly Option<string> tool = Flags.Text("--tool", "NAME", "Only calls of this tool and their results");
    private readonly Option<string> session = Flags.Text("--session", "ID", "Only this session");
    private readonly Option<string> outcome = Flags.Text(
        "--outcome",
        "OUTCOME",
        "Only tool calls that ended like this: ok, failed or unanswered"
    );
    private readonly Option<string> after = Flags.Text("--after", "DATE", "Only sessions updated after this date or time");
    private readonly Option<string> before = Flags.Text("--before", "DATE", "Only sessions updated before this date or time");
    private readonly RecordingFlags recorded = new();
    private readonly Option<bool> bySession = new("--by-session") { Description = "Show a line per session instead of its hits" };
    private readonly Option<string> limit = Flags.Limit("hits", DefaultLimit);
    private readonly Option<bool> json = Flags.Json("a JSON array");
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public SearchVerb(GlobalOptions options, Terminal terminal)
        : base("search", "Search the sessions; the exit code is 1 if nothing is found.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(query);
        foreach (var option in (Option[])[kind, tool, session, outcome, after, before, .. recorded.All, bySession, limit, json])
            Add(option);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        [
            "search duplicate key error",
            "search '\"no such table\" -migration' --kind error --after 2026-05-01",
            "search get_user_by_id --tool bash --json",
            "search 'deadlock' --project . --agent codex",
            "search ModuleNotFoundError --by-session",
            "search --outcome failed --tool bash --after 2026-05-01",
        ];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        RefuseMistypedOptions(flags);
        var (from, until) = IsoMoment.ParseSpan(after.Name, flags.GetValue(after), before.Name, flags.GetValue(before));
        var filter = new SearchFilter(
            Flags.ReadWord(
                flags,
                kind,
                ("user", SearchKind.User),
                ("answer", SearchKind.Answer),
                ("thinking", SearchKind.Thinking),
                ("arguments", SearchKind.Arguments),
                ("result", SearchKind.Result),
                ("error", SearchKind.Error),
                ("other", SearchKind.Other)
            ),
            flags.GetValue(tool),
            Flags.ReadWord(
                flags,
                outcome,
                ("ok", ToolOutcomeKind.Ok),
                ("failed", ToolOutcomeKind.Failed),
                ("unanswered", ToolOutcomeKind.Unanswered)
            ),
            flags.GetValue(session),
            from,
            until
        )
        {
            Recorded = recorded.Read(flags),
        };
        var asked = SearchQuery.Require(string.Join(' ', flags.GetValue(query) ?? []), filter);
        var most = Flags.ReadLimit(flags, limit, DefaultLimit);
        await using var sessions = new Sessions(options.Read(flags), options.ReadLogLevel(flags));
        if (filter.SessionId is { } id)
            filter = filter with { SessionId = await sessions.Catalog.RecordedIdAsync(id, Caller.Local, cancellationToken) };
        var search =
            sessions.Search
            ?? throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                "No archive to search. Pass --archive PATH or --sessions PATH, or set CHAT_MCP_ARCHIVE."
            );
        if (options.MissingArchive(flags) is { } missing)
        {
            if (!options.HasSessionPaths(flags))
                terminal.Remark(SearchNotes.Nothing(Command));
            terminal.Remark($"There is no archive {missing}. It is made when something is saved.");
            if (!options.HasSessionPaths(flags))
                return Empty();
        }
        var isBySession = flags.GetValue(bySession);
        var page = await search.SearchAsync(Caller.Local, asked, filter, isBySession, most, cursor: null, cancellationToken);
        if (page.Found.Hits == 0 && flags.GetValue(session) is { } named)
            await RequireAsync(named, sessions.Catalog, cancellationToken);

        if (flags.GetValue(json))
            terminal.WriteJson(
                HitList.From(page, Caller.Local.Scope, notes: null).ToJson().GetProperty(page.BySession.Count > 0 ? "by_session" : "hits")
            );
        else
            foreach (var line in HitTable.Lines(page, terminal.Width, terminal.Paint))
                terminal.Out.WriteLine(line);

        var (rows, found) = (isBySession ? page.BySession.Count : page.Hits.Count, page.Found);
        if (rows > 0)
            terminal.Remark($"{HitList.CountOf(rows, HitList.CoveredBy(page), isBySession, found.Hits, found.Sessions, found.IsMore)}.");
        if (page.NextCursor is not null)
            terminal.Remark("…and more. Raise --limit to see them.");
        var isSamplesOnly = await sessions.Catalog.IsSamplesOnlyAsync(Caller.Local, cancellationToken);
        foreach (var remark in SearchNotes.ForVerb(page, filter, isSamplesOnly, Command))
            terminal.Remark(remark);
        if (page.Found.Hits == 0 && await EmptyList.ExplainAsync(sessions.Catalog, filter, Caller.Local, cancellationToken) is { } why)
            terminal.Remark(why);
        terminal.Remark("Not searched", sessions.Catalog.ProblemsOf(Caller.Local), ProblemsNamed);
        if (ReadingOn(page) is { Length: > 0 } best)
            terminal.Remark($"Read on: {options.Command(flags, ["show", .. best])}");
        return rows > 0 ? 0 : NothingFound;

        string Command(string words) => $"`{options.Command(flags, words.Split(' '))}`";

        int Empty()
        {
            if (flags.GetValue(json))
                terminal.WriteJson(JsonElement.Parse("[]"));
            return NothingFound;
        }
    }

    /// <summary>The arguments with which <c>show</c> opens the first hit, or the first session that has some; empty if nothing was found.</summary>
    private static string[] ReadingOn(SearchPage page)
    {
        if (page.Hits is not [var best, ..])
            return page.BySession is [var row, ..] ? [row.Session.SessionId] : [];
        var hit = ListedHit.From(best);
        string[] start = hit.Offset is { } offset ? ["--offset", $"{offset}"] : [];
        return [best.Session.SessionId, "--event", hit.LastEvent is { } last ? $"{hit.Event}-{last}" : $"{hit.Event}", .. start];
    }

    /// <exception cref="ChatSessionException">There is no such session.</exception>
    private static async Task RequireAsync(string id, SessionCatalog catalog, CancellationToken cancellationToken)
    {
        try
        {
            await AskedSession.ByIdAsync(id, catalog, canBeFile: false, cancellationToken);
        }
        catch (ChatSessionException exception) when (exception.IsSourceFailure && exception.Error != ChatSessionError.NotFound)
        {
            // Whether there is such a session is not known.
        }
    }

    /// <summary>A query accepts any words, so a mistyped option would be searched for instead of refused.</summary>
    private void RefuseMistypedOptions(ParseResult flags)
    {
        foreach (var token in flags.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash))
            if (
                token.Type == TokenType.Argument
                && token.Value.StartsWith("--", StringComparison.Ordinal)
                && Spelling.Closest(
                    Options.Concat(flags.RootCommandResult.Command.Options.Where(option => option.Recursive)).Select(option => option.Name),
                    token.Value
                )
                    is [var meant, ..]
            )
                throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    $"Unknown option '{token.Value}'. Did you mean '{meant}'? To search for the text, put it after --, "
                        + $"as in `{Shell.Command("search", "--", token.Value)}`."
                );
    }
}
