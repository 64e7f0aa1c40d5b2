using System.Diagnostics;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Json;

namespace Benchmarks.Archive;

/// <summary>Archives of generated sessions, made when they are first asked for.</summary>
internal sealed class MadeArchives : IAsyncDisposable
{
    /// <summary>Whose sessions they are: those of an import.</summary>
    public const string Owner = ArchiveOwners.Local;

    /// <summary>How much JSON is saved in one transaction.</summary>
    private const int BatchBytes = 16 << 20;

    private static readonly DateTimeOffset Imported = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TextWriter output;
    private readonly RemixedSessions made;
    private readonly IMadePlaces places;

    public MadeArchives(ArchiveOptions options, Material material, TextWriter output)
    {
        (Options, this.output) = (options, output);
        made = new(material);
        Folder = options.Folder is { } kept
            ? Directory.CreateDirectory(kept).FullName
            : Directory.CreateTempSubdirectory("archive-benchmark-").FullName;
        places = options.OnPostgres ? new MadeDatabases(Folder) : new MadeFiles(Folder);
    }

    public ArchiveOptions Options { get; }

    public string Folder { get; }

    public byte[] Json(int number) => made.Json(number);

    public static ArchivedSession Archived(byte[] json) => new(SessionJson.Read(json, "a made session"), SessionOrigin.File, Imported);

    /// <summary>The place of an archive with so many sessions, which is made if it is missing.</summary>
    public async Task<string> PlaceAsync(int count)
    {
        if (await places.FindAsync(count) is { } place)
            return place;
        await MakeAsync(count);
        return (await places.FindAsync(count))!;
    }

    /// <summary>Writes queries of all kinds to a file, for a process that has not made them itself: its memory is measured.</summary>
    public async Task<string> WriteQueriesAsync()
    {
        var path = Path.Combine(Folder, "queries.txt");
        await File.WriteAllLinesAsync(path, Queries.Of(Json, Options.Counts.Small).Values.SelectMany(kind => kind));
        return path;
    }

    /// <summary>Makes both archives again.</summary>
    public async Task MeasureImportAsync(BarTable table)
    {
        var bar = Options.OnPostgres ? 8 : 20;
        foreach (var count in (int[])[Options.Counts.Small, Options.Counts.Large])
        {
            var figures = await MakeAsync(count);
            table.Add(
                $"import of {count:N0} sessions, {figures.Events / 1e6:0.00} million events, {figures.Bytes / 1e6:N0} MB",
                $"≥ {bar} MB/s of one core",
                $"{figures.BytesASecond / 1e6:0.0} MB/s of processor time, {figures.BytesASecondOfClock / 1e6:0.0} by the clock, {Machine.RuntimeKind}; the longest of its transactions {figures.Longest.TotalSeconds:0.0} s",
                figures.BytesASecond >= bar * 1e6
            );
            table.Add(
                $"size of {count:N0} sessions",
                Options.OnPostgres ? "" : "≤ 1.0 of the JSON",
                $"{figures.Size:0.00} of the JSON",
                Options.OnPostgres ? null : figures.Size <= 1
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        await places.EndAsync();
        if (Options.Folder is null)
            Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Measures what an import does with bytes, not what it takes to make them up.</summary>
    private async Task<ImportFigures> MakeAsync(int count)
    {
        output.WriteLine($"making an archive of {count:N0} sessions");
        var begun = await places.BeginAsync(count);
        var (processor, clock, longest) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        ArchiveStatistics statistics;
        using (var archive = SessionArchive.Open(begun))
        {
            for (var number = 0; number < count; )
            {
                var (batch, bytes) = (new List<byte[]>(), 0);
                for (; number < count && bytes < BatchBytes; number++)
                {
                    batch.Add(made.Json(number));
                    bytes += batch[^1].Length;
                }
                var (used, started) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
                await archive.SaveAllAsync(Owner, [.. batch.Select(Archived)], CancellationToken.None);
                used = Environment.CpuUsage.TotalTime - used;
                (processor, clock) = (processor + used, clock + Stopwatch.GetElapsedTime(started));
                longest = used > longest ? used : longest;
            }
            statistics = await archive.CountAsync(Owner, CancellationToken.None);
        }
        var size = await places.FinishAsync(count);
        return new(
            statistics.Events,
            statistics.JsonBytes,
            statistics.JsonBytes / processor.TotalSeconds,
            statistics.JsonBytes / clock.TotalSeconds,
            size / (double)statistics.JsonBytes,
            longest
        );
    }

    private sealed record ImportFigures(
        long Events,
        long Bytes,
        double BytesASecond,
        double BytesASecondOfClock,
        double Size,
        TimeSpan Longest
    );
}
