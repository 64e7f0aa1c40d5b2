using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using ChatSessions.Tests.Sources;
using ChatSessions.Tests.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Importing;

/// <summary>What programs do to their files between two imports, and that nothing is lost by it.</summary>
public sealed class KeptStatesTests : TempFolder, IProgress<ImportProgress>
{
    private static readonly string[] Rollout =
    [
        Line(0, "session_meta", """{"id":"s","cwd":"/w"}"""),
        Said(1, "user", "Mend the dragon lamp."),
        Said(2, "assistant", "The fuse is blown."),
        Said(3, "user", "Then the cellar."),
        Said(4, "assistant", "It is flooded."),
    ];

    private readonly List<FileProblem> broken = [];

    void IProgress<ImportProgress>.Report(ImportProgress value) { }

    [Fact]
    public async Task A_rollout_that_was_rewritten_shorter_and_goes_on_keeps_what_it_had()
    {
        await ImportAsync("s.jsonl", Rollout);

        string[] rewritten = [Rollout[0], Line(5, "compacted", """{"message":"The lamp was looked at."}"""), .. Rollout[3..]];
        var first = await ImportAsync("s.jsonl", [.. rewritten, Said(6, "user", "And the attic?")]);
        var second = await ImportAsync("s.jsonl", [.. rewritten, Said(6, "user", "And the attic?"), Said(7, "assistant", "Dry.")]);

        Assert.Equal((1, 0, 1), (first.KeptBoth, first.Replaced, second.Replaced));
        Assert.Equal(["s"], await ListedAsync());
        Assert.Equal("s.earlier-1", Assert.Single(await FindAsync("dragon")));
        Assert.Equal("s", Assert.Single(await FindAsync("attic")));
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_rollout_that_was_cut_off_replaces_nothing()
    {
        await ImportAsync("s.jsonl", Rollout);

        var done = await ImportAsync("s.jsonl", Rollout[..3]);

        Assert.Equal((1, 0, 0), (done.Older, done.Replaced, done.KeptBoth));
        Assert.Equal(["s"], await FindAsync("flooded"));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_rollout_that_grows_replaces_what_was_read_of_it_though_its_last_line_was_incomplete()
    {
        await ImportAsync("s.jsonl", [.. Rollout[..4], Rollout[4][..40]]);

        var done = await ImportAsync("s.jsonl", Rollout);

        Assert.Equal((1, 0), (done.Replaced, done.KeptBoth));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Of_a_file_that_lost_only_bookkeeping_the_whole_original_stays()
    {
        var tokens = Line(5, "event_msg", """{"type":"token_count","info":null}""");
        await ImportAsync("s.jsonl", [.. Rollout, tokens]);

        await ImportAsync("s.jsonl", Rollout);

        Assert.Contains("token_count", await OriginalAsync());
        Assert.Equal(1, await CountAsync());
    }

    [Theory]
    [InlineData("a.jsonl", "b.jsonl")]
    [InlineData("b.jsonl", "a.jsonl")]
    public async Task Two_files_with_one_id_and_different_records_both_stay(string first, string second)
    {
        var parts = new Dictionary<string, string[]>
        {
            ["a.jsonl"] = [Rollout[0], Rollout[1], Rollout[2]],
            ["b.jsonl"] = [Rollout[0], Rollout[3], Rollout[4]],
        };
        await ImportAsync(first, parts[first]);
        Assert.Equal(1, (await ImportAsync(second, parts[second])).KeptBoth);

        for (var run = 0; run < 2; run++)
            foreach (var name in parts.Keys)
                Assert.Equal(0, (await ImportAsync(name, parts[name])) is var again ? again.Added + again.Replaced + again.KeptBoth : -1);

        Assert.Equal(["s.earlier-1"], await FindAsync("dragon"));
        Assert.Equal(["s"], await FindAsync("flooded"));
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_file_of_several_sessions_is_kept_once()
    {
        await ImportAsync(
            "claude.jsonl",
            """{"type":"user","sessionId":"s","uuid":"1","message":{"role":"user","content":"Q"}}""",
            """{"type":"user","sessionId":"s","uuid":"2","isSidechain":true,"agentId":"x","message":{"role":"user","content":"R"}}"""
        );

        using var archive = Open();
        var use = Assert.Single((await archive.ListOriginalsAsync(ArchiveOwners.Local, Cancelled)).Originals);
        Assert.Equal(["s", "s.agent-x"], use.SessionIds);
    }

    [Fact]
    public async Task Of_a_file_with_a_session_a_line_each_keeps_its_line()
    {
        await ImportAsync(
            "messages.jsonl",
            """{"session_id":"one","messages":[{"role":"user","content":"Q"}]}""",
            """{"session_id":"two","messages":[{"role":"user","content":"R"}]}"""
        );

        using var archive = Open();
        var uses = (await archive.ListOriginalsAsync(ArchiveOwners.Local, Cancelled)).Originals;
        Assert.Equal(["one", "two"], uses.Select(use => use.SessionIds.Single()));
        var second = await archive.FindOriginalAsync(ArchiveOwners.Local, uses[1].Number, Cancelled);
        Assert.Equal((true, 2), (second!.IsLines, second.Line));
    }

    [Fact]
    public async Task Sessions_in_LlamaClouds_format_are_their_own_originals()
    {
        await ImportAsync("s.json", SessionText.Of("s"));

        using var archive = Open();
        var list = await archive.ListOriginalsAsync(ArchiveOwners.Local, Cancelled);
        Assert.Empty(list.Originals);
        Assert.Empty(list.Without);
    }

    [Fact]
    public async Task What_comes_through_a_pipe_is_kept_and_unpacked_files_are_kept_as_they_unpack()
    {
        var text = string.Join('\n', Rollout);
        using (var archive = Open())
        {
            var pipe = new PipedFile("standard input", Gzip(text), Time.GetUtcNow());
            await new ArchiveImport(archive, ArchiveOwners.Local, Time, FileSource.DefaultMaxSessionBytes, ImportFormats.Known).RunAsync(
                [],
                [],
                [pipe],
                format: null,
                broken.Add,
                this,
                Cancelled
            );
        }

        Assert.Equal(text, await OriginalAsync());
    }

    private static string Line(int second, string type, string payload) =>
        $$"""{"timestamp":"2026-01-01T00:00:0{{second}}Z","type":"{{type}}","payload":{{payload}}}""";

    private static string Said(int second, string role, string text) =>
        Line(second, "response_item", $$"""{"type":"message","role":"{{role}}","content":[{"type":"input_text","text":"{{text}}"}]}""");

    [Fact]
    public async Task Data_in_base64_is_kept_once_the_archive_is_told_to_and_files_that_grow_still_replace_what_they_were()
    {
        var data = Convert.ToBase64String(Enumerable.Range(0, 600).Select(n => (byte)(n * 7)).ToArray());
        string[] rollout =
        [
            .. Rollout[..2],
            Line(3, "response_item", $$"""{"type":"reasoning","summary":[],"encrypted_content":"{{data}}"}"""),
        ];
        await ImportAsync("s.jsonl", rollout);
        var without = await OriginalAsync();
        using (var archive = Open())
            await archive.Maintenance.KeepEncodedDataAsync(true, Cancelled);

        var same = await ImportAsync("s.jsonl", rollout);
        var with = await OriginalAsync();
        var grown = await ImportAsync("s.jsonl", [.. rollout, Said(4, "user", "And the attic?")]);
        using (var archive = Open())
            await archive.Maintenance.KeepEncodedDataAsync(false, Cancelled);
        var last = await ImportAsync("s.jsonl", [.. rollout, Said(4, "user", "And the attic?"), Said(5, "assistant", "Dry.")]);

        Assert.DoesNotContain(data[..64], without, StringComparison.Ordinal);
        Assert.Contains(data, with, StringComparison.Ordinal);
        Assert.Equal((1, 0, 0), (same.Unchanged, same.Replaced, same.KeptBoth));
        Assert.Equal((1, 0), (grown.Replaced, grown.KeptBoth));
        Assert.Equal((1, 0), (last.Replaced, last.KeptBoth));
        Assert.Equal(1, await CountAsync());
    }

    private ISessionArchive Open() => SessionArchive.Open(PathOf("archive.db"));

    private async Task<ImportProgress> ImportAsync(string name, params string[] lines)
    {
        var path = Write(name, string.Join('\n', lines));
        using var archive = Open();
        var import = new ArchiveImport(archive, ArchiveOwners.Local, Time, FileSource.DefaultMaxSessionBytes, ImportFormats.Known);
        var done = await import.RunAsync([path], [], [], format: null, broken.Add, this, Cancelled);
        Assert.Empty(broken);
        Assert.Empty(await archive.Maintenance.VerifyAsync(Cancelled));
        return done;
    }

    private async Task<List<string>> ListedAsync()
    {
        using var archive = Open();
        var page = await archive.ListAsync(ArchiveOwners.Local, SessionFilter.All, null, 10, Cancelled);
        return [.. page.Select(summary => summary.SessionId)];
    }

    private async Task<long> CountAsync()
    {
        using var archive = Open();
        return (await archive.CountAsync(ArchiveOwners.Local, Cancelled)).Sessions;
    }

    /// <summary>The sessions in which a word is found.</summary>
    private async Task<List<string>> FindAsync(string word)
    {
        using var archive = Open();
        var page = await archive.SearchAsync(
            new OutgoingDoor(),
            [ArchiveOwners.Local],
            SearchQuery.Parse(word),
            SearchFilter.All,
            10,
            null,
            Cancelled
        );
        return [.. page.Hits.Select(hit => hit.Session.SessionId).Distinct()];
    }

    private async Task<string> OriginalAsync()
    {
        using var archive = Open();
        var use = Assert.Single((await archive.ListOriginalsAsync(ArchiveOwners.Local, Cancelled)).Originals);
        using var reader = new StreamReader((await archive.FindOriginalAsync(ArchiveOwners.Local, use.Number, Cancelled))!.Open());
        return await reader.ReadToEndAsync(Cancelled);
    }
}
