using System.Diagnostics;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Json;

namespace Benchmarks.Archive;

/// <summary>Archives of generated sessions, made when they are first asked for.</summary>
internal sealed class MadeArchives : IDisposable
{
    /// <summary>Whose sessions they are: those of an import.</summary>
    public const string Owner = ArchiveOwners.Local;

    /// <summary>How much JSON is saved in one transaction.</summary>
    private const int BatchBytes = 16 << 20;

    private static readonly DateTimeOffset Imported = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TextWriter output;
    private readonly RemixedSessions made;

    public MadeArchives(ArchiveOptions options, Material material, TextWriter output)
    {
        (Options, this.output) = (options, output);
        made = new(material);
        Folder = options.Folder is { } kept
            ? Directory.CreateDirectory(kept).FullName
            : Directory.CreateTempSubdirectory("archive-benchmark-").FullName;
    }

    public ArchiveOptions Options { get; }

    public string Folder { get; }

    public byte[] Json(int number) => made.Json(number);

    public static ArchivedSession Archived(byte[] json) => new(SessionJson.Read(json, "a made session"), SessionOrigin.File, Imported);

    /// <summary>The archive of so many sessions; it is made where the folder has none.</summary>
    public async Task<string> FileAsync(int count)
    {
        var path = PathOf(count);
        if (!File.Exists(path))
            await MakeAsync(count);
        return path;
    }

    /// <summary>Writes queries of all kinds to a file, for a process that has not made them itself: its memory is measured.</summary>
    public async Task<string> WriteQueriesAsync()
    {
        var path = Path.Combine(Folder, "queries.txt");
        await File.WriteAllLinesAsync(path, Queries.Of(Json, Options.Counts.Small).Values.SelectMany(kind => kind));
        return path;
    }

    /// <summary>Makes both archives anew.</summary>
    public async Task MeasureImportAsync(BarTable table)
    {
        foreach (var count in (int[])[Options.Counts.Small, Options.Counts.Large])
        {
            foreach (var file in Directory.GetFiles(Folder, Path.GetFileName(PathOf(count)) + "*"))
                File.Delete(file);
            var figures = await MakeAsync(count);
            table.Add(
                $"import of {count:N0} sessions, {figures.Events / 1e6:0.00} million events, {figures.Bytes / 1e6:N0} MB",
                "≥ 20 MB/s of one core",
                $"{figures.BytesASecond / 1e6:0.0} MB/s of processor time, {figures.BytesASecondOfClock / 1e6:0.0} by the clock, {Machine.RuntimeKind}; the longest of its transactions {figures.Longest.TotalSeconds:0.0} s",
                figures.BytesASecond >= 20e6
            );
            table.Add($"file of {count:N0} sessions", "≤ 1.0 of the JSON", $"{figures.FileRatio:0.00}", figures.FileRatio <= 1);
        }
    }

    public void Dispose()
    {
        if (Options.Folder is null)
            Directory.Delete(Folder, recursive: true);
    }

    private string PathOf(int count) => Path.Combine(Folder, $"{count}.db");

    /// <summary>Measures what an import does with bytes, not what it takes to make them up.</summary>
    private async Task<ImportFigures> MakeAsync(int count)
    {
        output.WriteLine($"making an archive of {count:N0} sessions");
        // Under another name until it is whole: one that was broken off would be taken for it.
        var path = PathOf(count) + ".part";
        foreach (var file in Directory.GetFiles(Folder, Path.GetFileName(path) + "*"))
            File.Delete(file);
        var (processor, clock, longest) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        ArchiveStatistics statistics;
        using (var archive = SessionArchive.Open(path))
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
        foreach (var file in Directory.GetFiles(Folder, Path.GetFileName(path) + "*"))
            File.Move(file, file.Replace(".db.part", ".db", StringComparison.Ordinal));
        return new(
            statistics.Events,
            statistics.JsonBytes,
            statistics.JsonBytes / processor.TotalSeconds,
            statistics.JsonBytes / clock.TotalSeconds,
            new FileInfo(PathOf(count)).Length / (double)statistics.JsonBytes,
            longest
        );
    }

    private sealed record ImportFigures(
        long Events,
        long Bytes,
        double BytesASecond,
        double BytesASecondOfClock,
        double FileRatio,
        TimeSpan Longest
    );
}
