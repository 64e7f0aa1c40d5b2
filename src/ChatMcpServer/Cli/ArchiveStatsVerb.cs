using System.CommandLine;
using System.Globalization;
using ChatMcpServer.Answers;
using ChatSessions.Archive;
using ChatSessions.Recorded;

namespace ChatMcpServer.Cli;

internal sealed class ArchiveStatsVerb : Verb
{
    private readonly Option<bool> json = new("--json") { Description = "Print a JSON object" };
    private readonly Option<string> owner = Flags.Owner("every owner, in one sum");
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ArchiveStatsVerb(GlobalOptions options, Terminal terminal)
        : base("stats", "Print how many sessions, events and bytes the archive has.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(json);
        Add(owner);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["archive stats", "archive stats --json", "archive stats --owner all"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        using var configured = new ConfiguredArchive(options, flags);
        var bytes = await configured.Archive.Maintenance.MeasureAsync(cancellationToken);
        var shares = await configured.Archive.SharesAsync(cancellationToken);
        var keepsData = await configured.Archive.Maintenance.KeepsEncodedDataAsync(cancellationToken);
        var owners = flags.GetValue(owner) is null ? null : await configured.OwnersAsync(flags, owner, cancellationToken);
        var hasOthers = owners is not null && shares.Any(share => !owners.Contains(share.Owner));
        if (owners is not null)
            shares = [.. shares.Where(share => owners.Contains(share.Owner))];
        var stats = ArchiveStats.From(configured.Path, configured.Owners, shares, bytes);
        if (flags.GetValue(json))
            terminal.WriteJson(stats.ToJson());
        else
            foreach (var (label, text) in Lines(stats, configured, keepsData, owners is null ? null : shares, hasOthers))
                terminal.Out.WriteLine($"{terminal.Paint(label.PadRight(10), Ink.Bold)}{text}");
        if (!await configured.Archive.Maintenance.ExistsAsync(cancellationToken))
            terminal.Remark(
                $"{(configured.IsServer ? "The archive" : "The file")} does not exist yet. It is created when the first session is saved."
            );
        return 0;
    }

    /// <summary>The numbers as labelled lines for people.</summary>
    /// <param name="keepsData">Whether originals keep data in base64.</param>
    /// <param name="ofOwners">What the named owners have; null if none is named.</param>
    /// <param name="hasOthers">Whether the archive has sessions of others too.</param>
    private static IEnumerable<(string Label, string Text)> Lines(
        ArchiveStats stats,
        ConfiguredArchive archive,
        bool keepsData,
        IReadOnlyList<ArchiveShare>? ofOwners,
        bool hasOthers
    )
    {
        yield return ("Archive", archive.Name);
        yield return ("Sessions", $"{Numbers.Count(stats.Sessions)}, with {Numbers.Count(stats.Events, "event")}");
        if (stats.Sessions == 0)
            yield break;
        yield return ("JSON", Numbers.Size(stats.JsonBytes));
        yield return (
            archive.IsServer ? "Database" : "File",
            !hasOthers
                ? $"{Numbers.Size(stats.FileBytes)}, {Ratio((double)stats.FileBytes / stats.JsonBytes)} the JSON"
                : $"{Numbers.Size(stats.FileBytes)}, with what others have"
        );
        if (stats.OldestUpdate is { } oldest && stats.NewestUpdate is { } newest)
            yield return ("Updated", $"{Date(oldest)} to {Date(newest)}");
        yield return ("From", string.Join(", ", stats.Origins.Select(origin => $"{origin.Key} {Numbers.Count(origin.Value)}")));
        foreach (var share in (ofOwners ?? []).GroupBy(share => share.Owner))
            yield return ("Owner", $"{OutgoingText.ShowName(share.Key)} {Numbers.Count(share.Sum(one => one.Sessions))}");
        if (ofOwners is null)
            yield return (
                "Owners",
                $"local {Numbers.Count(stats.Owners.Local)}, this key and project {Numbers.Count(stats.Owners.ThisKeyAndProject)}, "
                    + $"others {Numbers.Count(stats.Owners.Others)}"
                    + (stats.Owners.Others > 0 ? $" (`{archive.ListOwners}` lists them)" : "")
            );
        if (stats.Originals.Sessions > 0)
            yield return (
                "Originals",
                $"of {Numbers.Count(stats.Originals.Sessions, "session")}: {Numbers.Size(stats.Originals.Bytes)}, {Numbers.Size(stats.Originals.StoredBytes)} in the {(archive.IsServer ? "database" : "file")}"
                    + (keepsData ? "; base64 data is kept" : "")
            );
        if (stats.EarlierStates > 0)
            yield return ("Earlier", $"{Numbers.Count(stats.EarlierStates, "session")} kept as earlier states");
    }

    private static string Ratio(double ratio) =>
        ratio < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * ratio:0}% of")
            : string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0} times");

    private static string Date(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
