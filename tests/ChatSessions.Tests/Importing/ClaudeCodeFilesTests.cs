using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using ChatSessions.Tests.Sources.Files;
using Xunit;
using static ChatSessions.Tests.Importing.ClaudeCodeLines;

namespace ChatSessions.Tests.Importing;

/// <summary>Transcripts that are spread over several files, or repeat each other.</summary>
public sealed class ClaudeCodeFilesTests : TempFolder, IProgress<ImportProgress>
{
    private const string Other = "5e551040-0000-4000-8000-000000000002";
    private const string Sidechain = "\"isSidechain\":true,\"agentId\":\"a1b2c3\",";

    private static readonly string[] Ponds = [User("u1", "Name the ponds."), Says("a1", "Upper and Lower.")];

    void IProgress<ImportProgress>.Report(ImportProgress value) { }

    [Fact]
    public async Task What_an_agent_copied_of_its_session_is_in_the_archive_once()
    {
        const string Fork = "\"isSidechain\":true,\"agentId\":\"acompact-1\",";
        Transcript(Garden, Ponds);
        Transcript(
            $"{Garden}/subagents/agent-acompact-1",
            [
                User("u1", "Name the ponds.", Fork),
                Says("a1", "Upper and Lower.", more: Fork),
                User("x1", "Summarize.", Fork),
                Says("x2", "Two ponds.", more: Fork),
            ]
        );

        await ImportAsync();

        Assert.Equal(["user: Name the ponds.", "text: Upper and Lower.", "stop ok 10/2//1"], await ShownAsync(Garden));
        Assert.Equal(["user: Summarize.", "text: Two ponds.", "stop ok 10/2//1"], await ShownAsync($"{Garden}.agent-acompact-1"));
        Assert.Equal(
            "Summary of the conversation for its compaction",
            (await FindAsync($"{Garden}.agent-acompact-1"))!.Summary.GeneratedTitle
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_fork_copied_is_in_the_archive_once_also_if_its_session_was_imported_before(bool isBefore)
    {
        Transcript(Garden, Ponds);
        if (isBefore)
            await ImportAsync();
        var from = $"{{\"forkedFrom\":{{\"sessionId\":\"{Garden}\",\"messageUuid\":\"u1\"}},";
        Transcript(
            Other,
            Ponds.Append(User("u2", "Which is deep?")).Select(line => from + line.Replace(Garden, Other, StringComparison.Ordinal)[1..])
        );

        await ImportAsync();

        Assert.Equal(["user: Which is deep?"], await ShownAsync(Other));
        Assert.Equal(3, (await ShownAsync(Garden)).Count);
        Assert.Equal(Garden, (await FindAsync(Other))!.Json.Property("source").Property("forked_from_id").AsString());
    }

    [Fact]
    public async Task What_a_fork_copied_is_left_out_when_only_the_archive_has_its_session()
    {
        var picture = UserWith(
            "u2",
            $$$"""[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{new string('b', 600)}}}"} }]"""
        );
        var parent = Transcript(Garden, [.. Ponds, picture]);
        await ImportAsync();
        File.Delete(parent);
        var from = $"{{\"forkedFrom\":{{\"sessionId\":\"{Garden}\",\"messageUuid\":\"u1\"}},";
        var fork = Transcript(
            Other,
            Ponds
                .Append(picture)
                .Append(User("u3", "Which is deep?"))
                .Select(line => from + line.Replace(Garden, Other, StringComparison.Ordinal)[1..])
        );

        await ImportAsync(fork);
        var shown = await ShownAsync(Other);
        var reread = await RereadAsync();

        Assert.Equal(["user: Which is deep?"], shown);
        Assert.Equal((2, 2, 0), (reread.OriginalsDone, reread.Unchanged, reread.Replaced));
        Assert.Equal(shown, await ShownAsync(Other));
    }

    [Fact]
    public async Task Another_copy_of_a_sessions_transcript_is_not_emptied_for_what_the_archive_has()
    {
        var path = Write("old/copy.jsonl", string.Join('\n', Ponds));
        await ImportAsync(path);
        File.Delete(path);
        var moved = Write("new/other.jsonl", string.Join('\n', Ponds.Append(User("u2", "Which is deep?"))));

        var done = await ImportAsync(moved);

        Assert.Equal((1, 0), (done.Replaced, done.Broken));
        Assert.Equal(4, (await ShownAsync(Garden)).Count);
    }

    [Fact]
    public async Task A_fork_that_is_imported_alone_keeps_what_it_copied()
    {
        Transcript(Garden, Ponds);
        var fork = Transcript(Other, Ponds);

        await ImportAsync(fork);

        Assert.Equal(3, (await ShownAsync(Other)).Count);
        Assert.Null(await FindAsync(Garden));
    }

    [Fact]
    public async Task Both_parts_of_a_session_in_two_files_stay()
    {
        Transcript(Garden, Ponds);
        Transcript(Other, [User("y1", "And the wells?"), Says("y2", "One well.")]);

        await ImportAsync();

        Assert.Equal("user: Name the ponds.", (await ShownAsync(Garden))[0]);
        Assert.Equal("user: And the wells?", (await ShownAsync(Other))[0]);
    }

    [Theory]
    [InlineData("a/part.jsonl", "b/part.jsonl")]
    [InlineData("b/part.jsonl", "a/part.jsonl")]
    public async Task Both_states_of_a_session_stay_in_any_order_if_neither_has_all_of_the_other(string first, string second)
    {
        Write(first, string.Join('\n', Ponds));
        Write(second, string.Join('\n', User("y1", "And the wells?"), Says("y2", "One well.")));

        for (var count = 0; count < 2; count++)
            foreach (var name in new[] { first, second })
                await ImportAsync(PathOf(name));
        // It grew, and then it is a copy of before.
        Write(second, string.Join('\n', User("y1", "And the wells?"), Says("y2", "One well."), User("y3", "Is it dry?")));
        await ImportAsync(PathOf(second));
        Write(second, string.Join('\n', User("y1", "And the wells?")));
        var last = await ImportAsync(PathOf(second));

        using var archive = Open();
        var sessions = await archive.ListAsync(ArchiveOwners.Local, SessionFilter.All, null, 10, Cancelled);
        Assert.Equal([Garden], sessions.Select(one => one.SessionId));
        var said = new HashSet<string>();
        foreach (var id in (string[])[Garden, $"{Garden}.earlier-1"])
            said.UnionWith(await ShownAsync(id));
        Assert.Superset(
            new HashSet<string>
            {
                "user: Name the ponds.",
                "text: Upper and Lower.",
                "user: And the wells?",
                "text: One well.",
                "user: Is it dry?",
            },
            said
        );
        Assert.Equal(1, last.Older);
    }

    [Fact]
    public async Task A_session_that_grew_replaces_its_state_of_before()
    {
        Write("a.jsonl", string.Join('\n', Ponds));
        await ImportAsync();
        Write("a.jsonl", string.Join('\n', [.. Ponds, User("u2", "Which is deep?")]));

        Assert.Equal((0, 1), await ImportAsync() is var done ? (done.Added, done.Replaced) : default);
    }

    [Fact]
    public async Task An_agent_is_linked_to_its_session_and_to_the_call_that_started_it()
    {
        Transcript(
            Garden,
            [
                User("u1", "Look into the shed."),
                Calls("a1", "t1", "Task", """{"description":"Look for the hose","prompt":"Find the hose.","subagent_type":"Explore"}"""),
                Answers("r1", "t1", "Found.", "\"toolUseResult\":{\"agentId\":\"a1b2c3\"},"),
            ]
        );
        Transcript(
            $"{Garden}/subagents/agent-a1b2c3",
            [User("x1", "Find the hose.", Sidechain), Says("x2", "It is here.", more: Sidechain)]
        );

        await ImportAsync();

        var agent = (await FindAsync($"{Garden}.agent-a1b2c3"))!;
        Assert.Equal(new ParentSession(Garden, "t1", "Explore", null, "Look for the hose"), agent.Summary.Recording!.Parent);
        Assert.Equal("Look for the hose", agent.Summary.GeneratedTitle);
    }

    [Fact]
    public async Task What_is_noted_next_to_an_agents_transcript_links_it_at_any_depth()
    {
        var folder = $"{Garden}/subagents/workflows/wf-1";
        Transcript($"{folder}/agent-a1b2c3", [User("x1", "Find the hose.", Sidechain)]);
        Write(
            $"projects/{folder}/agent-a1b2c3.meta.json",
            """{"agentType":"Explore","name":"mole","description":"Look for the hose","toolUseId":"t9","parentAgentId":"d4e5f6"}"""
        );

        await ImportAsync();

        Assert.Equal(
            new ParentSession($"{Garden}.agent-d4e5f6", "t9", "Explore", "mole", "Look for the hose"),
            (await FindAsync($"{Garden}.agent-a1b2c3"))!.Summary.Recording!.Parent
        );
    }

    [Fact]
    public async Task A_result_in_a_file_of_its_own_is_read_only_from_the_sessions_folder()
    {
        Write($"projects/{Garden}/tool-results/toolu_1.txt", "all of the harvest");
        Write("secret/tool-results/toolu_2.txt", "not for you");
        Write("projects/secret.txt", "not for you either");
        string[] paths =
        [
            $"/home/me/.claude/projects/w/{Garden}/tool-results/toolu_1.txt",
            PathOf("secret/tool-results/toolu_2.txt"),
            $"/w/{Garden}/tool-results/../../secret.txt",
            $"/w/{Garden}/tool-results/..",
        ];
        Transcript(
            Garden,
            [
                User("u1", "Count the harvest."),
                .. paths.SelectMany(
                    (path, index) =>
                        new[]
                        {
                            Calls($"a{index}", $"t{index}"),
                            Answers(
                                $"r{index}",
                                $"t{index}",
                                $"<persisted-output>\nOutput too large. Full output saved to: {path}\n\nPreview:\nall of\n</persisted-output>"
                            ),
                        }
                ),
            ]
        );

        await ImportAsync();

        var results = (await FindAsync(Garden))!.Events.OfType<ToolResultEvent>().Select(one => one.Result.AsString()).ToList();
        Assert.Equal("all of the harvest", results[0]);
        Assert.All(results.Skip(1), result => Assert.StartsWith("<persisted-output>", result, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_large_result_only_the_beginning_is_read()
    {
        Write($"projects/{Garden}/tool-results/toolu_1.txt", new string('x', 3 << 20));
        Transcript(
            Garden,
            [
                Calls("a1", "t1"),
                Answers("r1", "t1", "<persisted-output>\nFull output saved to: C:\\w\\tool-results\\toolu_1.txt\n</persisted-output>"),
            ]
        );

        await ImportAsync();

        var result = Assert.Single((await FindAsync(Garden))!.Events.OfType<ToolResultEvent>()).Result.AsString()!;
        Assert.EndsWith("x\n[2,097,152 more bytes in tool-results/toolu_1.txt]", result, StringComparison.Ordinal);
    }

    private string Transcript(string name, IEnumerable<string> lines) => Write($"projects/{name}.jsonl", string.Join('\n', lines));

    private async Task<ImportProgress> ImportAsync(params string[] paths)
    {
        using var archive = Open();
        var import = new ArchiveImport(archive, ArchiveOwners.Local, Time, FileSource.DefaultMaxSessionBytes, ImportFormats.Known);
        string[] found = paths.Length > 0 ? paths : [.. new[] { "projects", "a.jsonl" }.Select(PathOf).Where(Path.Exists)];
        var done = await import.RunAsync(found, [], [], null, problem => Assert.Fail(problem.Sentence), this, Cancelled);
        return done;
    }

    private async Task<RereadProgress> RereadAsync()
    {
        using var archive = Open();
        var reread = new ArchiveReread(archive, ArchiveOwners.Local, Time, FileSource.DefaultMaxSessionBytes, ImportFormats.Known);
        return await reread.RunAsync([], one => Assert.Null(one.Reason), new Progress<RereadProgress>(), Cancelled);
    }

    private async Task<Session?> FindAsync(string id)
    {
        using var archive = Open();
        return (await archive.FindAsync(ArchiveOwners.Local, id, Cancelled))?.Session;
    }

    private async Task<List<string>> ShownAsync(string id) =>
        ImportTest.Shown((await FindAsync(id)) ?? throw new InvalidOperationException($"{id} is not in the archive."));

    private ISessionArchive Open() => SessionArchive.Open(PathOf("archive.db"));
}
