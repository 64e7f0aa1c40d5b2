using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
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

    [Theory]
    [InlineData("an err", "an error", "an err or", "such an error is an errand")]
    [InlineData("err", "an error", "an err or", "error an errand", "such an error is an errand")]
    public async Task A_beginning_with_a_list_stands_for_the_words_of_the_list(string words, params string[] found)
    {
        string[] all = ["an error", "an err or", "error an errand", "an errand", "such an error is an errand", "an errors", "an", "errand"];
        foreach (var says in all)
            await SaveAsync(says.Replace(' ', '-'), says: says);
        var match = new TextMatch.Words(words.Split(' '), IsPrefix: true) { Endings = ["err", "error"] };

        var texts = await Archive.ReadTextsAsync(
            new TextScope([Owner], SearchFilter.All, Before: null),
            async index =>
            {
                var sessions = (await index.FindAllAsync(match, from: 0, before: null, 100, TestEnd)).Select(text => text.Session);
                return await index.ReadSessionsAsync(sessions, TestEnd).Select(session => session.Summary.SessionId).ToListAsync(TestEnd);
            },
            TestEnd
        );

        Assert.Equal(found.Select(says => says.Replace(' ', '-')), texts.AsEnumerable().Reverse());
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

    [Fact]
    public async Task In_a_question_the_path_says_more_than_the_words_around_it()
    {
        await Archive.SaveAsync(
            Owner,
            Archived(Some.Session("filler", null, [.. Enumerable.Range(0, 200).Select(number => Some.Text($"line {number}"))])),
            TestEnd
        );
        foreach (var number in Enumerable.Range(0, 4))
            await SaveAsync($"path{number}", says: $"cat django/db/models/query_utils.py{new string(' ', number)}");
        foreach (var number in Enumerable.Range(0, 30))
            await SaveAsync(
                $"words{number}",
                says: $"the sessions of all the users of the big old house that nobody ever changed {number} times"
            );

        var hits = await SearchAsync("which sessions changed django/db/models/query_utils.py");

        Assert.StartsWith("path", hits[0].Session.SessionId, StringComparison.Ordinal);
    }

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
