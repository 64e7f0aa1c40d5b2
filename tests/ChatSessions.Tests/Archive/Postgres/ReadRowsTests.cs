using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Search;
using ChatSessions.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>What an archive at a server reads to answer: not all that an owner has, and nothing of others.</summary>
public sealed class ReadRowsTests(PostgresServer server) : OnPostgresServer(server)
{
    private const int Many = 3_000;

    /// <summary>Far fewer than there are.</summary>
    private const int Few = 200;

    /// <summary>When the newest of many sessions was updated, in ticks; each other one is a tick older.</summary>
    private const long Newest = 638_000_000_000_000_000;

    [Fact]
    public async Task A_page_in_the_middle_of_a_list_reads_about_as_many_sessions_as_it_has()
    {
        using var database = await ManyAsync();

        var (page, read) = await ReadAsync(
            database,
            (work, owner) =>
                SessionList.ReadAsync(work, owner, SessionFilter.Usual, new(new(Newest - Many / 2, TimeSpan.Zero), "shop1500"), 20)
        );

        Assert.Equal(20, page.Count);
        Assert.InRange(read, 20, Few);
    }

    [Fact]
    public async Task A_list_of_a_project_reads_its_sessions_only()
    {
        using var database = await ManyAsync();

        var (page, read) = await ReadAsync(
            database,
            (work, owner) => SessionList.ReadAsync(work, owner, new() { Recorded = new(Project: "web/api") }, after: null, 20)
        );

        Assert.Equal(["web"], page.Select(session => session.SessionId));
        Assert.InRange(read, 1, Few);
    }

    [Fact]
    public async Task A_transaction_reads_its_owners_only()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        await archive.SaveAsync(Owner, Archived(Some.Session("s", null, Some.Text("hello"))), TestEnd);
        await ExecuteAsync(
            place,
            $"insert into chat_mcp.owner (name) select 'other' || n from generate_series(1, {Many}) n; analyze chat_mcp.owner"
        );
        using var database = new Database(PostgresPlace.Parse(place));

        var read = await database.ReadAsync(
            [Owner],
            () => Task.FromResult(0L),
            async work =>
            {
                Assert.Equal(1, await work.NumberAsync("select count(*) from chat_mcp.session"));
                return await work.NumberAsync("select pg_stat_get_xact_tuples_returned('chat_mcp.owner'::regclass)") ?? 0;
            },
            TestEnd
        );

        Assert.InRange(read, 0, Few);
    }

    [Fact]
    public async Task What_several_owners_have_is_counted_again_only_after_a_change()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        using var database = new Database(PostgresPlace.Parse(place));
        var shared = new LastUsed<string, long>(8);
        foreach (var (owner, id) in (ValueTuple<string, string>[])[("ann", "s1"), ("ann", "s2"), ("bob", "s2"), ("bob", "s3")])
            await SaveAsync(owner, id);

        Assert.Equal((3, 1), (await CountAsync("ann", "bob"), shared.Values.Count));
        Assert.Equal((3, 1), (await CountAsync("ann", "bob"), shared.Values.Count));
        // As many as before, and another one.
        await archive.DeleteAsync("bob", "s2", TestEnd);
        await SaveAsync("bob", "s4");
        Assert.Equal((4, 2), (await CountAsync("ann", "bob"), shared.Values.Count));
        Assert.Equal((2, 2), (await CountAsync("bob"), shared.Values.Count));

        Task<SaveOutcome> SaveAsync(string owner, string id) =>
            archive.SaveAsync(owner, Archived(Some.Session(id, null, Some.Text("hello"))), TestEnd);

        Task<long> CountAsync(params string[] owners) =>
            database.ReadAsync(
                owners,
                () => Task.FromResult(0L),
                async work =>
                    (
                        await ArchiveCounts.ReadAsync(
                            work,
                            new(owners, SearchFilter.All with { Recorded = new(IncludeSubagents: true) }, null),
                            shared
                        )
                    ).Sessions,
                TestEnd
            );
    }

    /// <summary>An archive with many sessions of one folder, of which every tenth is an earlier state, and one session of another.</summary>
    private async Task<Database> ManyAsync()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        using (var archive = new PostgresArchive(place))
            foreach (var folder in (string[])["shop", "web"])
                await archive.SaveAsync(
                    Owner,
                    Archived(Some.Imported(folder, $$"""{"format":"codex","cwd":"/home/ann/{{folder}}/api"}""", Some.Text("lamp"))),
                    TestEnd
                );
        await ExecuteAsync(
            place,
            $"""
            insert into chat_mcp.session select owner, no + 1000 * n, id || n, origin, {Newest} - n, outcome, events, bytes, crc, fetched_at, summary, title,
              indexes, agent, folder, branch, parent, case when n % 10 = 0 then id || n - 1 end, original
            from chat_mcp.session cross join generate_series(1, {Many}) n where id = 'shop';
            analyze chat_mcp.session;
            """
        );
        return new Database(PostgresPlace.Parse(place));
    }

    /// <summary>What a query returns, and how many sessions and entries of their indexes it reads.</summary>
    private static Task<(T Result, long Read)> ReadAsync<T>(Database database, Func<Work, long, Task<T>> read) =>
        database.ReadAsync<(T, long)>(
            [Owner],
            () => throw new InvalidOperationException(),
            async work =>
            {
                var result = await read(work, work.OwnerNumbers[0]);
                var rows = await work.NumberAsync(
                    """
                    select sum(pg_stat_get_xact_tuples_returned(c.oid))::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = 'chat_mcp' and c.relname like 'session%' and c.relkind in ('r', 'i')
                    """
                );
                return (result, rows ?? 0);
            },
            TestEnd
        );
}
