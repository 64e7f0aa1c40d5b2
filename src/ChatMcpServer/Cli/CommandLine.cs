using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Reflection;
using ChatSessions.Model;
using ChatSessions.Words;

namespace ChatMcpServer.Cli;

/// <summary>Runs the verb in the arguments, and turns every failure into one line and an exit code.</summary>
internal static class CommandLine
{
    public const int Failed = 1;

    /// <summary>The exit code a shell reports for a program ended by Ctrl+C.</summary>
    public const int Interrupted = 130;

    private const int WrongUsage = 2;

    /// <summary>How the arguments are read: <c>-hotel</c> is a word to leave out, not <c>-h</c> and four more options, and <c>@list</c> is no file.</summary>
    public static ParserConfiguration Reading => new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>Runs a verb: the first one if the arguments name none.</summary>
    /// <returns>The exit code: 0, 1 for a failure, 2 for wrong usage.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, GlobalOptions options, params Verb[] verbs)
    {
        var flags = Root(options, verbs, terminal.Width).Parse(args, Reading);
        if (flags.Action is ParseErrorAction)
        {
            // Its exit code is 0 whatever happens, since a session must begin.
            var failure = flags.CommandResult.Command is HookSessionStartVerb ? 0 : WrongUsage;
            var meant = Meant(flags) is { } names ? $" Did you mean {names}?" : "";
            terminal.Fail($"{flags.Errors[0].Message.TrimEnd('.')}.{meant} See `{Called(flags)} --help`.");
            return failure;
        }
        try
        {
            var exitCode = await flags.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = terminal.Out,
                    EnableDefaultExceptionHandler = false,
                    // The hosts handle signals themselves; the other verbs just end.
                    ProcessTerminationTimeout = null,
                }
            );
            terminal.Flush();
            return exitCode;
        }
        catch (OutputException exception) when (!options.IsDebugging(flags))
        {
            terminal.Fail($"Cannot write to standard output: {exception.Message}");
            return Failed;
        }
        catch (ChatSessionException exception)
        {
            terminal.Fail(
                exception.IsUnknownId ? $"{exception.Message} `{options.Command(flags, "list")}` shows the ids." : exception.Message
            );
            return exception.Error == ChatSessionError.InvalidArgument ? WrongUsage : Failed;
        }
        catch (Exception) when (!options.IsDebugging(flags) && !HasCurrentFolder())
        {
            terminal.Fail("The current folder is not there any more, or may not be read. Change to another folder, and run it again.");
            return Failed;
        }
        catch (Exception exception)
        {
            if (options.IsDebugging(flags))
                terminal.Explain(exception.ToString());
            else
                terminal.Fail(
                    $"Unexpected error ({exception.GetType().Name}): {exception.Message.TrimEnd('.')}. Run it again with --log-level debug for details."
                );
            return Failed;
        }
    }

    private static bool HasCurrentFolder()
    {
        try
        {
            return Directory.Exists(Environment.CurrentDirectory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Names close to the first unknown word, or null.</summary>
    private static string? Meant(ParseResult flags)
    {
        if (flags.UnmatchedTokens is not [var word, ..])
            return null;
        var command = flags.CommandResult.Command;
        var names = Spelling.Closest(
            command
                .Subcommands.Where(verb => !verb.Hidden)
                .Select(verb => verb.Name)
                .Concat(command.Options.Select(option => option.Name))
                .Concat(flags.RootCommandResult.Command.Options.Where(option => option.Recursive).Select(option => option.Name))
                .Distinct(),
            word
        );
        return names.Count == 0 ? null : string.Join(" or ", names.Select(name => $"'{name}'"));
    }

    /// <summary>The root command with the global options and all verbs.</summary>
    /// <param name="width">The columns of the help; null if it has no limit.</param>
    public static RootCommand Root(GlobalOptions options, Verb[] verbs, int? width = null)
    {
        var root = new RootCommand(
            "Lets AI agents and IDE assistants read recorded chat sessions over MCP. Without a command it serves stdio."
        );
        options.AddTo(root);
        foreach (var verb in verbs)
            root.Add(verb);
        root.Action = verbs[0].Action;
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples(options, width);
        // These look like paths.
        foreach (var alias in help.Aliases.Where(alias => alias.StartsWith('/')).ToList())
            help.Aliases.Remove(alias);
        root.Options.OfType<VersionOption>().Single().Action = new Version();
        RefuseMissingValues(root);
        return root;
    }

    /// <summary>Each option that needs a value needs it each time that it is given; System.CommandLine looks at the first time alone.</summary>
    private static void RefuseMissingValues(Command command)
    {
        foreach (var option in command.Options.Where(option => option.Arity.MinimumNumberOfValues > 0))
            option.Validators.Add(result =>
            {
                if (!result.Implicit && result.IdentifierTokenCount > result.Tokens.Count)
                    result.AddError($"Required argument missing for option: '{option.Name}'.");
            });
        foreach (var verb in command.Subcommands)
            RefuseMissingValues(verb);
    }

    private static string Called(ParseResult flags) => string.Join(' ', Names(flags.CommandResult).Reverse().Prepend("chat-mcp-server"));

    /// <summary>The names of a verb and its parents, innermost first.</summary>
    private static IEnumerable<string> Names(SymbolResult? result)
    {
        for (; result is CommandResult { Command: Verb verb }; result = result.Parent)
            yield return verb.Name;
    }

    internal sealed class HelpWithExamples(GlobalOptions options, int? width) : SynchronousCommandLineAction
    {
        /// <summary>In fewer columns, the help has no room for a name and its description. A narrower terminal wraps the lines.</summary>
        private const int Narrowest = 40;

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var configuration = parseResult.InvocationConfiguration;
            var output = configuration.Output;
            using var help = new StringWriter();
            configuration.Output = help;
            var command = parseResult.CommandResult.Command;
            // What a verb refuses has no place in its help.
            var refused = command is Verb verb ? options.RefusedBy(verb).ToList() : [];
            refused.ForEach(option => option.Hidden = true);
            var exitCode = new HelpAction { MaxWidth = width is { } columns ? Math.Max(columns, Narrowest) : int.MaxValue }.Invoke(
                parseResult
            );
            refused.ForEach(option => option.Hidden = false);
            configuration.Output = output;
            output.Write(command is Verb ? help.ToString() : Grouped(help.ToString()));
            output.WriteLine("Examples:");
            foreach (
                var example in command is Verb one
                    ? one.Examples
                    : command.Subcommands.OfType<Verb>().Where(verb => !verb.Hidden).Select(verb => verb.Examples[0])
            )
                output.WriteLine($"  chat-mcp-server {example}");
            return exitCode;
        }

        /// <summary>The help with its commands, which are last in it, in groups before the options.</summary>
        private static string Grouped(string help)
        {
            var lines = help.ReplaceLineEndings("\n").Split('\n');
            var (options, commands) = (Array.IndexOf(lines, "Options:"), Array.IndexOf(lines, "Commands:"));
            var descriptions = new Dictionary<string, List<string>>();
            var name = "";
            foreach (var line in lines[(commands + 1)..].TakeWhile(line => line.Length > 0))
            {
                // A description may go on in the next lines.
                if (!line.StartsWith("   ", StringComparison.Ordinal))
                    descriptions[name = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]] = [];
                descriptions[name].Add(line);
            }
            var grouped = Verbs.Groups.SelectMany(group =>
                group.Names.SelectMany(one => descriptions.GetValueOrDefault(one) ?? []).Prepend($"{group.Title}:").Append("")
            );
            return string.Join('\n', [.. lines[..options], .. grouped, .. lines[options..commands], ""]);
        }
    }

    private sealed class Version : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var version = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine(version.Split('+')[0]);
            return 0;
        }
    }
}

/// <summary>A command of the program.</summary>
/// <param name="name">The word on the command line.</param>
/// <param name="description">One sentence for the help.</param>
internal abstract class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Example arguments for the help, the most useful first.</summary>
    public abstract IReadOnlyList<string> Examples { get; }
}
