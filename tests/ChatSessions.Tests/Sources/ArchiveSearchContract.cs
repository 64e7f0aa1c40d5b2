using ChatSessions.Analysis;
using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Sources;

/// <summary>What every archive finds.</summary>
public abstract partial class ArchiveContract
{
    [Theory]
    // As people type them, whole or in part.
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
    // Syntax, and what is none.
    [InlineData("\"duplicate key\"")]
    [InlineData("dup*")]
    [InlineData("duplicate -missing")]
    [InlineData("missing OR duplicate")]
    [InlineData("\"duplicate key")]
    [InlineData("OR duplicate AND (key) NEAR(*")]
    [InlineData("text:duplicate^2 'key' \\")]
    // A word too much.
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
        await SaveAsync("old", updated: SessionText.LongAgo, says: "lamp");
        await SaveAsync("undated", updated: null, says: "lamp");

        Assert.Equal(["old#0", "s#0", "undated#0"], await FoundAsync(new(Kind: SearchKind.User)));
        Assert.Equal(["s#6"], await FoundAsync(new(Kind: SearchKind.Answer, SessionId: "s")));
        Assert.Equal(["s#1"], await FoundAsync(new(Kind: SearchKind.Thinking)));
        Assert.Equal(["s#2", "s#4"], await FoundAsync(new(Kind: SearchKind.Arguments)));
        Assert.Equal(["s#3", "s#5"], await FoundAsync(new(Kind: SearchKind.Result)));
        Assert.Equal(["s#5", "s#7"], await FoundAsync(new(Kind: SearchKind.Error)));
        Assert.Equal(["s#4", "s#5"], await FoundAsync(new(Tool: "buy")));
        Assert.Empty(await FoundAsync(new(Tool: "bu")));
        Assert.Equal(["s#2", "s#3"], await FoundAsync(new(Outcome: ToolOutcomeKind.Answered)));
        Assert.Equal(["old#0"], await FoundAsync(new(SessionId: "old")));
        Assert.Empty(await FoundAsync(new(SessionId: "absent")));
        var march = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(["old#0"], await FoundAsync(new(UpdatedBefore: march)));
        Assert.Equal(["s#0"], await FoundAsync(new(Kind: SearchKind.User, UpdatedAfter: march)));

        async Task<IEnumerable<string>> FoundAsync(SearchFilter filter) =>
            (await SearchAsync("lamp", filter)).Select(hit => $"{hit.Session.SessionId}#{hit.Position}").Order();
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
        Assert.Empty((await Archive.SearchAsync("nobody", SearchQuery.Parse("lamp"), SearchFilter.All, 5, 0, TestEnd)).Hits);
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
        await SaveAsync("one", says: "a lamp among many other words that make it a worse hit");
        await SaveAsync("two", says: "a lamp among many other words that make it a worse hit");
        await Archive.SaveAsync(Owner, Archived(many), TestEnd);

        var hits = await SearchAsync("lamp", limit: 100);
        var paged = new List<SearchHit>();
        for (int? offset = 0; offset is { } at; )
        {
            var page = await Archive.SearchAsync(Owner, SearchQuery.Parse("lamp"), SearchFilter.All, 7, at, TestEnd);
            paged.AddRange(page.Hits);
            offset = page.NextOffset;
        }

        Assert.Equal(["many", "many", "two", "one", "many"], hits.Take(5).Select(hit => hit.Session.SessionId));
        Assert.Equal(32, hits.Count);
        Assert.Equal(hits.Select(hit => (hit.Session.SessionId, hit.Position)), paged.Select(hit => (hit.Session.SessionId, hit.Position)));
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
        Assert.Empty(await Archive.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task A_search_that_is_cancelled_ends()
    {
        await SaveAsync("s", says: "lamp");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Archive.SearchAsync(Owner, SearchQuery.Parse("lamp"), SearchFilter.All, 5, 0, new CancellationToken(true))
        );
    }

    private async Task<IReadOnlyList<SearchHit>> SearchAsync(string query, SearchFilter? filter = null, int limit = 20) =>
        (await Archive.SearchAsync(Owner, SearchQuery.Parse(query), filter ?? SearchFilter.All, limit, 0, TestEnd)).Hits;
}
