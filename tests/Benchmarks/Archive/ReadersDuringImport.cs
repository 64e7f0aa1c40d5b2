using System.Diagnostics;
using ChatSessions;

namespace Benchmarks.Archive;

/// <summary>Processes that read while one imports into the same archive, and what another waits for that saves a session.</summary>
internal static class ReadersDuringImport
{
    private const int Readers = 4;
    private const int Imported = 5_000;

    /// <summary>As much as an import saves in one transaction.</summary>
    private const int BatchBytes = 4 << 20;

    private static readonly TimeSpan BetweenSaves = TimeSpan.FromMilliseconds(200);

    public static async Task MeasureAsync(MadeArchives archives, BarTable table, TextWriter output)
    {
        var sessions = archives.Options.Counts.Small;
        var path = Path.Combine(archives.Folder, "read.db");
        File.Copy(await archives.PlaceAsync(sessions), path, overwrite: true);
        var queries = await archives.WriteQueriesAsync();
        output.WriteLine($"\n{Readers} processes read while one imports {Imported:N0} sessions");

        var readers = Enumerable.Range(0, Readers).Select(_ => ArchiveChildren.Reader(path, queries, sessions).Start()).ToList();
        using var writer = ArchiveChildren.Writer(path, sessions..(sessions + Imported), BatchBytes, archives.Options.Sessions).Start();
        var end = writer.StandardOutput.ReadToEndAsync();
        var saves = await SaveUntilAsync(end, archives, path, sessions + Imported);
        await writer.WaitForExitAsync();
        var isComplete = (await end).TrimEnd().EndsWith($"\n{sessions + Imported}", StringComparison.Ordinal);
        var reports = new List<ReaderReport>();
        foreach (var reader in readers)
            using (reader)
            {
                reader.StandardInput.Close();
                reports.Add(ReaderReport.Parse(await reader.StandardOutput.ReadToEndAsync()));
                output.Write(await reader.StandardError.ReadToEndAsync());
                await reader.WaitForExitAsync();
            }
        output.Write(await writer.StandardError.ReadToEndAsync());
        File.Delete(path);

        var (errors, slowest) = (reports.Sum(report => report.Errors), reports.Max(report => report.Slowest));
        table.Add(
            $"{Readers} processes read while one imports",
            "no error, no wait over 1 s",
            $"{reports.Sum(report => report.Calls):N0} calls, {errors} errors, p95 {reports.Max(report => report.P95):0} ms, slowest {slowest:0} ms; import {(isComplete ? "complete" : "FAILED")}",
            errors == 0 && slowest < 1000 && isComplete
        );
        table.Add(
            "  a session saved by yet another",
            "no wait over 1 s",
            $"{saves.Count} saves, p50 {new Times(saves).Median:0} ms, slowest {saves.Max():0} ms",
            saves.Max() < 1000
        );
    }

    /// <summary>As a server does that remembers what it fetched.</summary>
    private static async Task<List<double>> SaveUntilAsync(Task end, MadeArchives archives, string path, int number)
    {
        using var archive = SessionArchive.Open(path);
        var times = new List<double>();
        do
        {
            var session = MadeArchives.Archived(archives.Json(number++));
            var started = Stopwatch.GetTimestamp();
            await archive.SaveAsync(MadeArchives.Owner, session, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await Task.WhenAny(end, Task.Delay(BetweenSaves));
        } while (!end.IsCompleted);
        return times;
    }
}
