using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>What a search must find in every archive.</summary>
public abstract partial class ArchiveContract
{
    [Theory]
    // Identifiers and words as people type them, whole or in part.
    [InlineData("get_user_by_id")]
    [InlineData("user_by")]
    [InlineData("get_us")]
    [InlineData("Foo.Bar")]
    [InlineData("foo.b")]
    [InlineData("--no-cache")]
    [InlineData(@"C:\dir\file.txt")]
    [InlineData("dir/file.tx")]
    [InlineData("E11000")]
    [InlineData("3f2a9c")]
    [InlineData("3f2a9c1e77d0b4")]
    [InlineData("ValueError")]
    [InlineData("valueerror")]
    [InlineData("value error")]
    [InlineData("ValueEr")]
    // Accents and scripts.
    [InlineData("cafe NAIVE")]
    [InlineData("Łódź")]
    [InlineData("lodz")]
    [InlineData("ubergrossentrager")]
    [InlineData("连接错误")]
    [InlineData("数据库 错误")]
    [InlineData("ファイル")]
    [InlineData("데이터")]
    [InlineData("เชื่อมต่อ")]
    // Valid and invalid syntax.
    [InlineData("\"duplicate key\"")]
    [InlineData("dup*")]
    [InlineData("duplicate -missing")]
    [InlineData("missing OR duplicate")]
    [InlineData("\"duplicate key")]
    [InlineData("OR duplicate AND (key) NEAR(*")]
    [InlineData("text:duplicate^2 'key' \\")]
    // One word too many.
    [InlineData("duplicate key nowhere")]
    public async Task What_was_recorded_is_found_by(string query)
    {
        await Archive.SaveAsync(
            Owner,
            Archived(
                Some.Session(
                    "s",
                    null,
                    Some.UserInput("please"),
                    Some.ToolUse(
                        "bash",
                        """{"cmd":"run --no-cache C:\\dir\\file.txt"}""",
                        Some.Quoted(
                            "raise ValueError in get_user_by_id at Foo.Bar, commit 3f2a9c1e77d0b4: E11000 duplicate key\n"
                                + "Le café est naïve, Übergrößenträger, Łódź, 数据库连接错误：无法打开, エラー。ファイルを開けません, 데이터베이스에, ไม่สามารถเชื่อมต่อฐานข้อมูลได้"
                        )
                    )
                )
            ),
            TestEnd
        );
        await SaveAsync("noise", says: "nothing of the kind");

        var hit = (await SearchAsync(query))[0];

        Assert.Equal("s", hit.Session.SessionId);
        Assert.Contains(hit.Position, (int[])[1, 2]);
        Assert.NotEmpty(hit.Snippet.Matches);
    }

    [Theory]
    // In any letter case, whole, in parts, and within other names.
    [InlineData("MariaDB", "use mariadb here")]
    [InlineData("mariadb", "use MariaDB here")]
    [InlineData("MariaDB", "use maria_db here")]
    [InlineData("maria_db", "use MariaDB here")]
    [InlineData("modelb.field_fk", "ModelB.field_fk")]
    [InlineData("ModelB.field_fk", "modelb.field_fk")]
    [InlineData("\"the modelb now\"", "use the ModelB now")]
    [InlineData("foo.get_user_by_id", "foo.getUserById(1)")]
    [InlineData("getUserB*", "foo.getUserById(1)")]
    [InlineData("getuserb*", "foo.getUserById(1)")]
    // After escapes of any depth, and within paths.
    [InlineData("quokka", """{"out":"one\nquokka"}""")]
    [InlineData("\"quokka two\"", """{'out': 'one\nquokka two'}""")]
    [InlineData("one quokka", """{"out":"one\\nquokka"}""")]
    [InlineData("new_file", """src\new_file.py""")]
    [InlineData("src\\new_file", """src\new_file.py""")]
    [InlineData("src/new_file.py", """src\new_file.py""")]
    [InlineData("café", """caf\u00e9""")]
    [InlineData("failed", "\u001b[31mFAILED\u001b[0m")]
    public async Task What_is_written_otherwise_is_found_by(string query, string says)
    {
        await Archive.SaveAsync(Owner, Archived(Some.Session("s", null, Some.ToolUse("bash", "{}", Some.Quoted(says)))), TestEnd);
        await SaveAsync("noise", says: "nothing of the kind");

        var page = await SearchOfAsync([Owner], query);

        Assert.Equal("s", Assert.Single(page.Hits).Session.SessionId);
        Assert.NotEmpty(page.Hits[0].Snippet.Matches);
        Assert.Empty(page.Unmet);
    }

    [Fact]
    public async Task Of_many_hits_all_are_counted_and_pages_go_on_to_the_last()
    {
        const int Many = 10_050;
        foreach (var (number, events) in Enumerable.Range(0, Many).Select(n => Some.Text($"lamp {n}")).Chunk(670).Index())
            await Archive.SaveAsync(Owner, Archived(Some.Session($"s{number}", null, events)), TestEnd);

        var first = await SearchOfAsync([Owner], "lamp", limit: 50);
        var (found, cursor, pages) = (new HashSet<(string, int)>(), (string?)null, 0);
        do
        {
            var page = await SearchOfAsync([Owner], "lamp", limit: 1_000, cursor: cursor);
            Assert.All(page.Hits, hit => Assert.True(found.Add((hit.Session.SessionId, hit.Position))));
            cursor = page.NextCursor;
        } while (cursor is not null && ++pages < 20);
        var rows = new List<SessionHits>();
        do
        {
            var page = await BySessionAsync("lamp", 4, cursor);
            rows.AddRange(page.BySession);
            cursor = page.NextCursor;
        } while (cursor is not null && ++pages < 40);

        Assert.Equal(new FoundCount(10_000, 15, IsMore: true), first.Found);
        Assert.Equal(Many, found.Count);
        Assert.Equal(15, rows.DistinctBy(row => row.Session.SessionId).Count());
        Assert.All(rows, row => Assert.Equal((670, 0, 669), (row.Hits, row.First, row.Last)));
    }

    [Theory]
    [InlineData("\"key duplicate\"")]
    [InlineData("duplicate -key")]
    [InlineData("du*")]
    [InlineData("absent")]
    [InlineData("")]
    [InlineData("  … \" \" - * ")]
    public async Task What_was_not_recorded_is_not_found_by(string query)
    {
        await SaveAsync("s", says: "a duplicate key");

        Assert.Empty(await SearchAsync(query));
    }

    [Theory]
    [InlineData("con*")]
    [InlineData("Con*")]
    [InlineData("con* -connected")]
    [InlineData("lamp con*")]
    [InlineData("set_con*")]
    [InlineData("\"set\" con*")]
    [InlineData("con12*")]
    [InlineData("тес*")]
    [InlineData("123*")]
    public async Task A_beginning_is_found_though_hundreds_of_words_begin_so(string query)
    {
        await SaveAsync(
            "others",
            says: string.Join(' ', Enumerable.Range(0, 300).Select(number => $"con{(char)('a' + number % 26)}{number}"))
        );
        await SaveAsync("s", says: "lamp set_containerization con12345678 тестирование 12345");

        Assert.Contains(await SearchAsync(query), hit => hit.Session.SessionId == "s");
    }

    [Fact]
    public async Task A_hit_says_what_and_where_it_is_and_shows_the_text_around()
    {
        var long1 = string.Join(' ', Enumerable.Repeat("before", 100));
        var long2 = string.Join(' ', Enumerable.Repeat("after", 100));
        await Archive.SaveAsync(
            Owner,
            Archived(
                Some.Session(
                    "s",
                    "The title",
                    Some.UserInput("q"),
                    Some.FailedToolUse("bash", $"{long1}\nNo such \"table\": users.\n{long2}")
                )
            ),
            TestEnd
        );

        var hit = Assert.Single(await SearchAsync("no such table"));

        Assert.Equal(("s", "The title", 2), (hit.Session.SessionId, hit.Session.GeneratedTitle, hit.Position));
        Assert.Equal((SearchKind.Error, "bash", ToolOutcomeKind.Failed), (hit.Kind, hit.Tool, hit.Outcome));
        Assert.Contains("before\nNo such \"table\": users.\nafter", hit.Snippet.Text);
        Assert.Equal(["No", "such", "table"], hit.Snippet.Matches.Select(match => hit.Snippet.Text[match]));
        Assert.True(hit.Snippet is { BeginsWithin: true, EndsWithin: true, Text.Length: < 300 });
    }

    [Fact]
    public async Task Kind_tool_outcome_session_and_dates_restrict_a_search()
    {
        await Archive.SaveAsync(
            Owner,
            Archived(
                Some.Session(
                    "s",
                    null,
                    Some.UserInput("lamp"),
                    Some.Thinking("lamp"),
                    Some.ToolUse("look", """{"at":"lamp"}""", "\"lamp\""),
                    Some.FailedToolUse("buy", "lamp", """{"what":"lamp"}"""),
                    Some.Text("lamp"),
                    Some.Stop("lamp")
                )
            ),
            TestEnd
        );
        await SaveAsync("old", updated: SessionText.LongAgo, says: "old lamp");
        await SaveAsync("undated", updated: null, says: "undated lamp");

        Assert.Equal(["old#0", "s#0", "undated#0"], await FoundAsync(new(Kind: SearchKind.User)));
        Assert.Equal(["s#6"], await FoundAsync(new(Kind: SearchKind.Answer, SessionId: "s")));
        Assert.Equal(["s#1"], await FoundAsync(new(Kind: SearchKind.Thinking)));
        Assert.Equal(["s#2", "s#4"], await FoundAsync(new(Kind: SearchKind.Arguments)));
        Assert.Equal(["s#3", "s#5"], await FoundAsync(new(Kind: SearchKind.Result)));
        Assert.Equal(["s#5", "s#7"], await FoundAsync(new(Kind: SearchKind.Error)));
        Assert.Equal(["s#4", "s#5"], await FoundAsync(new(Tool: "buy")));
        Assert.Empty(await FoundAsync(new(Tool: "bu")));
        Assert.Equal(["s#2", "s#3"], await FoundAsync(new(Outcome: ToolOutcomeKind.Ok)));
        Assert.Equal(["old#0"], await FoundAsync(new(SessionId: "old")));
        Assert.Empty(await FoundAsync(new(SessionId: "absent")));
        var march = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(["old#0"], await FoundAsync(new(UpdatedBefore: march)));
        Assert.Equal(["s#0"], await FoundAsync(new(Kind: SearchKind.User, UpdatedAfter: march)));

        async Task<IEnumerable<string>> FoundAsync(SearchFilter filter) =>
            (await SearchAsync("lamp", filter)).Select(hit => $"{hit.Session.SessionId}#{hit.Position}").Order();
    }

    [Fact]
    public async Task Agent_project_branch_and_subagents_restrict_a_search()
    {
        string[] sources =
        [
            """{"format":"codex","cwd":"/home/ann/src/web/api","git_branch":"main"}""",
            """{"format":"claude-code","cwd":"/home/ann/src/web/api","git_branch":"fix"}""",
            """{"format":"claude-code","cwd":"/home/ann/src/web/api","parent_session_id":"s1"}""",
            """{"format":"codex","cwd":"/home/ann/src/shop"}""",
        ];
        foreach (var (index, source) in sources.Index())
            await Archive.SaveAsync(
                Owner,
                Archived(Some.Imported($"s{index}", source, [.. Enumerable.Range(0, 7).Select(_ => Some.Text($"lamp {index}"))])),
                TestEnd
            );
        await SaveAsync("cloud", says: "lamp");

        Assert.Equal(["cloud", "s0", "s1", "s3"], await FoundAsync(new()));
        Assert.Equal(["cloud", "s0", "s1", "s2", "s3"], await FoundAsync(new(IncludeSubagents: true)));
        Assert.Equal(["s0", "s3"], await FoundAsync(new(Agent: "Codex")));
        Assert.Equal(["cloud"], await FoundAsync(new(Agent: "llamacloud")));
        Assert.Equal(["s0", "s1"], await FoundAsync(new(Project: "Web/api")));
        Assert.Equal(["s1", "s2"], await FoundAsync(new(Project: "/home/ann/src/web/api", Agent: "claude-code", IncludeSubagents: true)));
        Assert.Empty(await FoundAsync(new(Project: "/web/api")));
        Assert.Equal(["s1"], await FoundAsync(new(Branch: "fix")));
        Assert.Equal(["cloud", "s1", "s3"], await FoundAsync(new(Without: "s0")));
        Assert.Empty(await FoundAsync(new(Agent: "gemini")));
        // A subagent's session that is named by its id is searched anyway.
        Assert.Equal(["s2"], await FoundAsync(new(), "s2"));

        async Task<IEnumerable<string>> FoundAsync(RecordingFilter recorded, string? sessionId = null) =>
            (await SearchAsync("lamp", new(SessionId: sessionId) { Recorded = recorded }))
                .Select(hit => hit.Session.SessionId)
                .Distinct()
                .Order();
    }

    [Fact]
    public async Task Sessions_are_counted_that_can_be_searched()
    {
        const string sub = """{"format":"claude-code","parent_session_id":"own"}""";
        foreach (var id in (string[])["own", "a", "b"])
            await SaveAsync(id, says: "lamp");
        foreach (var (owner, id) in (ValueTuple<string, string>[])[(Owner, "sub1"), (Owner, "sub2"), ("cloud", "sub2"), ("cloud", "sub3")])
            await Archive.SaveAsync(owner, Archived(Some.Imported(id, sub, Some.Text("lamp"))), TestEnd);
        await SaveAsync("a", says: "lamp", owner: "cloud");

        Assert.Equal((5, 2), await CountAsync([Owner], new()));
        Assert.Equal((5, 0), await CountAsync([Owner], new(IncludeSubagents: true)));
        Assert.Equal((5, 3), await CountAsync([Owner], new(Without: "own")));
        Assert.Equal((5, 1), await CountAsync([Owner], new(Without: "sub1", IncludeSubagents: true)));
        Assert.Equal((5, 2), await CountAsync([Owner], new(Without: "sub1")));
        Assert.Equal((5, 2), await CountAsync([Owner], new(Without: "nobody's")));
        Assert.Equal((6, 4), await CountAsync([Owner, "cloud"], new(Without: "own")));
        Assert.Equal((3, 1), await CountAsync([Owner], new(Without: "own"), "own", "sub1", "elsewhere"));
        Assert.Equal((4, 2), await CountAsync([Owner], new(Without: "own"), "sub1"));
        await Archive.DeleteAsync(Owner, "sub1", TestEnd);
        Assert.Equal((4, 1), await CountAsync([Owner], new()));

        Task<(long, long)> CountAsync(string[] owners, RecordingFilter recorded, params string[] elsewhere) =>
            Archive.ReadTextsAsync(
                new TextScope(owners, new() { Recorded = recorded }, null)
                {
                    Elsewhere = elsewhere.Length > 0 ? elsewhere.ToHashSet() : null,
                },
                texts => ValueTask.FromResult((texts.Sessions, texts.LeftOut)),
                TestEnd
            );
    }

    [Fact]
    public async Task No_search_crosses_an_owner()
    {
        await SaveAsync("mine", says: "lamp here");
        await SaveAsync("theirs", says: "lamp there", owner: "other");
        await Archive.SaveAsync("other", Archived(Some.Session("tool", null, Some.ToolUse("theirs", "{}", "\"lamp\""))), TestEnd);

        Assert.Equal(["mine"], (await SearchAsync("lamp")).Select(hit => hit.Session.SessionId));
        Assert.Empty(await SearchAsync("there"));
        Assert.Empty(await SearchAsync("ther"));
        Assert.Empty(await SearchAsync("lamp", new SearchFilter(Tool: "theirs")));
        Assert.Empty(await SearchAsync("lamp", new SearchFilter(SessionId: "theirs")));
        Assert.Empty((await SearchOfAsync(["nobody"], "lamp")).Hits);
        Assert.Empty((await SearchOfAsync([], "lamp")).Hits);
    }

    [Fact]
    public async Task Several_owners_are_searched_as_one_and_no_others()
    {
        await SaveAsync("local", says: "a lamp that is far worse a hit since there is much beside it");
        await SaveAsync("cloud", says: "lamp", owner: "cloud");
        await SaveAsync("theirs", says: "lamp", owner: "other");

        var page = await SearchOfAsync([Owner, "cloud", "nobody"], "lamp");

        Assert.Equal(["cloud", "local"], page.Hits.Select(hit => hit.Session.SessionId));
        Assert.Equal(2, page.Sessions);
        Assert.Equal(["local"], await IdsOfAsync(new(SessionId: "local")));
        Assert.Empty(await IdsOfAsync(new(SessionId: "theirs")));
        Assert.Equal(["cloud", "local"], (await IdsOfAsync(new(UpdatedAfter: DateTimeOffset.UnixEpoch))).Order());

        async Task<IEnumerable<string>> IdsOfAsync(SearchFilter filter) =>
            (await SearchOfAsync([Owner, "cloud"], "lamp", filter)).Hits.Select(hit => hit.Session.SessionId);
    }

    [Fact]
    public async Task Of_a_session_that_several_owners_have_the_first_ones_counts()
    {
        await SaveAsync("s", says: "lamp, mine");
        await SaveAsync("s", says: "lamp, theirs", owner: "cloud");

        Assert.Equal("lamp, mine", Assert.Single((await SearchOfAsync([Owner, "cloud"], "lamp")).Hits).Snippet.Text);
        Assert.Equal("lamp, theirs", Assert.Single((await SearchOfAsync(["cloud", Owner], "lamp")).Hits).Snippet.Text);
        Assert.Empty((await SearchOfAsync([Owner, "cloud"], "theirs")).Hits);
        Assert.Single((await SearchOfAsync(["cloud"], "theirs")).Hits);
    }

    [Fact]
    public async Task Words_that_a_session_has_no_more_are_not_found()
    {
        await SaveAsync("s", says: "lamp");
        await SaveAsync("s", says: "candle");

        Assert.Empty(await SearchAsync("lamp"));
        Assert.Single(await SearchAsync("candle"));
        await Archive.DeleteAsync(Owner, "s", TestEnd);
        Assert.Empty(await SearchAsync("candle"));
    }

    [Fact]
    public async Task Of_one_session_two_hits_come_before_the_next_sessions_and_pages_join_to_the_whole()
    {
        var many = Some.Session("many", null, [.. Enumerable.Range(0, 30).Select(n => Some.Text($"lamp {n}"))]);
        await SaveAsync("one", says: "a lamp among many other words that make it a worse hit, one");
        await SaveAsync("two", says: "a lamp among many other words that make it a worse hit, two");
        await Archive.SaveAsync(Owner, Archived(many), TestEnd);

        var hits = await SearchAsync("lamp", limit: 100);
        var paged = new List<SearchHit>();
        string? cursor = null;
        do
        {
            var page = await SearchOfAsync([Owner], "lamp", limit: 7, cursor: cursor);
            // On each page, the hits of a session stand in order.
            Assert.Equal(InOrder(page.Hits), PlacesOf(page.Hits));
            Assert.Equal(new FoundCount(32, 3, IsMore: false), page.Found);
            paged.AddRange(page.Hits);
            cursor = page.NextCursor;
        } while (cursor is not null);

        Assert.Equal(["many", "many", "two", "one", "many"], hits.Take(5).Select(hit => hit.Session.SessionId));
        Assert.Equal(32, hits.Count);
        Assert.Equal(InOrder(hits), PlacesOf(hits));
        Assert.Equal(PlacesOf(hits).Order(), PlacesOf(paged).Order());

        static IEnumerable<(string, int)> PlacesOf(IEnumerable<SearchHit> some) =>
            some.Select(hit => (hit.Session.SessionId, hit.Position));

        static IEnumerable<(string, int)> InOrder(IReadOnlyList<SearchHit> some)
        {
            var bySession = some.GroupBy(hit => hit.Session.SessionId)
                .ToDictionary(session => session.Key, session => new Queue<int>(session.Select(hit => hit.Position).Order()));
            return some.Select(hit => (hit.Session.SessionId, bySession[hit.Session.SessionId].Dequeue()));
        }
    }

    [Fact]
    public async Task Two_hits_of_a_session_stand_together_and_sessions_come_by_their_best()
    {
        foreach (var id in (string[])["a", "b", "c"])
            await Archive.SaveAsync(
                Owner,
                Archived(
                    Some.Session(
                        id,
                        null,
                        [.. Enumerable.Range(0, 5).Select(n => Some.Text($"lamp {string.Concat(Enumerable.Repeat("x ", n * 9))}{id}"))]
                    )
                ),
                TestEnd
            );

        var hits = (await SearchAsync("lamp")).Select(hit => $"{hit.Session.SessionId}{hit.Position}");

        Assert.Equal(["c0", "c1", "b0", "b1", "a0", "a1", "c2", "c3", "b2", "b3", "a2", "a3", "c4", "b4", "a4"], hits);
    }

    [Fact]
    public async Task Hits_are_not_repeated_whatever_is_saved_or_deleted_meanwhile()
    {
        for (var n = 0; n < 9; n++)
            await SaveAsync($"s{n}", says: $"lamp {n}");
        var first = await SearchOfAsync([Owner], "lamp", limit: 3);
        await SaveAsync("new", says: "lamp");
        await SaveAsync("s8", says: "lamp 8 again");
        await Archive.DeleteAsync(Owner, "s7", TestEnd);

        var second = await SearchOfAsync([Owner], "lamp", limit: 3, cursor: first.NextCursor);
        var third = await SearchOfAsync([Owner], "lamp", limit: 30, cursor: second.NextCursor);

        Assert.Equal(["s8", "s7", "s6"], first.Hits.Select(hit => hit.Session.SessionId));
        Assert.Equal(["s5", "s4", "s3"], second.Hits.Select(hit => hit.Session.SessionId));
        Assert.Equal(["s2", "s1", "s0"], third.Hits.Select(hit => hit.Session.SessionId));
        Assert.Null(third.NextCursor);
    }

    [Fact]
    public async Task A_cursor_of_another_search_is_refused()
    {
        for (var n = 0; n < 3; n++)
            await SaveAsync($"s{n}", says: $"lamp shade {n}");
        var cursor = (await SearchOfAsync([Owner], "lamp", limit: 1)).NextCursor!;

        await RefusedAsync([Owner], "shade", SearchFilter.All, cursor);
        await RefusedAsync([Owner, "other"], "lamp", SearchFilter.All, cursor);
        await RefusedAsync([Owner], "lamp", new(Kind: SearchKind.Answer), cursor);
        await RefusedAsync([Owner], "lamp", new(UpdatedAfter: Noon), cursor);
        foreach (var none in (string[])["", "x", "page 2", cursor[..3], "é", cursor + "_w"])
            await RefusedAsync([Owner], "lamp", SearchFilter.All, none);

        async Task RefusedAsync(string[] owners, string query, SearchFilter filter, string refused)
        {
            var error = await Assert.ThrowsAsync<ChatSessionException>(() => SearchOfAsync(owners, query, filter, 1, refused));
            Assert.Equal(ChatSessionError.InvalidArgument, error.Error);
            Assert.StartsWith("Invalid cursor", error.Message);
        }
    }

    [Fact]
    public async Task A_question_is_answered_by_its_telling_words()
    {
        await SaveAsync("answer", says: "Fixed the timezone bug: naive datetimes.");
        for (var n = 0; n < 80; n++)
            await SaveAsync($"noise{n}", says: "that is how it was, and where the agent did what it did to be there");

        var page = await SearchOfAsync([Owner], "How was the bug with the timezone fixed, and where?");

        Assert.Equal("answer", page.Hits[0].Session.SessionId);
        Assert.Single(page.Hits);
    }

    [Fact]
    public async Task A_page_says_whether_anything_has_all_that_was_asked_for()
    {
        await SaveAsync("s", says: "a duplicate key");

        Assert.True((await SearchOfAsync([Owner], "duplicate key")).HasAll);
        Assert.True((await SearchOfAsync([Owner], "dupl key")).HasAll);
        Assert.False((await SearchOfAsync([Owner], "duplicate nowhere")).HasAll);
    }

    [Fact]
    public async Task A_hit_says_where_in_its_event_to_read()
    {
        var session = Some.Session(
            "s",
            null,
            Some.UserInput("first 0"),
            Some.ToolUse(
                "bash",
                "{}",
                Some.Quoted($"{string.Concat(Enumerable.Repeat("é\u202E😀 \"x\"\n", 3_000))}needle {new string('y', 40_000)}")
            ),
            Some.ToolUse("bash", """{"deep":[{"events":[1,{"a":"thimble"}]}]}""", "\"spool\""),
            Some.TextDelta("but"),
            Some.TextDelta("ton")
        );
        await Archive.SaveAsync(Owner, Archived(session), TestEnd);

        foreach (
            var (word, position, last) in (List<(string, int, int)>)[("first", 0, 0), ("needle", 2, 2), ("thimble", 3, 3), ("spool", 4, 4)]
        )
        {
            var hit = Assert.Single(await SearchAsync(word));
            Assert.Equal((position, last), (hit.Position, hit.LastPosition));
            Assert.StartsWith(word, OutgoingText.ShowJson(session.Events[position].Json)[hit.Offset..]);
        }
        var joined = Assert.Single(await SearchAsync("button"));
        Assert.Equal((5, 6, 0), (joined.Position, joined.LastPosition, joined.Offset));
    }

    [Theory]
    [InlineData("run it with --no-cache (twice)", "no-cache", "--no-cache")]
    [InlineData("see main() in 'app.py'!", "app", "'app.py'!")]
    public async Task A_snippet_keeps_the_signs_that_belong_to_a_word(string says, string query, string shown)
    {
        await SaveAsync("s", says: $"{string.Concat(Enumerable.Repeat("before ", 20))}{says}");

        Assert.Contains(shown, Assert.Single(await SearchAsync(query)).Snippet.Text);
    }

    [Fact]
    public async Task Streamed_pieces_and_large_sessions_are_found_where_they_begin()
    {
        var filler = Enumerable.Range(0, 60).Select(n => Some.Text($"{n} {new string('x', 3_000)}"));
        await Archive.SaveAsync(
            Owner,
            Archived(
                Some.Session(
                    "s",
                    null,
                    [.. filler, Some.TextDelta("Val"), Some.TextDelta("ueErr\n"), Some.TextDelta("end"), .. filler, Some.Text("lamp")]
                )
            ),
            TestEnd
        );

        Assert.Equal(60, Assert.Single(await SearchAsync("ValueErr")).Position);
        Assert.Equal(123, Assert.Single(await SearchAsync("lamp")).Position);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    private Task<SearchPage> BySessionAsync(string query, int limit, string? cursor = null) =>
        Archive.SearchAsync(
            new OutgoingDoor(),
            [Owner],
            SearchQuery.Parse(query),
            SearchFilter.All,
            bySession: true,
            limit,
            cursor,
            TestEnd
        );

    private async Task<IReadOnlyList<SearchHit>> SearchAsync(string query, SearchFilter? filter = null, int limit = 20) =>
        (await SearchOfAsync([Owner], query, filter, limit)).Hits;

    private Task<SearchPage> SearchOfAsync(
        IReadOnlyList<string> owners,
        string query,
        SearchFilter? filter = null,
        int limit = 20,
        string? cursor = null
    ) => Archive.SearchAsync(new OutgoingDoor(), owners, SearchQuery.Parse(query), filter ?? SearchFilter.All, limit, cursor, TestEnd);
}
