using System.Net;
using System.Net.Sockets;
using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Npgsql;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>The behaviour that only an archive at a server has.</summary>
public sealed class PostgresServerTests(PostgresServer server)
{
    private const string Owner = ArchiveOwners.Local;

    private static readonly string[] Tables =
    [
        "owner",
        "session",
        "chunk",
        "entry",
        "words",
        "word",
        "original",
        "original_part",
        "imported",
        "deleted",
    ];

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replicas_that_start_at_once_make_the_tables_once()
    {
        var place = await server.NewDatabaseAsync(TestEnd);
        var replicas = Enumerable.Range(0, 6).Select(_ => new PostgresArchive(place)).ToList();

        await Task.WhenAll(replicas.Select((replica, number) => SaveAsync(replica, $"s{number}")));

        Assert.All(replicas, replica => Assert.Equal(6, replica.CountAsync(Owner, TestEnd).Result.Sessions));
        Assert.Empty(await replicas[0].Maintenance.VerifyAsync(TestEnd));
        replicas.ForEach(replica => replica.Dispose());
    }

    [Fact]
    public async Task An_archive_of_a_newer_version_is_refused_and_stays_as_it_is()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        await server.ExecuteAsync(DatabaseOf(place), "update chat_mcp.setting set value = 99 where name = 'format'", TestEnd);
        using var archive = new PostgresArchive(place);

        var reading = await Assert.ThrowsAsync<ChatSessionException>(() => archive.FindAsync(Owner, "s", TestEnd));
        var writing = await Assert.ThrowsAsync<ChatSessionException>(() => SaveAsync(archive, "s"));

        Assert.Contains("was written by a newer version (format 99; this version supports 5)", reading.Message);
        Assert.Equal(reading.Message, writing.Message);
    }

    [Fact]
    public async Task An_archive_of_the_first_format_is_brought_up_to_date()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using (var archive = new PostgresArchive(place))
            await archive.SaveAllAsync(
                Owner,
                [
                    Archived(
                        Some.Imported(
                            "s",
                            """{"format":"codex","cwd":"/home/ann/shop","git_branch":"fix"}""",
                            Some.Text("the red lamp"),
                            Some.ToolUse("Bash", """{"command":"hello"}""", "\"no lamp is red\"")
                        )
                    ),
                    Archived(Some.Imported("sub", """{"format":"codex","parent_session_id":"s"}""", Some.Text("the lamp"))),
                ],
                TestEnd
            );
        await server.ExecuteAsync(
            DatabaseOf(place),
            $"""
            set role chat_mcp;
            drop table chat_mcp.deleted;
            drop policy found on chat_mcp.words;
            drop index chat_mcp.words_lexemes_idx;
            drop function chat_mcp.lexemes;
            alter table chat_mcp.words no force row level security;
            update chat_mcp.words set
              words = words || U&'\E000 ' || regexp_replace(marks, U&'\E000[pfab][^ ]* ', '', 'g') || U&'\E000n12_' || (session >> 12) || ' ';
            alter table chat_mcp.words force row level security;
            alter table chat_mcp.words drop column marks, drop column pairs;
            create function chat_mcp.lexemes(words text) returns tsvector language sql immutable as $$ select array_to_tsvector(string_to_array(btrim(words), ' ')) $$;
            create index words_lexemes_idx on chat_mcp.words using gin (chat_mcp.lexemes(words));
            create policy found on chat_mcp.words for select using (true);
            update chat_mcp.setting set value = 1 where name = 'format';
            """,
            TestEnd
        );

        using var again = new PostgresArchive(place);

        Assert.Equal(2, (await again.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Empty(await again.Maintenance.VerifyAsync(TestEnd));
        Assert.Equal("0", await SearchAsync("\"red lamp\"", new()));
        Assert.Equal("1", await SearchAsync("hello", new()));
        Assert.Equal("2", await SearchAsync("lamp", new(Outcome: ToolOutcomeKind.Ok)));
        Assert.Equal("", await SearchAsync("lamp", new(Outcome: ToolOutcomeKind.Failed)));
        Assert.Equal("2", await SearchAsync("lamp", new(Tool: "Bash", Kind: SearchKind.Result)));
        Assert.Equal("0 2", await SearchAsync("lamp", new() { Recorded = new(Project: "shop", Branch: "fix", Agent: "codex") }));
        Assert.Equal("0 2", await SearchAsync("lamp", SearchFilter.All));
        Assert.Equal("0 0 2", await SearchAsync("lamp", new() { Recorded = new(IncludeSubagents: true) }));
        Assert.True(await again.DeleteAsync(Owner, "s", TestEnd));
        Assert.Single(await again.Maintenance.ListDeletedAsync(Owner, TestEnd));

        async Task<string> SearchAsync(string query, SearchFilter filter)
        {
            var page = await again.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse(query), filter, 5, null, TestEnd);
            return string.Join(' ', page.Hits.Select(hit => hit.Position).Order());
        }
    }

    [Fact]
    public async Task Phrases_are_found_in_texts_with_the_pairs_of_an_earlier_format()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using (var archive = new PostgresArchive(place))
            await archive.SaveAsync(Owner, Archived(Some.Session("s", null, Some.Text("the red lamp"))), TestEnd);
        await server.ExecuteAsync(
            DatabaseOf(place),
            $"""
            set role chat_mcp;
            alter table chat_mcp.words no force row level security;
            update chat_mcp.words set pairs = U&'\+0F3F9C\+0F2B13';
            alter table chat_mcp.words force row level security;
            update chat_mcp.setting set value = 4 where name = 'format';
            """,
            TestEnd
        );

        using var again = new PostgresArchive(place);
        var page = await again.SearchAsync(
            new OutgoingDoor(),
            [Owner],
            SearchQuery.Parse("\"red lamp\""),
            SearchFilter.All,
            5,
            null,
            TestEnd
        );

        Assert.Equal("s", Assert.Single(page.Hits).Session.SessionId);
    }

    [Fact]
    public async Task Tables_without_partitions_as_Citus_needs_them_serve_as_well()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        var file = new ImportedFile("/a/b.jsonl", default);
        await archive.SaveImportedAsync(Owner, [(Archived(SessionText.Parsed("s", says: "hello")), file)], TimeProvider.System, TestEnd);
        var statements = (await File.ReadAllTextAsync(Path.Combine(ArchitectureTests.Root, "deploy", "citus.sql"), TestEnd)).Split(
            "-- Distributes them,"
        )[0];

        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(statements));
        Assert.True(await archive.DeleteAsync(Owner, "s", TestEnd));
        await ExecuteAsync(statements);
        Assert.Single(await archive.Maintenance.ListDeletedAsync(Owner, TestEnd));
        Assert.Single(await archive.Maintenance.ListImportedAsync(Owner, TestEnd));
        foreach (var owner in (string[])[Owner, "other"])
            await archive.SaveAsync(owner, Archived(Some.Session("s", null, Some.Text($"the red lamp of {owner}"))), TestEnd);

        Assert.Contains("The archive is not empty.", refused.MessageText);
        Assert.Equal(0, await CountAsync("select count(*) from pg_partitioned_table"));
        Assert.Equal(
            await CountAsync(
                "select count(*) from pg_class where relkind = 'r' and relnamespace = 'chat_mcp'::regnamespace and relname <> 'setting'"
            ),
            await CountAsync("select count(*) from pg_class where relforcerowsecurity")
        );
        Assert.Equal(6, await CountAsync("select count(*) from pg_constraint where contype = 'f'"));
        Assert.Equal("the red lamp of local", Assert.Single((await SearchAsync("\"red lamp\"")).Hits).Snippet.Text);
        Assert.Empty(await archive.Maintenance.VerifyAsync(TestEnd));
        Assert.True(await archive.DeleteAsync(Owner, "s", TestEnd));
        Assert.Empty((await SearchAsync("lamp")).Hits);
        Assert.Single(await archive.ListAsync("other", SessionFilter.All, null, 5, TestEnd));

        Task ExecuteAsync(string sql) => server.ExecuteAsync(DatabaseOf(place), $"set role chat_mcp; {sql}", TestEnd);

        Task<SearchPage> SearchAsync(string query) =>
            archive.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse(query), SearchFilter.All, 5, null, TestEnd);

        async Task<long> CountAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(PostgresPlace.Parse(place).ConnectionString);
            await connection.OpenAsync(TestEnd);
            await using var command = new NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync(TestEnd))!;
        }
    }

    [Fact]
    public async Task A_query_that_says_no_owner_sees_nothing_and_one_of_another_owner_writes_nothing()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using (var archive = new PostgresArchive(place))
        {
            await archive.SaveImportedAsync(
                Owner,
                [
                    (
                        new ArchivedSession(SessionText.Parsed("s"), new SessionOrigin("codex"), DateTimeOffset.UnixEpoch)
                        {
                            Original = ArchivedStateTests.Original("one"),
                        },
                        new ImportedFile("/a/b.jsonl", default)
                    ),
                ],
                TimeProvider.System,
                TestEnd
            );
            await SaveAsync(archive, "gone");
            await archive.DeleteAsync(Owner, "gone", TestEnd);
            await SaveAsync(archive, "theirs", owner: "other");
        }
        await using var connection = new NpgsqlConnection(PostgresPlace.Parse(place).ConnectionString);
        await connection.OpenAsync(TestEnd);

        foreach (var table in Tables)
        {
            Assert.Equal(0, await CountAsync($"select count(*) from chat_mcp.{table}"));
            await using var transaction = await connection.BeginTransactionAsync(TestEnd);
            await CountAsync("select set_config('chat_mcp.owner', 'local', true), set_config('chat_mcp.words', '''\uE000w1''', true)", 0);
            Assert.True(await CountAsync($"select count(*) from chat_mcp.{table}") > 0, table);
            await CountAsync("select set_config('chat_mcp.owner', 'nobody', true)", 0);
            Assert.Equal(0, await CountAsync($"select count(*) from chat_mcp.{table}"));
        }
        // The setting has ended with the transaction.
        Assert.Equal(0, await CountAsync("select count(*) from chat_mcp.session"));
        await using (await connection.BeginTransactionAsync(TestEnd))
        {
            await CountAsync("select set_config('chat_mcp.owner', 'other', true)", 0);
            var refused = await Assert.ThrowsAsync<PostgresException>(() =>
                CountAsync("insert into chat_mcp.word select no, 'x' from (select 1 no) o")
            );
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }

        async Task<long> CountAsync(string sql, long? instead = null)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            var value = await command.ExecuteScalarAsync(TestEnd);
            return instead ?? (long)value!;
        }
    }

    [Fact]
    public async Task After_its_connections_broke_the_next_call_works()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => SaveAsync(archive, $"s{number}")));

        await server.ExecuteAsync(
            "postgres",
            $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{DatabaseOf(place)}'",
            TestEnd
        );

        Assert.Equal(8, (await archive.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Equal(SaveOutcome.Added, await SaveAsync(archive, "s8"));
    }

    [Fact]
    public async Task A_server_that_is_gone_is_named_and_works_again_when_it_is_back()
    {
        await using var own = new PostgresServer();
        var place = await own.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        await SaveAsync(archive, "s");
        await own.StopAsync(TestEnd);

        var error = await Assert.ThrowsAsync<ChatSessionException>(() => archive.FindAsync(Owner, "s", TestEnd));
        await own.StartAsync(TestEnd);

        Assert.Equal(ChatSessionError.Unavailable, error.Error);
        Assert.Contains($"Cannot reach the PostgreSQL server {own.Folder}", error.Message);
        Assert.NotNull(await archive.FindAsync(Owner, "s", TestEnd));
    }

    [Fact]
    public async Task Each_failure_to_get_in_has_its_sentence_without_the_password()
    {
        var place = await server.NewDatabaseAsync(TestEnd);
        var database = DatabaseOf(place);
        var right = PostgresServer.Password;

        await RefusedAsync($"postgres://locked:wrong-{right}@/{database}?host={server.Folder}", "refused the user locked");
        await RefusedAsync($"postgres://locked@/{database}?host={server.Folder}", "wants a password for locked. Set PGPASSWORD");
        await RefusedAsync($"postgres://chat_mcp:{right}@/absent?host={server.Folder}", "There is no database absent");
        await RefusedAsync($"postgres://locked:{right}@/{database}?host={server.Folder}", "The user locked may not use the archive");
        await RefusedAsync(
            $"postgres://locked@/{database}?host={server.Folder}&passfile=/absent/pgpass",
            "Cannot read the password file /absent/pgpass for the PostgreSQL server"
        );
        await RefusedAsync(
            $"postgres://locked@/{database}?host={server.Folder}&passfile={Path.GetTempPath()}absent.pgpass",
            $"Cannot read the password file {Path.GetTempPath()}absent.pgpass for the PostgreSQL server"
        );
        await RefusedAsync($"postgres://ann:{right}@127.0.0.1:{UnusedPort()}/x", "Cannot reach the PostgreSQL server 127.0.0.1:");

        async Task RefusedAsync(string to, string says)
        {
            using var archive = SessionArchive.Open(to);
            var error = await Assert.ThrowsAsync<ChatSessionException>(() => SaveAsync(archive, "s"));
            Assert.Equal(ChatSessionError.Unavailable, error.Error);
            Assert.Contains(says, error.Message);
            Assert.DoesNotContain(right, error.ToString());
        }
    }

    [Fact]
    public async Task A_server_without_TLS_is_refused_if_it_is_wanted()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync();
        using var archive = SessionArchive.Open(
            $"postgres://ann:pw@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/x?sslmode=require"
        );

        var error = await Assert.ThrowsAsync<ChatSessionException>(() => archive.FindAsync(Owner, "s", TestEnd));

        Assert.Contains("does not accept TLS as sslmode", error.Message);
        listener.Stop();
        await answering;

        async Task AnswerAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(TestEnd);
                    await client.GetStream().ReadExactlyAsync(new byte[8], TestEnd);
                    await client.GetStream().WriteAsync("N"u8.ToArray(), TestEnd);
                }
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException or IOException)
            {
                // The test has ended, and nobody listens any more.
            }
        }
    }

    [Fact]
    public async Task A_text_with_more_words_than_the_index_takes_is_found_by_each()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        var words = string.Join(' ', Enumerable.Range(0, 120_000).Select(number => $"word{number}x{number * 7919}"));
        await archive.SaveAsync(Owner, Archived(Some.Session("long", null, Some.Text($"{words} the red lamp"))), TestEnd);
        await SaveAsync(archive, "short", says: "lamp red");

        Assert.Equal(["long"], await FoundAsync("\"red lamp\""));
        Assert.Equal(["long"], await FoundAsync($"word119999x{119_999 * 7919}"));
        Assert.Equal(["long"], await FoundAsync("word77*"));
        Assert.Equal(["short"], await FoundAsync("lamp -the"));

        async Task<IEnumerable<string>> FoundAsync(string query) =>
            (
                await archive.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse(query), SearchFilter.All, 5, null, TestEnd)
            ).Hits.Select(hit => hit.Session.SessionId);
    }

    private static Task<SaveOutcome> SaveAsync(ISessionArchive archive, string id, string says = "hello", string owner = Owner) =>
        archive.SaveAsync(owner, Archived(SessionText.Parsed(id, says: says)), TestEnd);

    private static ArchivedSession Archived(Session session) => new(session, SessionOrigin.File, DateTimeOffset.UnixEpoch);

    private static string DatabaseOf(string place) => PostgresPlace.Parse(place).Database;

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
