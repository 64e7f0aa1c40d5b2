using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;
using ChatSessions.Tests.Sources;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>The cloud with an archive next to it. Time stands still unless a test advances it.</summary>
public abstract class OnCloudWithArchive : IAsyncDisposable
{
    protected static readonly ChatSessionException NoAnswer = new(ChatSessionError.Unavailable, "No answer.");

    private static readonly LlamaCloudOptions Options = new() { ApiKey = "llx-test" };

    private protected OnCloudWithArchive()
    {
        Archive = new SqliteArchive(Path.Combine(Folder, "archive.db"));
        (Source, Catalog) = Over(Archive);
    }

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    private protected FakeSource Cloud { get; } = new("the cloud", SessionText.Parsed("a", says: "first"));

    protected string Folder { get; } = Directory.CreateTempSubdirectory("chat-sessions-").FullName;

    protected SqliteArchive Archive { get; }

    protected CloudWithArchive Source { get; }

    protected SessionCatalog Catalog { get; }

    private protected JumpingTime Clock => field ??= new(Time);

    protected static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Cloud.Gate.TrySetResult();
        await Source.DisposeAsync();
        Archive.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    protected static string Owner(Caller caller) => ArchiveOwners.LlamaCloud(Options, caller);

    private protected (CloudWithArchive, SessionCatalog) Over(ISessionArchive copies)
    {
        var memory = new SessionCache();
        var through = new CloudWithArchive(Cloud, copies, Owner, memory, Clock, NullLogger<CloudWithArchive>.Instance);
        return (through, new SessionCatalog([through], memory, Clock));
    }

    protected async Task ArchiveAsync(string id)
    {
        await GetAsync(id);
        await Source.SavedAsync();
    }

    protected Task<Session> GetAsync(string id) => Catalog.GetAsync(id, Caller.Local, TestEnd);

    protected Task<SessionListPage> ListAsync() => SessionListPage.ReadAsync(Catalog, SessionFilter.All, Caller.Local, 20, null, TestEnd);
}
