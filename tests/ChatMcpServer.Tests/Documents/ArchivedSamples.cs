using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Sources;
using ChatSessions.Sources.Samples;

namespace ChatMcpServer.Tests.Documents;

/// <summary>An archive with the samples, for examples of searches.</summary>
internal static class ArchivedSamples
{
    public static async Task SaveAsync(string path)
    {
        using var archive = SessionArchive.Open(path);
        var samples = new SampleSource();
        await foreach (var page in samples.ListAsync(Caller.Local, SessionFilter.All, after: null, CancellationToken.None))
        foreach (var summary in page)
        {
            var sample = await samples.FindAsync(summary.SessionId, Caller.Local, CancellationToken.None);
            await archive.SaveAsync(
                ArchiveOwners.Local,
                new ArchivedSession(sample!, SessionOrigin.File, DateTimeOffset.UnixEpoch),
                CancellationToken.None
            );
        }
    }
}
