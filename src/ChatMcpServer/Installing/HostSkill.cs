using System.Security.Cryptography;
using System.Text;

namespace ChatMcpServer.Installing;

/// <summary>
/// The skill that says when to look into earlier sessions, as a file that hosts read. Several hosts may read the same. What is written ends with
/// a mark that has a checksum: with it, a later version knows that nobody has changed the file.
/// </summary>
/// <param name="readers">The hosts that read it.</param>
internal sealed class HostSkill(IReadOnlyList<McpHost> readers, HostScope scope, string path, HostPlaces places) : IHostFile
{
    private const string Mark = "<!-- Written by `chat-mcp-server install`. Checksum: ";
    private const int ChecksumLength = 16;

    /// <summary>What is written.</summary>
    public static string Text { get; } = WithMark(Embedded());

    public string Label => $"Skill for {string.Join(", ", readers.Select(host => host.DisplayName))}";

    public string Path => path;

    public string? Next => null;

    /// <summary>The files of the hosts that read skills; one that several read is there once.</summary>
    public static IEnumerable<HostSkill> Of(IEnumerable<McpHost> hosts, HostPlaces places, params IEnumerable<HostScope> scopes) =>
        from scope in scopes
        from host in hosts
        where host.Skills is not null
        // In the home folder, the project's file may be the user's.
        group (host, scope) by PathOf(host, places, scope) into shared
        select new HostSkill([.. shared.Select(one => one.host).Distinct()], shared.First().scope, shared.Key, places);

    private static string PathOf(McpHost host, HostPlaces places, HostScope scope) =>
        System.IO.Path.Combine(host.Skills!(places, scope), Hosts.EntryName, "SKILL.md");

    /// <summary>Plans that the file has the skill.</summary>
    /// <param name="isForced">Whether a file of somebody else is replaced.</param>
    public HostPlan Add(bool isForced) =>
        Plan(file =>
            file.Text == Text ? new(this, file, HostOutcome.Nothing, $"already in {path}")
            : file.Bytes is not null && OriginOf(file.Text) != Origin.Ours && !isForced
                ? new(this, file, HostOutcome.Refused, $"{path} {Foreign(file)}. Replace it with --force.")
            : new HostPlan(this, file, file.Bytes is null ? HostOutcome.Add : HostOutcome.Change, path) { After = Text }
        )!;

    /// <summary>Plans to delete the file, or returns null if it is not this program's.</summary>
    /// <param name="chosen">The hosts that the server is removed from.</param>
    /// <param name="isForced">Whether it goes even if it was changed.</param>
    public HostPlan? Remove(IReadOnlyList<McpHost> chosen, bool isForced) =>
        Plan(file =>
            OriginOf(file.Text) == Origin.Others ? null
            : StillRead(chosen) is { } host
                ? new(this, file, HostOutcome.Nothing, $"{path} stays, since {host.DisplayName} reads it too and has the server")
            : OriginOf(file.Text) == Origin.Changed && !isForced
                ? new(this, file, HostOutcome.Refused, $"{path} {Foreign(file)}. Delete it with --force if it should go.")
            : new HostPlan(this, file, HostOutcome.Remove, path)
        );

    private HostPlan? Plan(Func<ConfigFile, HostPlan?> plan)
    {
        ConfigFile? file = null;
        try
        {
            file = ConfigFile.Read(path);
            var planned = plan(file);
            return planned?.IsChange == true && file.WhyReadOnly() is { } why ? Refused(why) : planned;
        }
        catch (ConfigException exception)
        {
            return Refused(exception.Message);
        }

        HostPlan Refused(string why) => new(this, file, HostOutcome.Refused, $"{path} {why}, so nothing was changed.");
    }

    /// <summary>Another host that reads the file and has the server, or null.</summary>
    private McpHost? StillRead(IReadOnlyList<McpHost> chosen) =>
        Hosts
            .All.Except(chosen)
            .FirstOrDefault(host =>
                host.Skills is not null
                && PathOf(host, places, scope) == path
                && HostConfig.Of(host, places, scope).Any(config => config.HasServer)
            );

    /// <inheritdoc/>
    public string Apply(HostPlan plan, TimeProvider time)
    {
        var file = plan.File!;
        if (plan.After is null)
        {
            file.Delete(scope == HostScope.User ? places.Home : places.Project);
            return $"deleted {path}.";
        }
        var backup = file.Bytes is not null && OriginOf(file.Text) != Origin.Ours ? file.Backup(time.GetUtcNow()) : null;
        file.Write(file.BytesOf(plan.After), isPrivate: scope == HostScope.User);
        return $"written to {path}{(backup is null ? "" : $", which is kept as {System.IO.Path.GetFileName(backup)}")}.";
    }

    private static string Foreign(ConfigFile file) =>
        OriginOf(file.Text) == Origin.Changed ? "was changed since it was written" : "is not of this program";

    private static Origin OriginOf(string text)
    {
        text = text.ReplaceLineEndings("\n");
        var end = text.LastIndexOf($"\n{Mark}", StringComparison.Ordinal);
        return end < 0 ? Origin.Others
            : WithMark(text[..end]) == text ? Origin.Ours
            : Origin.Changed;
    }

    private static string WithMark(string skill) =>
        $"{skill}\n{Mark}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(skill)))[..ChecksumLength]} -->\n";

    private static string Embedded()
    {
        using var resource = typeof(HostSkill).Assembly.GetManifestResourceStream("SKILL.md")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private enum Origin
    {
        /// <summary>This or another version wrote it, and nobody has changed it.</summary>
        Ours,

        /// <summary>This program wrote it, and somebody has changed it.</summary>
        Changed,

        Others,
    }
}
