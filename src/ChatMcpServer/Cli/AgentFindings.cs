using System.CommandLine;
using System.Globalization;
using ChatSessions.Importing;

namespace ChatMcpServer.Cli;

/// <summary>What <c>doctor</c> says of the agents on this machine: what they have recorded, and what of it they will delete.</summary>
/// <param name="installed">The agents whose sessions the servers import that assistants start.</param>
internal sealed class AgentFindings(GlobalOptions options, TimeProvider time, IReadOnlySet<string> installed)
{
    private const string Check = "agents";

    /// <summary>Files that are deleted within this time are counted.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    public IEnumerable<Finding> Of(ParseResult flags, CancellationToken cancellationToken)
    {
        var followed = (options.Server.Agents(flags, options.ArchivePath(flags)) ?? new HashSet<string>()).Union(installed).ToHashSet();
        var others = new List<string>();
        foreach (var agent in options.Places.Find(AgentPlaces.Names(ImportFormats.Known).ToHashSet(), ImportFormats.Known))
        {
            var changed = agent.FindFiles(cancellationToken).Values.Select(stamp => stamp.LastWriteUtc).Order().ToList();
            if (changed.Count == 0)
                continue;
            yield return new(
                Finding.Ok,
                Check,
                $"{agent.DisplayName}: {Numbers.Count(changed.Count, "session file")}. {Ages(agent, changed)}"
            );
            if (!followed.Contains(agent.Name))
                others.Add(agent.DisplayName);
        }
        if (others.Count > 0)
            yield return new(
                Finding.Warn,
                Check,
                $"The server does not import the sessions of {string.Join(", ", others)}. "
                    + (
                        options.ArchivePath(flags) is null
                            ? "Turn the archive on (--archive PATH), and set "
                            : $"Run `{options.Command(flags, "import", "--agents")}`, or, to do it while the server runs, set "
                    )
                    + $"{ServerFlags.AgentsVariable}={AgentPlaces.Auto}."
            );
        if (followed.Count > 0 && others.Count == 0)
            yield return new(Finding.Ok, Check, "The server imports new sessions while it runs.");
    }

    /// <param name="changed">When the files were last changed, the oldest first.</param>
    private string Ages(Agent agent, List<DateTime> changed)
    {
        var oldest = $"The oldest was last changed on {Day(changed[0])}.";
        if (agent.Keeps is not { } keeps)
            return oldest;
        var now = time.GetUtcNow().UtcDateTime;
        var soon = changed.Count(one => one + keeps < now + Soon);
        var first = changed[0] + keeps;
        return $"{oldest} {agent.DisplayName} deletes files {Numbers.Count((int)keeps.TotalDays, "day")} after their last change: "
            + $"{Numbers.Count(soon, "file")} within a week, the first {(first <= now ? "when it starts next" : $"on {Day(first)}")}.";
    }

    private static string Day(DateTime moment) => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
