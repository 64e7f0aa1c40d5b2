using System.CommandLine;
using ChatMcpServer.Installing;
using ChatSessions;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;

namespace ChatMcpServer.Cli;

/// <summary>Prints what a word on the command line can be, for the scripts of the shells. It has no place in the help.</summary>
internal sealed class CompleteVerb : Verb
{
    private const string EndOfOptions = "--";

    /// <summary>More ids are not offered, nor looked for.</summary>
    private const int MostIds = 200;

    private const int MostListed = 5_000;

    /// <summary>Somebody waits with a finger on the key.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Argument<string[]> typed = new("word") { Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> next = new("--next") { Description = "The last word is complete, and another begins" };
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public CompleteVerb(GlobalOptions options, Terminal terminal)
        : base("complete", "Print what the last of these words can be.")
    {
        this.options = options;
        this.terminal = terminal;
        Hidden = true;
        Add(typed);
        Add(next);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["complete -- show ses-"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var words = (flags.GetValue(typed) ?? []).Concat(flags.GetValue(next) ? [""] : (string[])[]).ToList();
        // Bash makes three words of --scope=user, other shells one.
        var prefix = "";
        if (words is [.., ['-', '-', ..] joined] && joined.IndexOf('=') is > 0 and var at)
        {
            prefix = joined[..(at + 1)];
            words[^1] = joined[..at];
            words.Add(joined[(at + 1)..]);
        }
        var last = words.Count == 0 ? "" : words[^1];
        var line = Read(flags.RootCommandResult.Command, [.. words.SkipLast(1)]);
        var current = last == "=" ? "" : last;
        var candidates =
            prefix.Length > 0 && line.Option is null ? []
            : line.IsValueNext || prefix.Length > 0 ? await ValuesAsync(line.Option!, line, cancellationToken)
            : current.StartsWith('-') ? OptionNames(line.Command).Concat(line.Command is InstallVerb ? [EndOfOptions] : (string[])[])
            : line
                .Command.Subcommands.Where(verb => !verb.Hidden && line.Arguments == 0)
                .Select(verb => verb.Name)
                .Concat(line.Option is { } optional ? await ValuesAsync(optional, line, cancellationToken) : [])
                .Concat(await ArgumentsAsync(line, cancellationToken));
        foreach (var candidate in candidates.Where(one => one.StartsWith(current, StringComparison.Ordinal)).Distinct().Take(MostIds))
            terminal.Out.WriteLine(prefix + candidate);
        return 0;
    }

    private IEnumerable<string> OptionNames(Command command) =>
        All(command).Where(option => !option.Hidden).Select(option => option.Name).Order(StringComparer.Ordinal);

    /// <summary>The options of a command, and those of every command.</summary>
    private IEnumerable<Option> All(Command command)
    {
        var root = command;
        while (root.Parents.FirstOrDefault() is Command parent)
            root = parent;
        return command.Options.Concat(root.Options.Where(option => option.Recursive)).Distinct().Except(options.RefusedBy(command));
    }

    private async Task<IEnumerable<string>> ArgumentsAsync(Line line, CancellationToken cancellationToken)
    {
        var arguments = line.Command.Arguments;
        if (arguments.Count == 0)
            return [];
        var argument = arguments[Math.Min(line.Arguments, arguments.Count - 1)];
        if (line.Arguments >= arguments.Count && argument.Arity.MaximumNumberOfValues <= 1)
            return [];
        return argument.Name switch
        {
            "session" or "other" => await SessionIdsAsync(line, cancellationToken),
            "host" => Hosts.All.Select(host => host.Name),
            "shell" => CompletionScripts.Shells,
            _ => [],
        };
    }

    private async Task<IEnumerable<string>> ValuesAsync(Option option, Line line, CancellationToken cancellationToken) =>
        option.Name switch
        {
            "--scope" => line.Command.Name == "add" ? ["sessions:read", "sessions:search"] : ["user", "project"],
            "--redact" => ["secrets", "personal", "off"],
            "--log-level" => ["debug", "info", "warning", "error", "none"],
            "--answers" => ["auto", "text", "structured", "both"],
            "--base64" => ["keep", "zeros"],
            "--sort" => ["order", "size", "duration"],
            "--kind" => ["user", "answer", "thinking", "arguments", "result", "error"],
            "--outcome" => line.Command.Name == "list" ? ["ok", "error", "unfinished", "never_run"] : ["ok", "failed", "unanswered"],
            "--format" => line.Command.Name == "import" ? ImportFormats.Known.Names : SessionForms.Words.Select(form => form.Word),
            "--agents" => [AgentPlaces.Auto, AgentPlaces.None, .. AgentPlaces.Names(ImportFormats.Known)],
            "--agent" => ImportFormats.Known.Names,
            "--env" => ["LLAMA_CLOUD_API_KEY", "LLAMA_CLOUD_BASE_URL", "LLAMA_CLOUD_PROJECT_ID"],
            "--session" => await SessionIdsAsync(line, cancellationToken),
            "--tool" => await ToolsAsync(line, cancellationToken),
            _ => [],
        };

    private Task<List<string>> SessionIdsAsync(Line line, CancellationToken cancellationToken) =>
        WithSessionsAsync(
            line,
            async (sessions, bound) =>
            {
                var ids = new List<string>();
                var listed = sessions.Catalog.ListAsync(Caller.Local, SessionFilter.Usual, after: null, failed: _ => { }, bound);
                await foreach (var session in listed.Take(MostListed))
                    ids.Add(OutgoingText.ShowName(sessions.Catalog.Door.Replace(session.SessionId, "session_id")));
                return ids;
            },
            cancellationToken
        );

    /// <summary>The tools of the session that the line names.</summary>
    private Task<List<string>> ToolsAsync(Line line, CancellationToken cancellationToken) =>
        line.FirstArgument is not { } id
            ? Task.FromResult<List<string>>([])
            : WithSessionsAsync(
                line,
                async (sessions, bound) =>
                    [
                        .. (await sessions.Catalog.GetAsync(id, Caller.Local, bound))
                            .ToolUses.Select(use => OutgoingText.ShowName(use.Name))
                            .Distinct()
                            .Order(StringComparer.Ordinal),
                    ],
                cancellationToken
            );

    /// <summary>Reads from the files and the archive that the line names, never from the network. Nothing is found where something fails.</summary>
    private async Task<List<string>> WithSessionsAsync(
        Line line,
        Func<Sessions, CancellationToken, Task<List<string>>> read,
        CancellationToken cancellationToken
    )
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Patience);
        try
        {
            var given = options.Read(line.Flags);
            var local = new ChatSessionsOptions
            {
                SessionPaths = given.SessionPaths,
                ArchivePath = given.ArchivePath,
                MaxSessionBytes = given.MaxSessionBytes,
                Secrets = given.Secrets,
                OutgoingSteps = given.OutgoingSteps,
            };
            await using var sessions = new Sessions(local, LogLevel.None);
            return await read(sessions, bound.Token);
        }
        catch (Exception exception)
            when (exception is ChatSessionException || exception is OperationCanceledException && !cancellationToken.IsCancellationRequested
            )
        {
            return [];
        }
    }

    /// <summary>Reads the words before the current one.</summary>
    private Line Read(Command root, IReadOnlyList<string> words)
    {
        var command = root;
        Option? option = null;
        var arguments = new List<string>();
        foreach (var word in words.Where(word => word != "="))
            if (option is { Arity.MinimumNumberOfValues: > 0 })
                option = null;
            else if (word == EndOfOptions)
            {
                // What follows are options of the server.
                if (command is InstallVerb && root.Subcommands.FirstOrDefault(verb => verb is ServeVerb) is { } serve)
                    (command, arguments) = (serve, []);
            }
            else if (word.StartsWith('-'))
                option = All(command)
                    .FirstOrDefault(one => (one.Name == word || one.Aliases.Contains(word)) && one.ValueType != typeof(bool));
            else
            {
                option = null;
                if (arguments.Count == 0 && command.Subcommands.FirstOrDefault(verb => verb.Name == word) is { } verb)
                    command = verb;
                else
                    arguments.Add(word);
            }
        return new Line(command, option, arguments.Count, arguments.FirstOrDefault(), root.Parse([.. words], CommandLine.Reading));
    }

    /// <summary>What the words before the current one say.</summary>
    /// <param name="Command">The command that they lead to.</param>
    /// <param name="Option">The option whose value may come next, or null.</param>
    /// <param name="Arguments">How many arguments the command has so far.</param>
    private sealed record Line(Command Command, Option? Option, int Arguments, string? FirstArgument, ParseResult Flags)
    {
        public bool IsValueNext => Option is { Arity.MinimumNumberOfValues: > 0 };
    }
}
