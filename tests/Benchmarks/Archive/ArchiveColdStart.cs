namespace Benchmarks.Archive;

/// <summary>From starting the server to its first reply, with the large archive and with an empty one, in turns.</summary>
internal static class ArchiveColdStart
{
    private const int Runs = 41;

    public static async Task MeasureAsync(string server, MadeArchives archives, BarTable table)
    {
        var empty = Path.Combine(archives.Folder, "empty.db");
        string[] files = [empty, await archives.PlaceAsync(archives.Options.Counts.Large)];
        var times = files.Select(_ => new List<double>()).ToArray();
        for (var run = 0; run <= Runs; run++)
            foreach (var (index, file) in files.Index())
            {
                var (process, took) = await StdioClient.StartAsync(new Command(server, "serve", "--archive", file));
                using (process)
                    // The first run fills the disk's cache.
                    if (run > 0)
                        times[index].Add(took);
            }
        var ratio = Machine.Median(times[1]) / Machine.Median(times[0]);
        table.Add(
            $"cold start with {archives.Options.Counts.Large:N0} sessions",
            "< 1.1 of an empty archive's",
            $"{ratio:0.00}: {Machine.Median(times[1]):0.0} and {Machine.Median(times[0]):0.0} ms, medians of {Runs} in turns",
            ratio < 1.1
        );
    }
}
