using ChatSessions.Sources;
using ChatSessions.Sources.Sqlite;

namespace ChatMcpServer.Tests.Documents;

/// <summary>An archive that holds the samples, for what is to be shown of a search.</summary>
internal static class ArchivedSamples
{
    /// <summary>Makes the archive.</summary>
    /// <param name="path">Its file.</param>
    public static async Task SaveAsync(string path)
    {
        using var archive = new SqliteArchive(path);
        var samples = new SampleSource();
        await foreach (var page in samples.ListAsync(SessionScope.Default, after: null, CancellationToken.None))
        foreach (var summary in page)
        {
            var sample = await samples.FindAsync(summary.SessionId, SessionScope.Default, CancellationToken.None);
            await archive.SaveAsync(
                ArchiveOwners.Local,
                new ArchivedSession(sample!, SessionOrigin.File, DateTimeOffset.UnixEpoch),
                CancellationToken.None
            );
        }
    }
}
