using System.Diagnostics;
using ChatSessions;

namespace Benchmarks.Archive;

/// <summary>Imports that are killed at random moments: what they said that they had saved must be there, and nothing may be damaged.</summary>
internal static class KilledImports
{
    private const int Kills = 100;
    private const int Sessions = 1_500;
    private const int BatchBytes = 1 << 20;
    private const int LongestMilliseconds = 1_500;

    public static async Task MeasureAsync(MadeArchives archives, BarTable table, TextWriter output)
    {
        var path = Path.Combine(archives.Folder, "killed.db");
        var random = new Random(11);
        var (kills, whole, damaged, lost, acknowledged, kept) = (0, 0, 0, 0, 0, 0);
        output.WriteLine($"\nkilling {Kills} imports");
        while (kills < Kills || acknowledged < Sessions)
        {
            if (acknowledged == 0)
                Delete(path);
            var milliseconds = kills < Kills ? random.Next(LongestMilliseconds) : Timeout.Infinite;
            var said = await ImportAsync(ArchiveChildren.Writer(path, ..Sessions, BatchBytes, archives.Options.Sessions), milliseconds);
            // What an earlier import acknowledged holds too.
            acknowledged = Math.Max(acknowledged, said);
            kills += said < Sessions ? 1 : 0;
            kept += said < Sessions ? said : 0;
            using var archive = SessionArchive.Open(path);
            // An import that saved nothing may leave an empty file, which is a finding of its own.
            foreach (var finding in acknowledged == 0 ? [] : await archive.Maintenance.VerifyAsync(CancellationToken.None))
            {
                damaged++;
                output.WriteLine(finding.Says);
            }
            for (var number = 0; number < acknowledged; number++)
                if (
                    await archive.FindAsync(MadeArchives.Owner, RemixedSessions.Id(number), CancellationToken.None) is not { } found
                    || !found.Session.Json.Utf8.Span.SequenceEqual(archives.Json(number))
                )
                    lost++;
            if (said < Sessions)
                continue;
            whole++;
            if (kills < Kills)
                acknowledged = 0;
        }
        Delete(path);
        table.Add(
            $"SIGKILL at {kills} random moments of an import",
            "nothing damaged or lost",
            $"{damaged} findings of verify, {lost} lost; {(double)kept / kills:0} sessions acknowledged on the average; then complete {whole} times of {whole}",
            damaged + lost == 0
        );
    }

    /// <summary>Imports until the end or the kill; answers how many sessions were said to be saved.</summary>
    private static async Task<int> ImportAsync(Command command, int milliseconds)
    {
        using var process = command.Start();
        var errors = process.StandardError.ReadToEndAsync();
        var acknowledged = 0;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == ArchiveChildren.Ready)
                _ = KillAsync(process, milliseconds);
            else
                acknowledged = int.Parse(line);
        }
        await process.WaitForExitAsync();
        var message = await errors;
        return message.Length == 0 ? acknowledged : throw new InvalidOperationException(message);
    }

    private static async Task KillAsync(Process process, int milliseconds)
    {
        await Task.Delay(milliseconds);
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static void Delete(string path)
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*"))
            File.Delete(file);
    }
}
