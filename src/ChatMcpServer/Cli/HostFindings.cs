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

    /// <summary>For each server that is started; they are started at the same time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancellationToken)
    {
        var own = HostCommand.OfProcess(Handshake.OwnCommand, places, []);
        var entries = new List<(string Called, string Name, HostCommand Command)>();
        var findings = new List<Finding>();
        var without = new List<string>();
        foreach (var host in Hosts.All)
        {
            var hasEntry = false;
            foreach (var (scope, config) in Configs(host))
            {
                try
                {
                    if (config.FindEntry() is not { } entry)
                        continue;
                    hasEntry = true;
                    var called = scope == HostScope.User ? host.DisplayName : $"{host.DisplayName} (in this project)";
                    if (HostCommand.Of(entry) is not { IsOurs: true } command)
                        findings.Add(
                            new(
                                Finding.Warn,
                                Check,
                                $"{called}: {config.Path} has an entry {Hosts.EntryName} that starts something else. "
                                    + $"`chat-mcp-server install {host.Name} --force` replaces it."
                            )
                        );
                    else if (IsOff(entry))
                        findings.Add(new(Finding.Warn, Check, $"{called}: the server is turned off in {config.Path}."));
                    else if (command.FindServer(places) is null || !File.Exists(command.FindServer(places)))
                        findings.Add(
                            new(
                                Finding.Fail,
                                Check,
                                $"{called} starts {command.Server}, which is not there. `chat-mcp-server install {host.Name}` changes it."
                            )
                        );
                    else
                        entries.Add((called, host.Name, command));
                }
                catch (ConfigException exception)
                {
                    hasEntry = true;
                    findings.Add(
                        new(
                            Finding.Warn,
                            Check,
                            $"{host.DisplayName}: {config.Path} {exception.Message}. Correct the file, then run `chat-mcp-server install {host.Name}`."
                        )
                    );
                }
            }
            if (!hasEntry && host.IsOn(places))
                without.Add(host.DisplayName);
        }
        var answers = entries
            .DistinctBy(one => one.Command.ToString())
            .ToDictionary(one => one.Command.ToString(), one => AnswerAsync(one.Command, cancellationToken));
        foreach (var (called, name, command) in entries)
            findings.Add(Answered(called, name, command.StartsSameFile(own, places), await answers[command.ToString()]));
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

    private IEnumerable<(HostScope Scope, HostConfig Config)> Configs(McpHost host) =>
        Enum.GetValues<HostScope>().SelectMany(scope => HostConfig.Of(host, places, scope).Select(config => (scope, config)));

    private static bool IsOff(JsonObject entry) => IsSet(entry["disabled"], true) || IsSet(entry["enabled"], false);

    private static bool IsSet(JsonNode? field, bool value) => field is JsonValue one && one.TryGetValue<bool>(out var is_) && is_ == value;

    private static async Task<(Handshake? Answer, string? Failure)> AnswerAsync(HostCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return (await Handshake.RunAsync([command.File, .. WithoutAgents(command.Arguments)], Patience, cancellationToken), null);
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

    private static Finding Answered(string called, string name, bool isThisFile, (Handshake? Answer, string? Failure) result)
    {
        if (result.Answer is not { } answer)
            return new(Finding.Fail, Check, $"{called}: {result.Failure}");
        var version = answer.Server.Split(' ')[^1];
        var took = string.Create(CultureInfo.InvariantCulture, $"It answered in {answer.Took.TotalMilliseconds:N0} ms.");
        return isThisFile && version == McpSurface.Version ? new(Finding.Ok, Check, $"{called} starts this file, version {version}. {took}")
            : isThisFile
                ? new(Finding.Warn, Check, $"{called} starts this file, but version {version} instead of {McpSurface.Version}. {took}")
            : new(
                Finding.Warn,
                Check,
                $"{called} starts another file, version {version}. {took} `chat-mcp-server install {name}` changes it to this one."
            );
    }
}
