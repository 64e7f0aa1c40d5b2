using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>What a search must find in every archive of other forms of a word.</summary>
public abstract partial class ArchiveContract
{
    [Theory]
    [InlineData("crashing", "it crashes at night", "crashes")]
    [InlineData("crashing", "it crashed", "crashed")]
    [InlineData("Crashed.", "a crash", "crash")]
    [InlineData("migration", "run the migrations", "migrations")]
    [InlineData("timeouts", "a timeout", "timeout")]
    [InlineData("stopped", "it stops", "stops")]
    [InlineData("queries", "a query", "query")]
    [InlineData("crashing", "in crashed_at", "crashed")]
    [InlineData("crashing", "of isCrashed()", "Crashed")]
    [InlineData("lamp OR crashing", "it crashed", "crashed")]
    [InlineData("lamp crashing", "the lamp crashed", "crashed")]
    [InlineData("\"the lamp\" crashing", "the lamp crashed", "crashed")]
    public async Task A_word_is_found_in_another_form_which_the_snippet_marks(string query, string says, string marked)
    {
        await SaveAsync("s", says: says);
        await SaveAsync("noise", says: "nothing of the kind");

        var page = await SearchOfAsync([Owner], query);

        var hit = Assert.Single(page.Hits);
        Assert.Equal("s", hit.Session.SessionId);
        Assert.Equal(marked, hit.Snippet.Text[hit.Snippet.Matches[^1]]);
        Assert.True(page.HasAll);
        Assert.Empty(page.Unmet);
        Assert.Equal(1, page.Found.Hits);
    }

    [Theory]
    [InlineData("\"crashing\"", "it crashed")]
    [InlineData("crashing -crashed", "it crashed")]
    [InlineData("crashing()", "it crashed")]
    [InlineData("--crashing", "it crashed")]
    [InlineData("crash.py", "crashes.py")]
    [InlineData("crash_log", "crashes_log")]
    [InlineData("news", "a new lamp")]
    [InlineData("string", "a sting")]
    [InlineData("class", "clas")]
    [InlineData("notes", "it is not")]
    [InlineData("locales", "a local lamp")]
    public async Task Another_word_is_not_found(string query, string says)
    {
        await SaveAsync("s", says: says);

        Assert.Equal(0, (await SearchOfAsync([Owner], query)).Whole ?? -1);
    }

    [Fact]
    public async Task A_word_to_leave_out_is_left_out_as_typed()
    {
        await SaveAsync("other", says: "the lamp crashes");
        await SaveAsync("s", says: "the lamp crashed");

        Assert.Equal("s", Assert.Single(await SearchAsync("lamp -crashes")).Session.SessionId);
    }

    [Fact]
    public async Task All_that_is_as_typed_comes_first()
    {
        await SaveAsync("typed1", says: "long ago, after some other words that say little, it was crashing");
        await SaveAsync("typed2", says: "crashing");
        for (var n = 0; n < 100; n++)
            await SaveAsync($"other{n}", says: $"crashed crashed crashes {n}");

        var page = await SearchOfAsync([Owner], "crashing", limit: 5);

        Assert.Equal(["typed2", "typed1"], page.Hits.Take(2).Select(hit => hit.Session.SessionId));
        Assert.Equal(102, page.Found.Hits);
        Assert.All(page.Hits, hit => Assert.NotEmpty(hit.Snippet.Matches));
    }

    [Fact]
    public async Task Where_many_texts_have_a_word_as_typed_no_other_forms_are_looked_for()
    {
        for (var n = 0; n < 30; n++)
            await SaveAsync($"typed{n}", says: $"crashing {n}");
        await SaveAsync("other", says: "crashed");

        var page = await SearchOfAsync([Owner], "crashing", limit: 100);

        Assert.Equal(30, page.Found.Hits);
        Assert.DoesNotContain(page.Hits, hit => hit.Session.SessionId == "other");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_go_on_through_all_forms_and_show_each_hit_once(bool bySession)
    {
        for (var n = 0; n < 90; n++)
            await SaveAsync($"s{n}", says: $"{(n % 30 == 0 ? "crashing" : "crashed")} {n}");
        var (shown, cursor) = (new List<string>(), (string?)null);

        do
        {
            var page = bySession
                ? await BySessionAsync("crashing", 7, cursor)
                : await SearchOfAsync([Owner], "crashing", limit: 7, cursor: cursor);
            shown.AddRange(page.Hits.Select(hit => hit.Session.SessionId).Concat(page.BySession.Select(row => row.Session.SessionId)));
            cursor = page.NextCursor;
        } while (cursor is not null);

        Assert.Equal(90, shown.Count);
        Assert.Equal(90, shown.Distinct().Count());
        Assert.Equal(["s60", "s30", "s0"], shown.Take(3).OrderByDescending(id => int.Parse(id[1..])));
    }

    [Fact]
    public async Task A_part_of_a_query_may_be_there_in_another_form()
    {
        await SaveAsync("typed", says: "crashing at night");
        await SaveAsync("other", says: "crashed at noon");

        var page = await SearchOfAsync([Owner], "crashing nowhere");

        Assert.Equal(["typed", "other"], page.Hits.Select(hit => hit.Session.SessionId));
        Assert.Equal("nowhere", Assert.Single(page.Unmet).Typed);
        Assert.All(page.Hits, hit => Assert.Single(hit.Snippet.Matches));
    }

    [Fact]
    public async Task Of_many_texts_with_a_part_of_a_query_those_as_typed_come_first()
    {
        await SaveAsync("typed", says: "crashing at night");
        for (var n = 0; n < 70; n++)
            await SaveAsync($"other{n}", says: $"crashed {n}");

        var page = await SearchOfAsync([Owner], "crashing nowhere", limit: 3);

        Assert.Equal("typed", page.Hits[0].Session.SessionId);
        Assert.Equal(71, page.Found.Hits);
    }

    [Fact]
    public async Task A_word_that_is_nowhere_in_any_form_is_tried_as_a_beginning()
    {
        await SaveAsync("s", says: "a crasher");

        var page = await SearchOfAsync([Owner], "crash");

        Assert.Equal(new UnmetTerm("crash", "crash*"), Assert.Single(page.Unmet));
        Assert.Single(page.Hits);
    }
}
