using System.Diagnostics;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Sources;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>An archive, a folder of files, and the command that imports them.</summary>
public abstract class OnImportVerb : IDisposable
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private protected TempFolder Folder { get; } = new();

    protected string Archive => Path.Combine(Folder.Path, "archive.db");

    protected string Files => Directory.CreateDirectory(Path.Combine(Folder.Path, "files")).FullName;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Folder.Dispose();
    }

    private protected Task<CliRun> ImportAsync(params string[] arguments) =>
        CliProcess.RunAsync(["import", .. arguments, "--archive", Archive]);

    protected string Write(string name, string text) => Folder.Write(Path.Combine(Path.GetFileName(Files), name), text);

    /// <summary>Waits until others can see this many sessions, or the import has ended.</summary>
    protected async Task SomeAreSavedAsync(Process process, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!process.HasExited && (!File.Exists(Archive) || (await IdsAsync()).Count < count))
            await Task.Delay(5, patience.Token);
    }

    protected async Task<List<string>> IdsAsync()
    {
        using var archive = SessionArchive.Open(Archive);
        var summaries = await archive.ListAsync(ArchiveOwners.Local, SessionFilter.All, null, 1_000, TestContext.Current.CancellationToken);
        return [.. summaries.Select(summary => summary.SessionId)];
    }
}
