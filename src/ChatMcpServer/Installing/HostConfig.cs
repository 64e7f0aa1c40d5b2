using System.Text.Json.Nodes;

namespace ChatMcpServer.Installing;

/// <summary>One host's configuration file: what is to be done with our entry in it, and doing it.</summary>
internal sealed class HostConfig(McpHost host, HostScope scope, string path, HostPlaces places) : IHostFile
{
    private readonly EntryPlace place = new(host.Section, Hosts.EntryName);

    public McpHost Host => host;

    public HostScope Scope => scope;

    public string Label => host.DisplayName;

    public string Path => path;

    public string? Next => host.Next;

    /// <summary>Whether the host starts this server. Where the file cannot be read, it may.</summary>
    public bool HasServer
    {
        get
        {
            try
            {
                return FindEntry() is { } entry && HostCommand.Of(entry)?.IsOurs == true;
            }
            catch (ConfigException)
            {
                return true;
            }
        }
    }

    /// <summary>The configurations of a host that may have an entry, or get one.</summary>
    public static IEnumerable<HostConfig> Of(McpHost host, HostPlaces places, params IEnumerable<HostScope> scopes) =>
        scopes
            .Select(scope => (Scope: scope, Path: host.File(places, scope)))
            .Where(one => one.Path is not null)
            // In the home folder, the project's file may be the user's.
            .DistinctBy(one => one.Path)
            .Select(one => new HostConfig(host, one.Scope, one.Path!, places));

    /// <summary>What the entry starts; null if there is no entry.</summary>
    /// <exception cref="ConfigException">The file is not one that can be edited.</exception>
    public JsonObject? FindEntry() => host.Format.Find(ConfigFile.Read(path).Text, place);

    /// <summary>Finds an entry at another place of a JSON file. Null if it is missing.</summary>
    /// <exception cref="ConfigException">The file is not one that can be edited.</exception>
    public JsonObject? FindAt(string[] names) => JsonConfig.FindAt(ConfigFile.Read(path).Text, names) as JsonObject;

    /// <summary>The command that the entry starts. Null without an entry, or if the file cannot be edited.</summary>
    public HostCommand? FindCommand()
    {
        try
        {
            return FindEntry() is { } entry ? HostCommand.Of(entry) : null;
        }
        catch (ConfigException)
        {
            return null;
        }
    }

    /// <summary>The words of the command that writes the entry into this file.</summary>
    public IReadOnlyList<string> InstallWords =>
        ["install", host.Name, .. scope == HostScope.Project ? ["--scope", "project"] : (string[])[]];

    /// <summary>Plans that the host starts the command.</summary>
    /// <param name="hasOptions">Whether the command's options were given; else an entry that is there keeps its own.</param>
    /// <param name="isForced">Whether an entry that starts another program is replaced.</param>
    public HostPlan Add(HostCommand command, bool hasOptions, bool isForced)
    {
        ConfigFile? file = null;
        try
        {
            if (host.Managed(places) is { } managed && File.Exists(managed))
                return Refused(null, command, $"is not used: the administrator of this machine decides in {managed}");
            file = ConfigFile.Read(path);
            var entry = host.Format.Find(file.Text, place);
            if (entry is null && !isForced && host.Plugin(places, [scope]) is { } settings)
                return new(
                    this,
                    file,
                    HostOutcome.Nothing,
                    $"{settings} turns the plugin on, which has the server. With an entry in {path} it would start twice; --force adds it all the same."
                );
            if (entry is not null && HostCommand.Of(entry)?.IsOurs != true && !isForced)
                return HostCommand.ByHand(entry) is { } byHand
                    ? new(
                        this,
                        file,
                        HostOutcome.Nothing,
                        $"{path} has an entry {place.Name} that was written by hand, for {byHand}. It stays as it is."
                    )
                    : new(
                        this,
                        file,
                        HostOutcome.Refused,
                        $"{path} has an entry {place.Name} that starts something else. Rename it, or replace it with --force."
                    );
            var text = entry is null
                ? host.Format.Add(file.Text, place, host.Entry(command))
                : new ChangedEntry(host, place, places).In(file.Text, entry, command, hasOptions);
            if (text == file.Text)
                return new(this, file, HostOutcome.Nothing, $"already installed in {path}");
            return file.WhyReadOnly() is { } why
                ? Refused(file, command, why)
                : new(this, file, entry is null ? HostOutcome.Add : HostOutcome.Change, path) { After = text };
        }
        catch (ConfigException exception)
        {
            return Refused(file, command, exception.Message);
        }
    }

    /// <summary>Plans that the host does not start the server any more. The file is as it was before, unless something else has changed.</summary>
    public HostPlan Remove(bool isForced)
    {
        ConfigFile? file = null;
        try
        {
            file = ConfigFile.Read(path);
            if (host.Format.Find(file.Text, place) is not { } entry)
                return new(this, file, HostOutcome.Nothing, $"not installed in {path}");
            if (HostCommand.Of(entry)?.IsOurs != true && !isForced)
                return new(
                    this,
                    file,
                    HostOutcome.Refused,
                    $"{path} has an entry {place.Name} that {(HostCommand.ByHand(entry) is { } byHand ? $"was written by hand, for {byHand}" : "starts something else")}. "
                        + "Remove it with --force if it should go."
                );
            if (file.WhyReadOnly() is { } why)
                return new(
                    this,
                    file,
                    HostOutcome.Refused,
                    $"{path} {why}, so nothing was changed. Remove the entry {place.Name} from it."
                );
            var earlier = file.Backups().Where(IsBefore).ToList();
            var same = earlier.Find(backup => IsWith(backup.BytesOf(Readded(backup, entry)), file));
            if (earlier.Count == 0 && IsWith(file.BytesOf(Readded(null, entry)), file))
                return new(this, file, HostOutcome.Remove, path) { After = null };
            return new(this, file, HostOutcome.Remove, path)
            {
                After =
                    same?.Text
                    ?? host.Format.Remove(
                        file.Text,
                        place,
                        keepsSection: earlier is [var last, ..] && host.Format.HasSection(last.Text, place)
                    ),
                Bytes = same?.Bytes,
            };
        }
        catch (ConfigException exception)
        {
            return new(
                this,
                file,
                HostOutcome.Refused,
                $"{path} {exception.Message}, so nothing was changed. If it has an entry {place.Name}, remove it by hand."
            );
        }
    }

    private bool IsBefore(ConfigFile backup)
    {
        try
        {
            return host.Format.Find(backup.Text, place) is null;
        }
        catch (ConfigException)
        {
            return false;
        }
    }

    private static bool IsWith(byte[] bytes, ConfigFile file) => bytes.AsSpan().SequenceEqual(file.Bytes);

    /// <summary>What adding the entry to an earlier state makes of it; of no file if that is null.</summary>
    private string Readded(ConfigFile? earlier, JsonObject entry)
    {
        try
        {
            return host.Format.Add(earlier?.Text ?? "", place, entry);
        }
        catch (ConfigException)
        {
            return "";
        }
    }

    /// <inheritdoc/>
    public string Apply(HostPlan plan, TimeProvider time)
    {
        var file = plan.File!;
        if (plan.After is null)
        {
            file.Delete(scope == HostScope.User ? places.Home : places.Project);
            return $"removed. {path} had nothing else, so it is deleted.";
        }
        var after = plan.Bytes ?? file.BytesOf(plan.After);
        // What is as it was before needs no copy of it.
        var copies = plan.Outcome == HostOutcome.Remove ? file.Backups().Where(backup => IsWith(after, backup)).ToList() : [];
        var backup = file.Bytes is null || copies.Count > 0 ? null : file.Backup(time.GetUtcNow());
        try
        {
            file.Write(after, isPrivate: scope == HostScope.User);
        }
        catch (ConfigException)
        {
            if (backup is not null)
                ConfigFile.Remove(backup);
            throw;
        }
        foreach (var copy in copies)
            ConfigFile.Remove(copy.Path);
        var what = plan.Outcome switch
        {
            HostOutcome.Add => "added to",
            HostOutcome.Change => "changed in",
            _ => "removed from",
        };
        return $"{what} {path}{(backup is not null ? $", which is kept as {System.IO.Path.GetFileName(backup)}" : copies.Count > 0 ? ", which is as it was before" : "")}.";
    }

    private HostPlan Refused(ConfigFile? file, HostCommand command, string why)
    {
        var sentence = $"{path} {why}, so nothing was changed.";
        try
        {
            var entry = host.Entry(command);
            var (how, lines) = ByHand(file?.Text ?? "", entry);
            return new(this, file, HostOutcome.Refused, $"{sentence} To do it by hand, {how}:") { Lines = lines };
        }
        catch (ConfigException)
        {
            // The format has no way to write the entry.
            return new(this, file, HostOutcome.Refused, sentence);
        }
    }

    /// <summary>What a person writes into the file, and how. A second section would break it.</summary>
    private (string How, string Lines) ByHand(string text, JsonObject entry)
    {
        try
        {
            if (host.Format.HasSection(text, place))
            {
                var has = host.Format.Find(text, place) is not null;
                var lines = host.Format.ByHand(text, place, entry, out var where);
                return ($"write this {where}{(has ? $", in place of the entry {place.Name}" : "")}", lines);
            }
        }
        catch (ConfigException)
        {
            if (text.Contains(place.Section, StringComparison.Ordinal))
                return ($"correct the file, so that its {place.Section} has this entry", host.Format.Add("", place, entry));
        }
        return ("add these lines", host.Format.Add("", place, entry));
    }
}
