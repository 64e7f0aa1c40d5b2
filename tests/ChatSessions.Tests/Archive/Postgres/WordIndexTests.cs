using ChatSessions.Archive.Postgres;
using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Tests.Sources;
using Npgsql;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>What the index of words finds: by words, pairs of words, and marks for owners, filters and windows of sessions.</summary>
public sealed class WordIndexTests(PostgresServer server) : OnPostgresServer(server)
{
    [Fact]
    public async Task The_index_of_words_finds_texts_of_the_owner_only()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
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
                PostgresPlace.Parse(Server.Place(PostgresPlace.Parse(place).Database, "postgres")).ConnectionString
            );
            await connection.OpenAsync(TestEnd);
            await using var command = new NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync(TestEnd))!;
        }
    }

    [Fact]
    public async Task The_index_of_words_knows_which_words_follow_each_other_and_what_filters_ask_for()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
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
        var place = await Server.NewArchiveAsync(TestEnd);
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
    public async Task A_search_in_few_sessions_looks_through_the_windows_that_these_are_in()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
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
    public async Task A_text_with_more_words_than_the_index_takes_is_found_by_each()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        using var archive = new PostgresArchive(place);
        var words = string.Join(' ', Enumerable.Range(0, 120_000).Select(number => $"word{number}x{number * 7919}"));
        await archive.SaveAsync(Owner, Archived(Some.Session("long", null, Some.Text($"{words} the red lamp"))), TestEnd);
        await SaveAsync(archive, "short", says: "lamp red");

        Assert.Equal(["long"], await FoundAsync("\"red lamp\""));
        Assert.Equal(["long"], await FoundAsync($"word119999x{119_999 * 7919}"));
        Assert.Equal(["long"], await FoundAsync("word77*"));
        Assert.Equal(["short"], await FoundAsync("lamp -the"));

        async Task<IEnumerable<string>> FoundAsync(string query) =>
            (await SearchAsync(archive, query)).Hits.Select(hit => hit.Session.SessionId);
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

    private static TextMatch.Words Word(string word) => new([word], IsPrefix: false);
}
