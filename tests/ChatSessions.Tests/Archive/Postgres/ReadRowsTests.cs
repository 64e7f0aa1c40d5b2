using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Npgsql;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>What an archive at a server reads to answer, and what it waits for: not all that an owner has, and nothing of others.</summary>
public sealed class ReadRowsTests(PostgresServer server)
{
    private const string Owner = ArchiveOwners.Local;

    private const int Many = 3_000;

    /// <summary>Far fewer than there are.</summary>
    private const int Few = 200;

    /// <summary>When the newest of many sessions was updated, in ticks; each other one is a tick older.</summary>
    private const long Newest = 638_000_000_000_000_000;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

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
        var place = await server.NewArchiveAsync(TestEnd);
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
    public async Task The_index_of_words_finds_texts_of_the_owner_only()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        foreach (var owner in (string[])["ann", "bob"])
            await archive.SaveAsync(owner, Archived(Some.Session("s", null, Some.Text($"the lamp of {owner}"))), TestEnd);
        var many = string.Join(' ', Enumerable.Range(0, 120_000).Select(number => $"word{number}"));
        await archive.SaveAsync("bob", Archived(Some.Session("long", null, Some.Text(many))), TestEnd);
        var (ann, bob) = (
            await NumberAsync("select no from chat_mcp.owner where name = 'ann'"),
            await NumberAsync("select no from chat_mcp.owner where name = 'bob'")
        );

        Assert.Equal(1, await FoundAsync(Query(ann)));
        Assert.Equal(2, await FoundAsync(Query(bob)));
        Assert.Equal(3, await FoundAsync(Query(ann, bob)));
        Assert.Equal(1, await FoundAsync(WordsCondition.AllOf(ann)));
        Assert.Equal(2, await FoundAsync(WordsCondition.AllOf(bob)));

        static string Query(params long[] owners) => new WordsCondition(Word("lamp"), [], owners, withSubagents: false).Query([]);

        Task<long> FoundAsync(string query) =>
            NumberAsync(
                $"select count(*) from chat_mcp.words where chat_mcp.lexemes(words, marks, pairs, owner, session) @@ $${query}$$::tsquery"
            );

        // A superuser sees the rows of all owners.
        async Task<long> NumberAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(
                PostgresPlace.Parse(server.Place(PostgresPlace.Parse(place).Database, "postgres")).ConnectionString
            );
            await connection.OpenAsync(TestEnd);
            await using var command = new NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync(TestEnd))!;
        }
    }

    [Fact]
    public async Task The_index_of_words_knows_which_words_follow_each_other_and_what_filters_ask_for()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        await archive.SaveAllAsync(
            Owner,
            [
                Archived(Imported("s0", "shop", "fix", Some.Text("the red lamp is on"))),
                Archived(Imported("s1", "web", "fix", Some.Text("is the lamp red?"))),
                Archived(Imported("s2", "web", "main", Some.Text("the redLamp"))),
                Archived(Some.Imported("s3", """{"format":"codex","parent_session_id":"s0"}""", Some.Text("the red lamp"))),
            ],
            TestEnd
        );
        using var database = new Database(PostgresPlace.Parse(place));

        Assert.Equal("s3 s2 s1 s0", await FoundAsync(new TextMatch.All([Word("red"), Word("lamp")]), []));
        Assert.Equal("s3 s2 s0", await FoundAsync(new TextMatch.Words(["red", "lamp"], false), []));
        Assert.Equal("s3 s0", await FoundAsync(new TextMatch.Words(["the", "red", "la"], IsPrefix: true), []));
        Assert.Equal("", await FoundAsync(new TextMatch.Words(["lamp", "the"], false), []));
        Assert.Equal("s2 s1 s0", await FoundAsync(Word("the"), [], withSubagents: false));
        Assert.Equal("s2 s1", await FoundAsync(Word("the"), [WordsCondition.AnyOf([Mark.Folder("/HOME/WEB")])]));
        Assert.Equal("s1 s0", await FoundAsync(Word("the"), [WordsCondition.AnyOf([Mark.Branch("fix"), Mark.Branch("other")])]));
        Assert.Equal("s3 s2 s1 s0", await FoundAsync(Word("the"), [WordsCondition.AnyOf([Mark.Agent("codex")])]));

        static Session Imported(string id, string folder, string branch, SomeEvents says) =>
            Some.Imported(id, $$"""{"format":"codex","cwd":"/home/{{folder}}","git_branch":"{{branch}}"}""", says);

        async Task<string> FoundAsync(TextMatch match, IReadOnlyList<string> marks, bool withSubagents = true) =>
            await database.ReadAsync(
                [Owner],
                () => throw new InvalidOperationException(),
                async work =>
                    string.Join(
                        ' ',
                        await work.FindWordsAsync(
                            new WordsCondition(match, marks, work.OwnerNumbers, withSubagents).Query([]),
                            "select s.id from chat_mcp.words w join chat_mcp.session s on s.owner = w.owner and s.no = w.session order by s.id desc",
                            row => row.GetString(0)
                        )
                    ),
                TestEnd
            );
    }

    [Fact]
    public async Task Words_near_each_other_are_found_in_all_sessions_in_few_and_in_those_of_several_owners()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        const string far = "red one two three four five six seven eight nine ten lamp";
        foreach (
            var (owner, id, says) in (ValueTuple<string, string, string>[])
                [("ann", "a1", "a red lamp"), ("ann", "a2", far), ("bob", "b1", "the lamp is red"), ("bob", "b2", "a red lamp, on")]
        )
            await archive.SaveAsync(owner, Archived(SessionText.Parsed(id, $"2026-03-0{id[1]}T00:00:00", says)), TestEnd);
        using var database = new Database(PostgresPlace.Parse(place));
        var near = new TextMatch.Near([new(["red"], false), new(["lamp"], false)], 8);

        Assert.Equal("a1", await FoundAsync(near, ["ann"], new()));
        Assert.Equal("b2 b1 a1", await FoundAsync(near, ["ann", "bob"], new()));
        Assert.Equal("b2", await FoundAsync(near, ["ann", "bob"], new(UpdatedAfter: new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))));
        Assert.Equal("b1 a1", await FoundAsync(new TextMatch.Without(near, [Word("on")]), ["ann", "bob"], new()));

        async Task<string> FoundAsync(TextMatch match, string[] owners, SearchFilter filter) =>
            await database.ReadAsync(
                owners,
                () => throw new InvalidOperationException(),
                async work =>
                {
                    var texts = new FoundTexts(work, new(owners, filter, Before: null), next: 1_000);
                    var found = await texts.FindNewestAsync(match, new HashSet<TextAddress>(), 0, 5);
                    Assert.Equal(found, await texts.FindAllAsync(match, 0, null, 5));
                    var ids = await work.ListAsync(
                        "select s.id from unnest($1::bigint[]) with ordinality f (no, at) join chat_mcp.session s using (no) order by at",
                        row => row.GetString(0),
                        found.Select(text => text.Session).ToArray()
                    );
                    return string.Join(' ', ids);
                },
                TestEnd
            );
    }

    [Fact]
    public void Each_mark_says_one_thing()
    {
        string[] marks =
        [
            Mark.Long,
            Mark.WithoutPairs,
            Mark.Subagent,
            .. Enum.GetValues<SearchKind>().Select(FilterWord.For),
            .. Enum.GetValues<ToolOutcomeKind>().Select(FilterWord.For),
            .. Enumerable.Range(0, 12).Select(owner => Mark.Owner(owner)),
            .. Mark.Windows.Select(size => Mark.Window(size, 1)),
            Mark.Tool("same"),
            Mark.Folder("same"),
            Mark.Agent("same"),
            Mark.Branch("same"),
        ];

        Assert.Equal(marks, marks.Distinct());
    }

    [Fact]
    public void Pairs_of_words_stay_as_they_are_in_archives()
    {
        Assert.Equal(
            ["7F9CC", "6B13C"],
            WordPairs.Of("the red lamp \uE000 the red lamp"u8).EnumerateRunes().Select(rune => $"{rune.Value:X}")
        );
        Assert.Equal(WordPairs.Of("red lamp"u8), string.Concat(WordPairs.Of(["red", "lamp"])));
        Assert.Empty(WordPairs.Of("lamp"u8));
        Assert.Empty(WordPairs.Of(""u8));
    }

    [Fact]
    public async Task A_search_in_few_sessions_looks_through_the_windows_that_these_are_in()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        foreach (var (id, day) in (ValueTuple<string, int>[])[("s0", 8), ("s1", 2), ("s2", 9)])
        {
            await archive.SaveAsync(Owner, Archived(SessionText.Parsed(id, $"2026-03-0{day}T00:00:00", says: "lamp")), TestEnd);
            // So that each is in a window of its own.
            await ExecuteAsync(place, "select setval('chat_mcp.number', 10000 + (select last_value from chat_mcp.number))");
        }
        using var database = new Database(PostgresPlace.Parse(place));

        Assert.Equal("s2 s0, 2 windows", await SearchAsync(new(UpdatedAfter: new(2026, 3, 5, 0, 0, 0, TimeSpan.Zero))));
        Assert.Equal("s1, 1 windows", await SearchAsync(new(SessionId: "s1")));
        Assert.Equal(", 0 windows", await SearchAsync(new(SessionId: "absent")));
        Assert.Equal("s2 s1 s0, 0 windows", await SearchAsync(new()));
        // The newest window has enough.
        Assert.Equal("s2, 2 windows", await SearchAsync(new(), limit: 1));

        async Task<string> SearchAsync(SearchFilter filter, int limit = 5) =>
            await database.ReadAsync(
                [Owner],
                () => throw new InvalidOperationException(),
                async work =>
                {
                    var texts = new FoundTexts(work, new([Owner], filter, Before: null), next: 20_010);
                    var exists = await texts.ExistsAsync(Word("lamp"));
                    var newest = await texts.FindNewestAsync(Word("lamp"), new HashSet<TextAddress>(), 0, limit);
                    Assert.Equal(newest, await texts.FindAllAsync(Word("lamp"), 0, null, limit));
                    Assert.Equal(newest.Count > 0, exists);
                    var ids = await work.ListAsync(
                        "select s.id from unnest($1::bigint[]) with ordinality f (no, at) join chat_mcp.session s using (no) order by at",
                        row => row.GetString(0),
                        newest.Select(text => text.Session).ToArray()
                    );
                    if (exists)
                        Assert.Equal("64MB", (await work.ListAsync("select current_setting('work_mem')", row => row.GetString(0)))[0]);
                    // What was looked for last.
                    var words = (await work.ListAsync("select current_setting('chat_mcp.words')", row => row.GetString(0)))[0];
                    var windows = words.Split($"\uE000n{Mark.Windows[0]}_").Length - 1;
                    return $"{string.Join(' ', ids)}, {windows} windows";
                },
                TestEnd
            );
    }

    [Fact]
    public async Task What_several_owners_have_is_counted_again_only_after_a_change()
    {
        var place = await server.NewArchiveAsync(TestEnd);
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

    [Fact]
    public async Task What_somebody_waits_for_may_take_a_minute_and_maintenance_longer()
    {
        using var database = new Database(PostgresPlace.Parse(await server.NewArchiveAsync(TestEnd)));

        Assert.Equal(60, await database.WriteAsync(Owner, SecondsAsync, TestEnd));
        Assert.Equal(1_800, await database.WriteAsync(Owner, SecondsAsync, TestEnd, isMaintenance: true));
        Assert.Equal(60, await database.ReadAsync([Owner], () => Task.FromResult(0), SecondsAsync, TestEnd));
        Assert.Equal(1_800, await database.ReadAllAsync(0, SecondsAsync, TestEnd));
        Assert.Equal(1_800, await database.UseAsync(SecondsAsync, TestEnd));

        static Task<int> SecondsAsync(Work work) => Task.FromResult(work.Seconds);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_ended()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using var database = new Database(
            PostgresPlace.Parse($"Host={server.Folder};Username=chat_mcp;Database={PostgresPlace.Parse(place).Database};Command Timeout=1")
        );

        var late = await Assert.ThrowsAsync<ChatSessionException>(() =>
            database.WriteAsync(Owner, work => work.NumberAsync("select 1::bigint from pg_sleep(60)"), TestEnd)
        );

        Assert.Contains("did not answer in time", late.Message);
    }

    [Fact]
    public async Task Numbers_that_were_not_given_in_time_keep_nobody_from_saving()
    {
        var place = PostgresPlace.Parse(await server.NewArchiveAsync(TestEnd)).ConnectionString;
        await using var busy = new NpgsqlConnection(place);
        await using var late = new NpgsqlConnection(place);
        await busy.OpenAsync(TestEnd);
        await late.OpenAsync(TestEnd);

        await using (var transaction = await busy.BeginTransactionAsync(TestEnd))
        {
            await RunAsync(busy, "alter sequence chat_mcp.number cache 1");
            var ended = await Assert.ThrowsAsync<PostgresException>(() =>
                RunAsync(late, "set statement_timeout = 200; select chat_mcp.take_numbers(5)")
            );
            Assert.Equal(PostgresErrorCodes.QueryCanceled, ended.SqlState);
        }

        Assert.Equal(0L, await RunAsync(late, "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"));
        await using (await late.BeginTransactionAsync(TestEnd))
        {
            var first = await RunAsync(late, "select chat_mcp.take_numbers(5)");
            // Others get the next numbers before the transaction ends.
            Assert.Equal((long)first! + 5, await RunAsync(busy, "set statement_timeout = 10000; select chat_mcp.take_numbers(1)"));
        }

        static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(TestEnd);
        }
    }

    private static TextMatch.Words Word(string word) => new([word], IsPrefix: false);

    private static ArchivedSession Archived(Session session) => new(session, SessionOrigin.File, DateTimeOffset.UnixEpoch);

    /// <summary>An archive with many sessions of one folder, of which every tenth is an earlier state, and one session of another.</summary>
    private async Task<Database> ManyAsync()
    {
        var place = await server.NewArchiveAsync(TestEnd);
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

    private Task ExecuteAsync(string place, string sql) => server.ExecuteAsync(PostgresPlace.Parse(place).Database, sql, TestEnd);
}
