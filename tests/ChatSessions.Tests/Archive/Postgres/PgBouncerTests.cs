using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Following;
using ChatSessions.Model;
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

    private string Place => $"{direct}&port={PgBouncer.Port}&password={PgBouncer.Password}";

    public async ValueTask InitializeAsync()
    {
        if (PgBouncer.Program is null)
            Assert.Skip(PgBouncer.Missing);
        direct = await server.NewDatabaseAsync(TestEnd);
        var place = PostgresPlace.Parse(direct);
        bouncer = await PgBouncer.StartAsync(server.Folder, place.Database, place.User, TestEnd);
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

    [Fact]
    public async Task What_it_refuses_is_named_without_the_password()
    {
        var place = PostgresPlace.Parse(Place);

        await RefusedAsync(
            Place.Replace(PgBouncer.Password, "wr0ng-pw"),
            $"The PostgreSQL server {server.Folder} refused the user {place.User}."
        );
        await RefusedAsync(Place.Replace(place.User, "nobody"), $"The PostgreSQL server {server.Folder} refused the user nobody.");
        await RefusedAsync(Place.Replace(place.Database, "absent"), $"PgBouncer at {server.Folder} has no database absent.");
        // It has no rule for this one, so its own words are shown.
        await RefusedAsync($"{Place}&options=-c%20geqo%3Doff", "unsupported startup parameter");

        static async Task RefusedAsync(string to, string says)
        {
            using var archive = new PostgresArchive(to);
            var error = await Assert.ThrowsAsync<ChatSessionException>(() => archive.SaveAsync(Owner, Archived("s", "hello"), TestEnd));
            Assert.Equal(ChatSessionError.Unavailable, error.Error);
            Assert.Contains(says, error.Message);
            Assert.DoesNotContain("-pw", error.ToString());
        }
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
