using System.CommandLine;
using ChatMcpServer.Installing;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>Takes the server out of the configurations of hosts.</summary>
internal sealed class UninstallVerb : Verb
{
    public UninstallVerb(GlobalOptions options, Terminal terminal, TimeProvider time)
        : base("uninstall", "Remove the server from the configurations of assistants, which are then as they were before.")
    {
        var hosts = new HostFlags();
        hosts.AddTo(this);
        SetAction(new UninstallRun(options, terminal, time, hosts).Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["uninstall", "uninstall codex", "uninstall --all --yes"];
}

/// <summary>A run of <c>uninstall</c>, or of <c>install --remove</c>.</summary>
internal sealed class UninstallRun(GlobalOptions options, Terminal terminal, TimeProvider time, HostFlags hosts)
{
    /// <summary>Both scopes are looked at unless one is given, since all of it goes away.</summary>
    public int Run(ParseResult flags)
    {
        if (options.GivenOption(flags) is { } given)
            throw Invalid($"{given} is an option of the server, which is not started here. Leave it out.");
        if (HostFlags.ServerWords(flags) is [var first, ..])
            throw Invalid($"Nothing follows `--` here, so leave '{first}' out: `uninstall` removes an entry whatever its options are.");
        var places = options.HostPlaces;
        var scope = hosts.Scope(flags);
        var named = hosts.Named(flags);
        HostScope[] scopes = scope is { } one ? [one] : [HostScope.User, HostScope.Project];
        var chosen = named.Count > 0 ? named : Hosts.All;
        var plans = chosen
            .SelectMany(host => HostConfig.Of(host, places, scopes))
            .Where(config => !Directory.Exists(config.Path))
            .Select(config => config.Remove(hosts.IsForced(flags)))
            .Where(plan => plan.Outcome != HostOutcome.Nothing)
            .Concat(
                HostSkill
                    .Of(chosen, places, scopes)
                    .Where(skill => !Directory.Exists(skill.Path))
                    .Select(skill => skill.Remove(chosen, hosts.IsForced(flags)))
                    .OfType<HostPlan>()
            )
            .ToList();
        foreach (var host in chosen)
            if (host.Plugin(places, scopes) is { } settings)
                terminal.Remark(
                    $"{host.DisplayName} has the plugin ({settings}), which stays: `{host.Program} plugin {HostPlugin.RemoveWords(host)}` removes it."
                );
        if (plans.Count == 0)
        {
            terminal.Remark($"Not installed{(named.Count > 0 ? $" in {string.Join(", ", named.Select(host => host.DisplayName))}" : "")}.");
            return 0;
        }
        return new HostChanges(terminal, time).Run(
            plans,
            hosts.IsDry(flags),
            hosts.IsAgreed(flags),
            hosts.IsAll(flags),
            [
                "uninstall",
                .. named.Select(host => host.Name),
                "--yes",
                .. scope is { } chosenScope ? ["--scope", chosenScope == HostScope.Project ? "project" : "user"] : (string[])[],
                .. hosts.IsForced(flags) ? ["--force"] : (string[])[],
            ]
        );
    }

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
