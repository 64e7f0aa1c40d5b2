using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Following;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>An archive behind PgBouncer in transaction mode, where each transaction of a client may be at another connection of the server.</summary>
public sealed class PgBouncerTests(PostgresServer server) : IAsyncLifetime
{
    private const string Owner = ArchiveOwners.Local;

    private PgBouncer bouncer = null!;
    private string direct = "";

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private string Place => $"{direct}&port={PgBouncer.Port}";

    public async ValueTask InitializeAsync()
    {
        if (PgBouncer.Program is null)
            Assert.Skip(PgBouncer.Missing);
        direct = await server.NewDatabaseAsync(TestEnd);
        bouncer = await PgBouncer.StartAsync(server.Folder, PostgresPlace.Parse(direct).User, TestEnd);
    }

    public async ValueTask DisposeAsync()
    {
        if (bouncer is null)
            return;
        await bouncer.DisposeAsync();
        await server.DropAsync(direct, CancellationToken.None);
    }

    [Fact]
    public async Task Replicas_make_the_tables_and_save_find_and_delete_as_without_it()
    {
        var replicas = Enumerable.Range(0, 4).Select(_ => new PostgresArchive(Place)).ToList();

        await Task.WhenAll(
            from replica in replicas.Index()
            from number in Enumerable.Range(0, 6)
            select replica.Item.SaveAsync(
                number % 2 == 0 ? Owner : $"token:{number}",
                Archived($"s{replica.Index}-{number}", $"the red lamp {replica.Index}-{number}"),
                TestEnd
            )
        );
        var pages = await Task.WhenAll(replicas.Select(replica => FoundAsync(replica, Owner)));
        var theirs = await FoundAsync(replicas[0], "token:1");
        await Task.WhenAll(replicas.Index().Select(one => one.Item.DeleteAsync(Owner, $"s{one.Index}-0", TestEnd)));

        Assert.All(pages, page => Assert.Equal(12, page.Length));
        Assert.Equal(["s0-1", "s1-1", "s2-1", "s3-1"], theirs.Order());
        Assert.Equal(8, (await replicas[0].CountAsync(Owner, TestEnd)).Sessions);
        Assert.NotNull(await replicas[1].FindAsync(Owner, "s3-2", TestEnd));
        Assert.Null(await replicas[1].FindAsync(Owner, "s3-1", TestEnd));
        Assert.Empty(await replicas[0].Maintenance.VerifyAsync(TestEnd));
        replicas.ForEach(replica => replica.Dispose());
    }

    [Fact]
    public async Task Followers_hear_of_changes_by_polls()
    {
        using var writer = new PostgresArchive(Place);
        using var reader = new PostgresArchive(Place);
        await writer.SaveAsync(Owner, Archived("s", "first"), TestEnd);
        var time = new FakeTimeProvider();
        var catalog = new SessionCatalog([new ArchiveSource(reader)], new SessionCache(), time);
        var updates = new SessionUpdates(catalog, time, NullLogger<SessionUpdates>.Instance);
        using var follower = await updates.FollowAsync("s", Caller.Local, TestEnd);

        await writer.SaveAsync(Owner, Archived("s", "second", SessionText.Lately), TestEnd);
        var next = follower.NextAsync(TestEnd);
        while (!next.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            await Task.WhenAny(next, Task.Delay(50, TestEnd));
        }

        await next;
    }

    private static async Task<string[]> FoundAsync(PostgresArchive archive, string owner) =>
        [
            .. (
                await archive.SearchAsync(
                    new OutgoingDoor(),
                    [owner],
                    SearchQuery.Parse("\"red lamp\""),
                    SearchFilter.All,
                    50,
                    null,
                    TestEnd
                )
            ).Hits.Select(hit => hit.Session.SessionId),
        ];

    private static ArchivedSession Archived(string id, string says, string updated = SessionText.LongAgo) =>
        new(SessionText.Parsed(id, updated, says), SessionOrigin.File, DateTimeOffset.UnixEpoch);
}
