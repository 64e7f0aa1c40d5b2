using ChatSessions;
using ChatSessions.Archive;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>What a process that imports has saved.</summary>
internal static class SavedEvents
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until a session has at least this many events in an archive.</summary>
    public static async Task UntilAsync(string path, string session, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var archive = SessionArchive.Open(path);
        while (
            (await archive.FindAsync(ArchiveOwners.Local, session, patience.Token))?.Session.Events.Length is not { } saved || saved < count
        )
            await Task.Delay(20, patience.Token);
    }
}
