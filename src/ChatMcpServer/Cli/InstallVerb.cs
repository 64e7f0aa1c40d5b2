using System.CommandLine;
using System.Text.RegularExpressions;
using ChatMcpServer.Installing;
using ChatSessions;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>Writes the server into the configurations of hosts.</summary>
internal sealed partial class InstallVerb : Verb
{
    private const string Serve = "serve";

    private readonly HostFlags hosts = new();
    private readonly Option<string[]> variables = new("--env")
    {
        HelpName = "NAME",
        Description = "Pass this environment variable on to the server; may be repeated. Its value is not written anywhere",
    };
    private readonly Option<bool> skill = new("--with-skill")
    {
        Description = "Also write the skill that tells agents when to look into earlier sessions, where the assistants read it",
    };
    private readonly Option<bool> remove = new("--remove") { Description = "The same as `uninstall`" };
    private readonly GlobalOptions options;
    private readonly Terminal terminal;
    private readonly TimeProvider time;

    public InstallVerb(GlobalOptions options, Terminal terminal, TimeProvider time)
        : base("install", "Add the server to the configurations of assistants; options of the server follow `--`.")
    {
        this.options = options;
        this.terminal = terminal;
        this.time = time;
        hosts.AddTo(this);
        Add(variables);
        Add(skill);
        Add(remove);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        [
            "install",
            "install claude-code codex -- --agents auto",
            "install --all --with-skill",
            "install --all --dry-run",
            "install --scope project vscode --yes",
        ];

    private int Run(ParseResult flags)
    {
        if (flags.GetValue(remove))
            return new UninstallRun(options, terminal, time, hosts).Run(flags);
        var places = options.HostPlaces;
        var scope = hosts.Scope(flags) ?? HostScope.User;
        var words = ServerWords(flags);
        var names = Variables(flags);
        var chosen = Chosen(flags, places, scope);
        var command = HostCommand.OfProcess(Handshake.OwnCommand, places, words, isShared: scope == HostScope.Project);
        if (command.Arguments.Prepend(command.File).FirstOrDefault(ServerOptions.HasVariable) is { } variable)
            throw Invalid(
                $"Assistants would put the value of a variable into '{variable}'. Give the folder another name, without $ and braces."
            );
        var entries = chosen
            .SelectMany(host => HostConfig.Of(host, places, scope))
            .Select(config => Plan(config, command, names, flags))
            .ToList();
        var plans = flags.GetValue(skill) ? [.. entries, .. Skills(chosen, entries, places, scope, flags)] : entries;
        var changes = new HostChanges(terminal, time);
        var exitCode = changes.Run(
            plans,
            hosts.IsDry(flags),
            hosts.IsAgreed(flags),
            hosts.IsAll(flags),
            Agreed(flags, chosen, scope, names, words)
        );
        var isWriting = plans.Any(plan => plan.Target is HostConfig && plan.IsChange);
        if (isWriting)
            foreach (var missing in ServerOptions.Missing(words))
                terminal.Remark(missing);
        if (scope == HostScope.Project && isWriting && ServerOptions.Paths(words) is { Count: > 0 } paths)
            terminal.Remark(
                $"The entry names {string.Join(", ", paths.Select(one => one.Path).Distinct())} of this machine, which others who work here may not "
                    + $"have. Leave {string.Join(" and ", paths.Select(one => one.Option).Distinct())} out if the entry is for them."
            );
        if (scope == HostScope.Project && command.IsOfThisMachine && isWriting)
            terminal.Remark(
                $"The entry names a file of this machine, {command.Server}, which others who work here may not have. For an entry that all can "
                    + "use, run `npx -y chat-mcp-server install --scope project`, or put chat-mcp-server on the PATH and run this again."
            );
        if (
            changes.HasWritten
            && words.Count == 0
            && options.ArchivePath(flags) is { } archive
            && !SessionArchive.IsServer(archive)
            && !File.Exists(archive)
        )
            terminal.Remark(
                "To have sessions to read, run `chat-mcp-server import --agents`, or install with `-- --agents auto`, which imports while the server runs."
            );
        return exitCode;
    }

    private HostPlan Plan(HostConfig config, HostCommand command, string[] names, ParseResult flags)
    {
        var host = config.Host;
        if (names.Length > 0 && host.Reference is null)
            return new(
                config,
                null,
                HostOutcome.Refused,
                $"there is no documented form in which it passes environment variables on, so nothing was changed. For a LlamaCloud key, use `-- --api-key-file PATH`."
            );
        var hasOptions = HostFlags.ServerWords(flags).Count > 0;
        if (!hasOptions && config.FindCommand()?.Options is { } kept && ServerOptions.WhyRefused(kept) is { } why)
            return new(
                config,
                null,
                HostOutcome.Refused,
                $"{config.Path} has an entry {Hosts.EntryName} with words that the server does not start with. {why.TrimEnd('.')}. "
                    + $"To replace them: `{Shell.Command(config.InstallWords)} -- serve`, and options after it."
            );
        return config.Add(
            command with
            {
                Variables = [.. names.Select(name => (name, host.Reference!(name)))],
            },
            hasOptions,
            hosts.IsForced(flags)
        );
    }

    /// <summary>The skill for those hosts that have the server then: it would tell the others of tools that they do not have.</summary>
    private IEnumerable<HostPlan> Skills(
        IReadOnlyList<McpHost> chosen,
        IReadOnlyList<HostPlan> entries,
        HostPlaces places,
        HostScope scope,
        ParseResult flags
    )
    {
        if (!chosen.Any(host => host.Skills is not null))
            throw Invalid(
                $"{string.Join(", ", chosen.Select(host => host.DisplayName))} reads no skills from files. Leave {skill.Name} out."
            );
        var served = chosen.Where(host =>
            entries.Any(plan => plan.Target is HostConfig config && config.Host == host && plan.Outcome != HostOutcome.Refused)
        );
        return HostSkill.Of(served, places, scope).Select(one => one.Add(hosts.IsForced(flags)));
    }

    private IReadOnlyList<McpHost> Chosen(ParseResult flags, HostPlaces places, HostScope scope)
    {
        var named = hosts.Named(flags);
        if (named.FirstOrDefault(host => host.File(places, scope) is null) is { } lacking)
            throw Invalid($"{lacking.DisplayName} has no configuration for a project. Leave --scope project out.");
        if (named.Count > 0)
            return named;
        var found = Hosts.All.Where(host => host.IsOn(places) && host.File(places, scope) is not null).ToList();
        return found.Count > 0
            ? found
            : throw new ChatSessionException(
                ChatSessionError.NotFound,
                $"None of these assistants is on this machine: {string.Join(", ", Hosts.All.Select(host => host.DisplayName))}. "
                    + "Name one to write its configuration all the same; `chat-mcp-server install --help` lists the names."
            );
    }

    /// <summary>The options for the server, with full paths, since a host starts it in another folder.</summary>
    private List<string> ServerWords(ParseResult flags)
    {
        if (options.GivenOption(flags) is { } given)
            throw Invalid($"{given} is an option of the server. Put it after `--`: {Shell.Command("install")} -- {given} …");
        var words = HostFlags.ServerWords(flags).ToList();
        if (words is [Serve, ..])
            words.RemoveAt(0);
        ServerOptions.Check(words);
        if (words.Find(ServerOptions.HasVariable) is { } variable)
            throw Invalid(
                $"Assistants would put the value of a variable into '{variable}'. Write the value itself; without single quotes, the shell does."
            );
        for (var index = 0; index < words.Count; index++)
            foreach (var option in options.PathOptions)
                if (words[index] == option && index + 1 < words.Count)
                    words[index + 1] = FullPath(option, words[index + 1]);
                else if (words[index].StartsWith($"{option}=", StringComparison.Ordinal))
                    words[index] = $"{option}={FullPath(option, words[index][(option.Length + 1)..])}";
        return words;
    }

    /// <summary>A word such as <c>none</c> stays, unless there is such a file. So does the address of a server.</summary>
    private static string FullPath(string option, string path) =>
        SessionArchive.IsServer(path)
            ? SessionArchive.HasPassword(path)
                ? throw Invalid(
                    $"{option} has a password, which is not written into configurations. Leave it out: the server takes it from ~/.pgpass, or from "
                        + "PGPASSWORD, which `--env PGPASSWORD` before the `--` passes on."
                )
                : path
            : ServerOptions.IsFile(path)
                ? Path.GetFullPath(path)
                : path;

    private string[] Variables(ParseResult flags)
    {
        var names = flags.GetValue(variables) ?? [];
        return Array.Find(names, name => !VariableName.IsMatch(name)) is { } invalid
            ? throw Invalid(
                $"Invalid --env '{(invalid.Contains('=') ? $"{invalid[..invalid.IndexOf('=')]}=…" : invalid)}'. Pass only the name of a variable: "
                    + "the value stays in the environment, and is written into no file."
            )
            : [.. names.Distinct()];
    }

    private List<string> Agreed(ParseResult flags, IReadOnlyList<McpHost> chosen, HostScope scope, string[] names, List<string> words) =>
        [
            "install",
            .. hosts.Named(flags).Count > 0 ? chosen.Select(host => host.Name) : ["--all"],
            "--yes",
            .. scope == HostScope.Project ? ["--scope", "project"] : (string[])[],
            .. hosts.IsForced(flags) ? ["--force"] : (string[])[],
            .. flags.GetValue(skill) ? [skill.Name] : (string[])[],
            .. names.SelectMany(name => (string[])["--env", name]),
            .. words.Count > 0 ? words.Prepend("--") : [],
        ];

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariableName { get; }
}
