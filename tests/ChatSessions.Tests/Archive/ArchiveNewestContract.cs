using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>What every archive finds without words: the newest texts that a filter allows.</summary>
public abstract partial class ArchiveContract
{
    [Fact]
    public async Task Without_words_the_newest_texts_of_a_filter_are_found()
    {
        await SaveTwoAsync();

        Assert.Equal(["b#2", "a#4"], await NewestAsync(new(Outcome: ToolOutcomeKind.Failed)));
        Assert.Equal(["b#3", "a#1"], await NewestAsync(new(Outcome: ToolOutcomeKind.Ok)));
        Assert.Equal(["a#6"], await NewestAsync(new(Outcome: ToolOutcomeKind.Unanswered)));
        Assert.Equal(["b#1", "a#3"], await NewestAsync(new(SearchKind.Arguments, Outcome: ToolOutcomeKind.Failed)));
        Assert.Equal(["b#2", "b#5", "a#4"], await NewestAsync(new(SearchKind.Error)));
        Assert.Equal(["b#0", "a#0"], await NewestAsync(new(SearchKind.User)));
        Assert.Equal(["b#3", "a#1"], await NewestAsync(new(Tool: "look")));
        Assert.Equal(["a#1"], await NewestAsync(new(Tool: "look", SessionId: "a")));
        Assert.Equal(["b#4", "a#2"], await NewestAsync(new(SearchKind.Result, "look")));
        Assert.Equal(["b#3", "a#1"], await NewestAsync(new(Tool: "Look")));
        Assert.Equal(["b#3", "a#1"], await NewestAsync(new(Tool: "LOOK")));
        Assert.Empty(await NewestAsync(new(Tool: "loo")));
        Assert.Empty(await NewestAsync(new(Tool: "")));
        Assert.Equal(["a#0"], await NewestAsync(new(SessionId: "a")));
        Assert.Empty(await NewestAsync(new(SearchKind.User, UpdatedBefore: new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero))));
        Assert.Equal(["b#0", "a#0"], await NewestAsync(new(SearchKind.User, UpdatedAfter: DateTimeOffset.UnixEpoch)));
        Assert.Equal(["a#0"], await NewestAsync(new(SearchKind.User) { Recorded = new(Without: "b") }));

        async Task<IEnumerable<string>> NewestAsync(SearchFilter filter) => Places(await PageAsync([Owner], filter));
    }

    [Fact]
    public async Task Without_words_texts_of_subagents_and_other_owners_are_left_out_too()
    {
        await SaveTwoAsync();
        const string sub = """{"format":"claude-code","parent_session_id":"a"}""";
        await Archive.SaveAsync(Owner, Archived(Some.Imported("sub", sub, Some.UserInput("of a subagent"))), TestEnd);
        await SaveAsync("theirs", says: "lamp", owner: "other");

        Assert.Equal(["b#0", "a#0"], Places(await PageAsync([Owner], new(SearchKind.User))));
        Assert.Equal(
            ["sub#0", "b#0", "a#0"],
            Places(await PageAsync([Owner], new(SearchKind.User) { Recorded = new(IncludeSubagents: true) }))
        );
        Assert.Equal(["sub#0"], Places(await PageAsync([Owner], new(SearchKind.User, SessionId: "sub"))));
        Assert.Equal(["b#0", "a#0", "theirs#0"], Places(await PageAsync([Owner, "other"], new(SearchKind.User))));
        Assert.Equal(["theirs#0"], Places(await PageAsync(["other"], new(SearchKind.User))));
        Assert.Empty(Places(await PageAsync(["nobody"], new(SearchKind.User))));
    }

    [Fact]
    public async Task Without_words_all_are_counted_and_pages_go_on_to_the_last()
    {
        foreach (var number in Enumerable.Range(0, 9))
            await Archive.SaveAsync(
                Owner,
                Archived(
                    Some.Session(
                        $"s{number}",
                        null,
                        [.. Enumerable.Range(0, 4).Select(at => Some.FailedToolUse("buy", $"no {number}-{at}"))]
                    )
                ),
                TestEnd
            );
        var filter = new SearchFilter(Outcome: ToolOutcomeKind.Failed);

        var (places, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await PageAsync([Owner], filter, limit: 5, cursor: cursor);
            Assert.Equal((36, 9), (page.Found.Hits, page.Found.Sessions));
            Assert.True(page.AreNewestFirst);
            places.AddRange(Places(page));
            cursor = page.NextCursor;
        } while (cursor is not null && places.Count < 100);

        Assert.Equal(36, places.Count);
        Assert.Equal(36, places.Distinct().Count());
        Assert.Equal(["s8", "s7", "s6", "s5", "s4", "s3", "s2", "s1", "s0"], places.Select(place => place[..2]).Distinct());

        var rows = (await PageAsync([Owner], filter, bySession: true)).BySession;
        Assert.Equal(["s8", "s7", "s6", "s5", "s4", "s3", "s2", "s1", "s0"], rows.Select(row => row.Session.SessionId));
        Assert.All(rows, row => Assert.Equal((4, 1, 7), (row.Hits, row.First, row.Last)));
    }

    [Fact]
    public async Task Without_words_hits_come_by_the_time_of_their_sessions_whatever_was_saved_first()
    {
        foreach (
            var (id, updated) in (ValueTuple<string, string?>[])
                [("c", "2026-03-01T00:00:00Z"), ("d", "2026-04-01T00:00:00Z"), ("a", null), ("b", "2026-01-01T00:00:00Z")]
        )
            await SaveAsync(id, updated: updated, says: $"{id} and a lamp");
        var filter = new SearchFilter(SearchKind.User);

        Assert.Equal(["d#0", "c#0", "b#0", "a#0"], Places(await PageAsync([Owner], filter)));
        Assert.Equal(
            ["d", "c", "b", "a"],
            (await PageAsync([Owner], filter, bySession: true)).BySession.Select(row => row.Session.SessionId)
        );
        foreach (var bySession in (bool[])[false, true])
        {
            var (ids, cursor) = (new List<string>(), (string?)null);
            do
            {
                var page = await PageAsync([Owner], filter, limit: 1, cursor, bySession);
                ids.AddRange(page.Hits.Select(hit => hit.Session.SessionId).Concat(page.BySession.Select(row => row.Session.SessionId)));
                cursor = page.NextCursor;
                // What is saved in between is not on later pages.
                await SaveAsync($"new{bySession}{ids.Count}", updated: "2026-02-01T00:00:00Z", says: "another lamp");
            } while (cursor is not null && ids.Count < 10);
            Assert.Equal(["d", "c", "b", "a"], ids.Where(id => id.Length == 1));
            if (!bySession)
                Assert.Equal(4, ids.Count);
        }
    }

    [Fact]
    public async Task Without_words_an_error_is_shown_where_it_says_what_went_wrong()
    {
        var output = $"{string.Concat(Enumerable.Repeat("Compiling the crate\\n", 200))}ValueError: day 30\\n";
        await Archive.SaveAsync(
            Owner,
            Archived(
                Some.Session(
                    "s",
                    null,
                    Some.ToolUse("bash", "{}", $$"""{"returncode":1,"output":"{{output}}"}"""),
                    Some.FailedToolUse("buy", "out of stock"),
                    Some.ToolUse(
                        "Bash",
                        "{}",
                        $$"""
                        {"is_error":true,"content":"The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file). To tell you how to proceed, the user said:\nuse pnpm instead"}
                        """
                    ),
                    Some.Stop("the model is overloaded")
                )
            ),
            TestEnd
        );

        var command = string.Join(", ", Enumerable.Range(0, 60).Select(number => $"'-e{number}'"));
        await Archive.SaveAsync(
            Owner,
            Archived(
                Some.Session(
                    "t",
                    null,
                    Some.FailedToolUse("bash", $"Command '[{command}]' timed out after 60 seconds"),
                    Some.ToolUse(
                        "bash",
                        """{"command":"pytest"}""",
                        Some.Quoted(
                            $"{string.Concat(Enumerable.Repeat("platform linux\n", 20))}E   ValueError: no pump\n{string.Concat(Enumerable.Repeat("tests/a.py:3\n", 20))}FAILED tests/test_pump.py::test_flow\n=== 1 failed in 0.1s ==="
                        )
                    )
                )
            ),
            TestEnd
        );

        var of = await PageAsync([Owner], new(SearchKind.Error, SessionId: "t"));
        var page = await PageAsync([Owner], new(SearchKind.Error, SessionId: "s"));

        Assert.EndsWith("timed out after 60 seconds", of.Hits[0].Snippet.Text, StringComparison.Ordinal);
        Assert.Contains("FAILED tests/test_pump.py::test_flow", of.Hits[1].Snippet.Text, StringComparison.Ordinal);
        Assert.Equal(4, page.Hits.Count);
        Assert.EndsWith("ValueError: day 30", page.Hits[0].Snippet.Text, StringComparison.Ordinal);
        Assert.Contains("out of stock", page.Hits[1].Snippet.Text, StringComparison.Ordinal);
        Assert.EndsWith("use pnpm instead", page.Hits[2].Snippet.Text, StringComparison.Ordinal);
        Assert.Equal("the model is overloaded", page.Hits[3].Snippet.Text);
        Assert.All(page.Hits, hit => Assert.Empty(hit.Snippet.Matches));
    }

    private async Task SaveTwoAsync()
    {
        await Archive.SaveAsync(
            Owner,
            Archived(
                Some.Session(
                    "a",
                    null,
                    Some.UserInput("one"),
                    Some.ToolUse("look", """{"at":"a"}""", "\"seen\""),
                    Some.FailedToolUse("buy", arguments: """{"what":"a"}"""),
                    Some.Text("done"),
                    Some.UnansweredToolUse("wait")
                )
            ),
            TestEnd
        );
        await Archive.SaveAsync(
            Owner,
            Archived(
                Some.Session(
                    "b",
                    null,
                    Some.UserInput("two"),
                    Some.FailedToolUse("buy", "sold", """{"what":"b"}"""),
                    Some.ToolUse("look", """{"at":"b"}"""),
                    Some.Stop("over")
                )
            ),
            TestEnd
        );
    }

    private Task<SearchPage> PageAsync(
        IReadOnlyList<string> owners,
        SearchFilter filter,
        int limit = 20,
        string? cursor = null,
        bool bySession = false
    ) => Archive.SearchAsync(new OutgoingDoor(), owners, SearchQuery.Require(null, filter), filter, bySession, limit, cursor, TestEnd);

    private static IEnumerable<string> Places(SearchPage page) => page.Hits.Select(hit => $"{hit.Session.SessionId}#{hit.Position}");
}
