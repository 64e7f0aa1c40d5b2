using System.Diagnostics;
using System.Globalization;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Tests;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>An import that is stopped or killed, and the next one.</summary>
[Trait("Runs", "process")]
public sealed class ImportStopTests : OnImportVerb
{
    private const int ManyFiles = 60;
    private static readonly Random Random = new(4);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [Proves("signal: verbs")]
    public async Task A_signal_stops_it_and_the_same_command_goes_on(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs signals as POSIX has them.");
        WriteMany();
        using var process = Start();
        await SomeAreSavedAsync(process, 1);
        using (var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);

        var stopped = await CliProcess.EndAsync(process);
        var next = await ImportAsync(Files);

        Assert.Equal(130, stopped.ExitCode);
        Assert.StartsWith("Stopped. Imported sessions are saved", stopped.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(0, next.ExitCode);
        Assert.Equal(ManyFiles, CountIn(stopped) + CountIn(next));
        Assert.Equal(ManyFiles, (await IdsAsync()).Count);
    }

    [Fact]
    [Proves("killed")]
    public async Task Killed_at_any_moment_it_has_lost_nothing_and_the_next_run_completes()
    {
        WriteMany();
        var kept = new HashSet<string>();
        for (var kill = 0; kill < 3; kill++)
        {
            using var process = Start();
            await SomeAreSavedAsync(process, kept.Count + Random.Next(ManyFiles / 5));
            var saved = await IdsAsync();
            process.Kill();
            await CliProcess.EndAsync(process);

            Assert.Subset((await IdsAsync()).ToHashSet(), saved.ToHashSet());
            kept.UnionWith(saved);
            if (saved.Count == 0)
                continue; // The file may have been made, and is still empty, which is a finding of its own.
            using var archive = SessionArchive.Open(Archive);
            Assert.Empty(await archive.Maintenance.VerifyAsync(TestContext.Current.CancellationToken));
        }

        var last = await ImportAsync(Files);

        Assert.Equal((0, ""), (last.ExitCode, last.Error));
        Assert.Equal(ManyFiles, (await IdsAsync()).Count);
        using var whole = SessionArchive.Open(Archive);
        Assert.Empty(await whole.Maintenance.VerifyAsync(TestContext.Current.CancellationToken));
        await foreach (
            var session in whole.Maintenance.ExportAsync(ArchiveOwners.Local, broken => throw broken, TestContext.Current.CancellationToken)
        )
            Assert.Equal(
                await File.ReadAllTextAsync(
                    Path.Combine(Files, $"{session.Session.Summary.SessionId}.json"),
                    TestContext.Current.CancellationToken
                ),
                session.Session.Json.ToString()
            );
    }

    private Process Start() => CliProcess.Start([], "import", Files, "--archive", Archive);

    /// <summary>12 MB of sessions, which take several batches unless the program is native.</summary>
    private void WriteMany()
    {
        for (var file = 0; file < ManyFiles; file++)
        {
            SomeEvents[] texts = [.. Enumerable.Range(0, 40).Select(_ => Some.Text(Words(1_000)))];
            Write($"ses-{file}.json", Some.SessionText($"ses-{file}", "Many", texts));
        }
    }

    private static string Words(int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ => Random.Next(10_000).ToString("x", CultureInfo.InvariantCulture)));

    private static int CountIn(CliRun run) =>
        run.Output.StartsWith("Nothing", StringComparison.Ordinal) ? 0 : int.Parse(run.Output.Split(' ')[0], CultureInfo.InvariantCulture);
}
