using System.Globalization;
using System.Text.Json.Nodes;
using ChatMcpServer.Installing;
using ChatMcpServer.Mcp;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>What <c>doctor</c> says of the hosts on this machine: which have the server, what they start, and whether it answers.</summary>
internal sealed class HostFindings(HostPlaces places)
{
    private const string Check = "assistants";

    private static readonly HostScope[] Scopes = [HostScope.User, HostScope.Project];

    /// <summary>For each server that is started; they are started at the same time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancellationToken)
    {
        var own = HostCommand.OfProcess(Handshake.OwnCommand, places, []);
        var started = new List<(Entry Entry, HostCommand Command)>();
        var findings = new List<Finding>();
        var without = new List<string>();
        foreach (var host in Hosts.All)
        {
            var entries = Entries(host).ToList();
            foreach (var entry in entries)
                if (Judge(entry) is { } finding)
                    findings.Add(finding);
                else
                    started.Add((entry, HostCommand.Of(entry.Fields!)!));
            var plugin = host.Plugin(places, Scopes);
            if (plugin is not null)
            {
                findings.Add(Plugin(host, plugin, entries.Find(entry => entry.Fields is not null)));
                if (HostPlugin.Command.FindServer(places) is not null)
                    started.Add((new(host, $"The plugin in {host.DisplayName}", plugin, null, null), HostPlugin.Command));
            }
            else if (entries.Count == 0 && host.IsOn(places))
                without.Add(host.DisplayName);
        }
        var answers = started
            .DistinctBy(one => one.Command.ToString())
            .ToDictionary(one => one.Command.ToString(), one => AnswerAsync(one.Command, cancellationToken));
        foreach (var (entry, command) in started)
        {
            findings.Add(Answered(entry, command.StartsSameFile(own, places), await answers[command.ToString()]));
            findings.AddRange(
                ServerOptions.Missing(command.Options!).Select(missing => new Finding(Finding.Warn, Check, $"{entry.Called}: {missing}"))
            );
        }
        if (without.Count > 0)
            findings.Add(
                new(
                    Finding.Ok,
                    Check,
                    $"Not installed in {string.Join(", ", without)}. `chat-mcp-server install` adds it where you want it."
                )
            );
        return findings;
    }

    /// <summary>The agents whose sessions the servers import that hosts start.</summary>
    public IReadOnlySet<string> FollowedAgents() =>
        Hosts
            .All.SelectMany(host =>
                Entries(host)
                    .Where(entry => entry.Fields is { } fields && !IsOff(fields))
                    .SelectMany(entry =>
                        HostCommand.Of(entry.Fields!)?.Options is { } words
                            ? ServerOptions.Agents(words, name => Variable(entry.Fields!, name))
                            : (IEnumerable<string>)[]
                    )
                    .Concat(host.Plugin(places, Scopes) is null ? [] : ServerOptions.Agents(HostPlugin.Command.Options!, _ => null))
            )
            .ToHashSet();

    /// <summary>The value of a variable that an entry sets for its server, if it is written there.</summary>
    private static string? Variable(JsonObject entry, string name) =>
        ((string[])["env", "environment", "envs"])
            .Select(field => (entry[field] as JsonObject)?[name])
            .OfType<JsonValue>()
            .Select(value => value.TryGetValue<string>(out var text) ? text : null)
            .FirstOrDefault();

    /// <summary>The entries that a host has, or may have where a file cannot be read.</summary>
    private IEnumerable<Entry> Entries(McpHost host)
    {
        foreach (var config in HostConfig.Of(host, places, Scopes))
        {
            var called = config.Scope == HostScope.User ? host.DisplayName : $"{host.DisplayName} (in this project)";
            var entry = new Entry(host, called, config.Path, null, Shell.Command(config.InstallWords));
            if (Read(entry, config.FindEntry) is { } found)
                yield return found;
            if (config.Scope == HostScope.User && host.OwnInProject?.Invoke(places) is { } names)
            {
                var own = new Entry(host, $"{host.DisplayName} (for you, in this project)", config.Path, null, null);
                // The file is the same: what is wrong with it has been said.
                if (Read(own, () => config.FindAt([.. names, Hosts.EntryName])) is { Problem: null } foundOwn)
                    yield return foundOwn;
            }
        }
    }

    private static Entry? Read(Entry entry, Func<JsonObject?> find)
    {
        try
        {
            return find() is { } fields ? entry with { Fields = fields } : null;
        }
        catch (ConfigException exception)
        {
            return entry with { Problem = exception.Message };
        }
    }

    /// <summary>What there is to say of an entry without starting what it starts; null if that can be started.</summary>
    private Finding? Judge(Entry entry)
    {
        var (called, path) = (entry.Called, entry.Path);
        if (entry.Fields is not { } fields)
            return Warning($"{entry.Host.DisplayName}: {path} {entry.Problem}. Correct the file, then run `{entry.Install}`.");
        if (IsOff(fields))
            return Warning($"{called}: the server is turned off in {path}.");
        if (HostCommand.ByHand(fields) is { } byHand)
            return new(
                Finding.Ok,
                Check,
                $"{called}: {path} has an entry that was written by hand, for {byHand}. It is not checked further."
            );
        if (HostCommand.Of(fields) is not { IsOurs: true } command)
            return Warning(
                $"{called}: {path} has an entry {Hosts.EntryName} that starts something else. "
                    + (entry.Install is null ? Remove(entry) : $"`{entry.Install} --force` replaces it.")
            );
        return command.FindServer(places) is { } file && File.Exists(file)
            ? null
            : new(
                Finding.Fail,
                Check,
                $"{called} starts {command.Server}, which is not there. {(entry.Install is null ? Remove(entry) : $"`{entry.Install}` changes it.")}"
            );
    }

    /// <summary>How to remove an entry that <c>install</c> does not write.</summary>
    private static string Remove(Entry entry) => $"Remove it from the part of this project in {entry.Path}, or correct it there.";

    private Finding Plugin(McpHost host, string settings, Entry? entry) =>
        entry is not null
            ? Warning(
                $"{host.DisplayName} has the plugin ({settings}) and an entry ({entry.Path}), so it starts the server twice. Turn one of them off: "
                    + $"`{Shell.Command("uninstall", host.Name)}` removes entries of `install`."
            )
        : HostPlugin.Command.FindServer(places) is null
            ? new(
                Finding.Fail,
                Check,
                $"{host.DisplayName} has the plugin ({settings}), which starts {HostCommand.ProgramName} from PATH, where it is not. Put the program there."
            )
        : new(Finding.Ok, Check, $"{host.DisplayName} has the server of the plugin ({settings}).");

    private static Finding Warning(string sentence) => new(Finding.Warn, Check, sentence);

    private static bool IsOff(JsonObject entry) => IsSet(entry["disabled"], true) || IsSet(entry["enabled"], false);

    private static bool IsSet(JsonNode? field, bool value) => field is JsonValue one && one.TryGetValue<bool>(out var is_) && is_ == value;

    private async Task<(Handshake? Answer, string? Failure)> AnswerAsync(HostCommand command, CancellationToken cancellationToken)
    {
        try
        {
            // .NET looks for a name in the folder of this program first, and a host does not.
            var file = places.FindProgram(command.File) ?? command.File;
            return (await Handshake.RunAsync([file, .. WithoutAgents(command.Arguments)], Patience, cancellationToken), null);
        }
        catch (ChatSessionException exception)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>Arguments without the option that imports: a check changes nothing.</summary>
    private static IEnumerable<string> WithoutAgents(IReadOnlyList<string> arguments) =>
        arguments.Where(
            (word, index) =>
                word != "--agents"
                && !word.StartsWith("--agents=", StringComparison.Ordinal)
                && (index == 0 || arguments[index - 1] != "--agents")
        );

    private static Finding Answered(Entry entry, bool isThisFile, (Handshake? Answer, string? Failure) result)
    {
        var called = entry.Called;
        if (result.Answer is not { } answer)
            return new(Finding.Fail, Check, $"{called}: {result.Failure}");
        var version = answer.Server.Split(' ')[^1];
        var took = string.Create(CultureInfo.InvariantCulture, $"It answered in {answer.Took.TotalMilliseconds:N0} ms.");
        return isThisFile && version == McpSurface.Version ? new(Finding.Ok, Check, $"{called} starts this file, version {version}. {took}")
            : isThisFile
                ? new(Finding.Warn, Check, $"{called} starts this file, but version {version} instead of {McpSurface.Version}. {took}")
            : Warning(
                $"{called} starts another file, version {version}. {took}"
                    + (entry.Install is null ? "" : $" `{entry.Install}` changes it to this one.")
            );
    }

    /// <summary>An entry of a host.</summary>
    /// <param name="Called">The host, and for whom the entry is.</param>
    /// <param name="Fields">Null if the file cannot be read.</param>
    /// <param name="Install">The command that writes it; null if <c>install</c> does not write it.</param>
    private sealed record Entry(McpHost Host, string Called, string Path, JsonObject? Fields, string? Install)
    {
        /// <summary>Why the file cannot be read.</summary>
        public string? Problem { get; init; }
    }
}
