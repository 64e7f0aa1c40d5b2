using System.CommandLine;
using ChatMcpServer.Installing;

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
        var places = options.HostPlaces;
        var scope = hosts.Scope(flags);
        var named = hosts.Named(flags);
        HostScope[] scopes = scope is { } one ? [one] : [HostScope.User, HostScope.Project];
        var chosen = named.Count > 0 ? named : Hosts.All;
        var plans = chosen
            .SelectMany(host => HostConfig.Of(host, places, scopes))
            .Where(config => File.Exists(config.Path))
            .Select(config => config.Remove(hosts.IsForced(flags)))
            // What was not asked for by name is only of interest if it has the entry.
            .Where(plan => plan.Outcome != HostOutcome.Nothing && (named.Count > 0 || plan.File is not null))
            .Concat(
                HostSkill
                    .Of(chosen, places, scopes)
                    .Where(skill => File.Exists(skill.Path))
                    .Select(skill => skill.Remove(chosen, hosts.IsForced(flags)))
                    .OfType<HostPlan>()
            )
            .ToList();
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
                .. scope is { } given ? ["--scope", given == HostScope.Project ? "project" : "user"] : (string[])[],
                .. hosts.IsForced(flags) ? ["--force"] : (string[])[],
            ]
        );
    }
}
