using System.Collections.Concurrent;
using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Following;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>
/// Updates across replicas: followers at one archive hear of what another saves. Time stands still, so no poll comes unless a test advances it.
/// </summary>
public sealed class SaveNoticesTests(PostgresServer server) : IAsyncLifetime
{
    private const string Owner = ArchiveOwners.Local;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly FakeTimeProvider time = new();
    private string place = null!;
    private PostgresArchive writer = null!;
    private PostgresArchive reader = null!;
    private SessionUpdates updates = null!;

    private CancellationToken Bounded => bound.Token;

    private string Database => PostgresPlace.Parse(place).Database;

    public async ValueTask InitializeAsync()
    {
        place = await server.NewArchiveAsync(Bounded);
        // Not before: the first test starts the server.
        bound.CancelAfter(Patience);
        writer = new PostgresArchive(place);
        reader = new PostgresArchive(place);
        updates = Updates(reader);
        await SaveAsync("s", "first");
    }

    public async ValueTask DisposeAsync()
    {
        if (place is null)
            return;
        writer.Dispose();
        reader.Dispose();
        await server.DropAsync(place, CancellationToken.None);
        bound.Dispose();
    }

    [Fact]
    public async Task What_another_replica_saves_or_deletes_is_heard_of_without_a_poll()
    {
        using var follower = await updates.FollowAsync("s", Caller.Local, Bounded);
        using var ofList = await updates.FollowListAsync(Caller.Local, Bounded);

        await SaveAsync("s", "second");
        await Task.WhenAll(follower.NextAsync(Bounded), ofList.NextAsync(Bounded));
        await writer.DeleteAsync(Owner, "s", Bounded);
        await follower.NextAsync(Bounded);
    }

    [Fact]
    public async Task What_is_imported_is_heard_of_too()
    {
        using var ofList = await updates.FollowListAsync(Caller.Local, Bounded);

        await writer.SaveImportedAsync(Owner, [(Archived("imported", "hello"), null)], TimeProvider.System, Bounded);

        await ofList.NextAsync(Bounded);
    }

    [Fact]
    public async Task Followers_share_one_connection_which_is_closed_when_the_last_has_left()
    {
        Assert.Equal(0, await ListeningAsync());
        var followers = new List<SessionFollower>
        {
            await updates.FollowAsync("s", Caller.Local, Bounded),
            await updates.FollowListAsync(Caller.Local, Bounded),
        };
        await ListeningMustBeAsync(1);

        followers[0].Dispose();
        Assert.Equal(1, await ListeningAsync());
        followers[1].Dispose();
        await ListeningMustBeAsync(0);

        using var again = await updates.FollowAsync("s", Caller.Local, Bounded);
        await ListeningMustBeAsync(1);
        await SaveAsync("s", "second");
        await again.NextAsync(Bounded);
    }

    [Fact]
    public async Task An_archive_that_is_closed_listens_no_more()
    {
        using var follower = await updates.FollowAsync("s", Caller.Local, Bounded);
        await ListeningMustBeAsync(1);

        reader.Dispose();

        await ListeningMustBeAsync(0);
    }

    [Fact]
    public async Task A_lost_connection_is_opened_again()
    {
        using var follower = await updates.FollowAsync("s", Caller.Local, Bounded);
        await ListeningMustBeAsync(1);
        var lost = await PidsAsync();

        await server.ExecuteAsync("postgres", $"select pg_terminate_backend({lost.Single()})", Bounded);
        while ((await PidsAsync()).Except(lost).Count() != 1)
            await Task.Delay(20, Bounded);
        await SaveAsync("s", "second");

        await follower.NextAsync(Bounded);
    }

    [Fact]
    public async Task Where_listening_is_refused_polls_find_the_changes()
    {
        // Its one connection is the archive's.
        var narrow = $"narrow_{Database}";
        await server.ExecuteAsync("postgres", $"create role {narrow} login connection limit 1 in role chat_mcp", Bounded);
        using (var archive = new PostgresArchive($"{server.Place(Database, narrow)}&max_pool_size=1"))
        {
            using var follower = await Updates(archive).FollowAsync("s", Caller.Local, Bounded);
            await SaveAsync("s", "second");
            var next = follower.NextAsync(Bounded);

            while (!next.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(2));
                await Task.WhenAny(next, Task.Delay(50, Bounded));
            }

            await next;
            Assert.Equal(0, await ListeningAsync());
        }
    }

    [Fact]
    public async Task A_notice_holds_nothing_and_there_is_none_if_nothing_has_changed()
    {
        var heard = new ConcurrentQueue<string>();
        await using var connection = await ConnectAsync();
        connection.Notification += (_, notice) => heard.Enqueue($"{notice.Channel}:{notice.Payload}");
        await using (var listen = new NpgsqlCommand("listen chat_mcp", connection))
            await listen.ExecuteNonQueryAsync(Bounded);

        await SaveAsync("s", "first");
        await writer.FindAsync(Owner, "s", Bounded);
        await Assert.ThrowsAnyAsync<Exception>(() => writer.SaveImportedAsync(Owner, Interrupted(), TimeProvider.System, Bounded));
        await writer.SaveAllAsync(Owner, [Archived("a", "hello"), Archived("b", "hello")], Bounded);
        while (heard.IsEmpty)
            await connection.WaitAsync(Bounded);
        await using (var last = new NpgsqlCommand("select 1", connection))
            await last.ExecuteNonQueryAsync(Bounded);

        Assert.Equal(["chat_mcp:"], heard);

        static IEnumerable<(ArchivedSession?, ImportedFile?)> Interrupted()
        {
            yield return (Archived("c", "hello"), null);
            throw new InvalidOperationException("The import failed.");
        }
    }

    private SessionUpdates Updates(ISessionArchive archive) =>
        new(new SessionCatalog([new ArchiveSource(archive)], new SessionCache(), time), time, NullLogger<SessionUpdates>.Instance);

    private Task<SaveOutcome> SaveAsync(string id, string says) => writer.SaveAsync(Owner, Archived(id, says), Bounded);

    private static ArchivedSession Archived(string id, string says) =>
        new(
            SessionText.Parsed(id, says == "first" ? SessionText.LongAgo : SessionText.Lately, says),
            SessionOrigin.File,
            DateTimeOffset.UnixEpoch
        );

    private async Task ListeningMustBeAsync(int connections)
    {
        while (await ListeningAsync() != connections)
            await Task.Delay(20, Bounded);
    }

    private async Task<int> ListeningAsync() => (await PidsAsync()).Count;

    /// <summary>The processes of the server whose clients listen.</summary>
    private async Task<List<int>> PidsAsync()
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(
            $"select pid from pg_stat_activity where datname = '{Database}' and query = 'listen chat_mcp' and state = 'idle'",
            connection
        );
        await using var rows = await command.ExecuteReaderAsync(Bounded);
        var pids = new List<int>();
        while (await rows.ReadAsync(Bounded))
            pids.Add(rows.GetInt32(0));
        return pids;
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection($"Host={server.Folder};Username=postgres;Database={Database};Pooling=False");
        await connection.OpenAsync(Bounded);
        return connection;
    }
}
