using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatSessions.Archive;

namespace ChatMcpServer.Cli;

internal sealed class ArchiveStatsVerb : Verb
{
    private readonly Option<bool> json = new("--json") { Description = "Print a JSON object" };
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ArchiveStatsVerb(GlobalOptions options, Terminal terminal)
        : base("stats", "Print how many sessions, events and bytes the archive has.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(json);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["archive stats", "archive stats --json"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        using var configured = new ConfiguredArchive(options, flags);
        var bytes = await configured.Archive.Maintenance.MeasureAsync(cancellationToken);
        var stats = ArchiveStats.From(configured, await configured.Archive.SharesAsync(cancellationToken), bytes);
        if (flags.GetValue(json))
            terminal.WriteJson(JsonSerializer.SerializeToElement(stats, ArchiveStatsContext.Default.ArchiveStats));
        else
            foreach (var (label, text) in stats.Lines(configured.Name))
                terminal.Out.WriteLine($"{terminal.Paint(label.PadRight(10), Ink.Bold)}{text}");
        if (!await configured.Archive.Maintenance.ExistsAsync(cancellationToken))
            terminal.Remark("The file does not exist yet. It is created when the first session is saved.");
        return 0;
    }
}

/// <summary>The content of an archive, over all owners.</summary>
internal sealed record ArchiveStats(
    string Path,
    long Sessions,
    long Events,
    long JsonBytes,
    long FileBytes,
    DateTimeOffset? OldestUpdate,
    DateTimeOffset? NewestUpdate,
    ImmutableSortedDictionary<string, long> Origins,
    ArchiveOwnerCounts Owners
)
{
    public static ArchiveStats From(ConfiguredArchive configured, IReadOnlyList<ArchiveShare> shares, long fileBytes) =>
        new(
            configured.Path,
            shares.Sum(share => share.Sessions),
            shares.Sum(share => share.Events),
            shares.Sum(share => share.JsonBytes),
            fileBytes,
            shares.Min(share => share.Oldest),
            shares.Max(share => share.Newest),
            shares
                .GroupBy(share => share.Origin.Name)
                .ToImmutableSortedDictionary(origin => origin.Key, origin => origin.Sum(share => share.Sessions)),
            new(
                SessionsOf(shares, owner => owner == ArchiveOwners.Local),
                SessionsOf(shares, owner => owner != ArchiveOwners.Local && configured.Owners.Contains(owner)),
                SessionsOf(shares, owner => !configured.Owners.Contains(owner))
            )
        );

    private static long SessionsOf(IEnumerable<ArchiveShare> shares, Func<string, bool> isOne) =>
        shares.Where(share => isOne(share.Owner)).Sum(share => share.Sessions);

    /// <summary>The numbers as labelled lines for people.</summary>
    /// <param name="name">The path, cleaned for output.</param>
    public IEnumerable<(string Label, string Text)> Lines(string name)
    {
        yield return ("Archive", name);
        yield return ("Sessions", $"{Numbers.Count(Sessions)}, with {Numbers.Count(Events, "event")}");
        if (Sessions == 0)
            yield break;
        yield return ("JSON", Numbers.Size(JsonBytes));
        yield return (
            "File",
            string.Create(CultureInfo.InvariantCulture, $"{Numbers.Size(FileBytes)}, {(double)FileBytes / JsonBytes:0.00} of the JSON")
        );
        if (OldestUpdate is { } oldest && NewestUpdate is { } newest)
            yield return ("Updated", $"{Date(oldest)} to {Date(newest)}");
        yield return ("From", string.Join(", ", Origins.Select(origin => $"{origin.Key} {Numbers.Count(origin.Value)}")));
        yield return (
            "Owners",
            $"local {Numbers.Count(Owners.Local)}, this key and project {Numbers.Count(Owners.ThisKeyAndProject)}, "
                + $"other keys or projects {Numbers.Count(Owners.OtherKeysOrProjects)}"
        );
    }

    private static string Date(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}

/// <summary>Sessions per owner. Of other keys and projects only the total is shown.</summary>
internal sealed record ArchiveOwnerCounts(long Local, long ThisKeyAndProject, long OtherKeysOrProjects);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ArchiveStats))]
internal sealed partial class ArchiveStatsContext : JsonSerializerContext;
