using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>Which sessions a search looks through in every archive: by filters, and by owner.</summary>
public abstract partial class ArchiveContract
{
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
        await SaveAsync("local", says: "a lamp among many other words, which make it a worse hit");
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
}
