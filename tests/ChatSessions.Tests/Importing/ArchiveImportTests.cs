using System.IO.Compression;
using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Sources.Files;
using ChatSessions.Tests.Sources;
using ChatSessions.Tests.Sources.Files;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatSessions.Tests.Importing;

public sealed class ArchiveImportTests : TempFolder, IProgress<ImportProgress>
{
    private const string Claude = """{"type":"user","sessionId":"claude","timestamp":"2026-01-01T00:00:00Z","message":{"content":"Q"}}""";
    private const string Codex = """
        {"timestamp":"2026-01-01T00:00:00Z","type":"session_meta","payload":{"id":"codex"}}
        {"timestamp":"2026-01-01T00:00:00Z","type":"event_msg","payload":{"type":"user_message","message":"Q"}}
        """;
    private const string OpenAi = """{"session_id":"openai","messages":[{"role":"user","content":"Q"}]}""";
    private const string MicrosoftAi = """
        {"conversationId":"microsoft-ai","messages":[{"role":"user","contents":[{"$type":"text","text":"Q"}]}]}
        """;

    private static readonly DateTime Start = new(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    private readonly List<FileProblem> broken = [];
    private readonly List<ImportProgress> told = [];
    private CancellationTokenSource stop = new();
    private int filesWritten;

    private string Database => PathOf("archive.db");

    private string Files => PathOf("files");

    private ImportFormats Formats { get; set; } = ImportFormats.Known;

    private List<PipedFile> Piped { get; } = [];

    private List<Agent> Agents { get; } = [];

    /// <summary>Stops the import after this many sessions.</summary>
    private int StopAfter { get; set; } = int.MaxValue;

    void IProgress<ImportProgress>.Report(ImportProgress value)
    {
        told.Add(value);
        if (value.Sessions >= StopAfter)
            stop.Cancel();
    }

    [Fact]
    public async Task Files_of_every_format_are_imported_from_folders_at_any_depth()
    {
        Write("a/session.json", SessionText.Of("llamacloud"));
        Write("a/b/session.json.gz", Gzip(SessionText.Of("compressed")));
        Write("-home-me/claude.jsonl", Claude);
        Write("2026/01/01/rollout.jsonl", Codex);
        Write("messages.json", OpenAi);
        Write("response.json", MicrosoftAi);

        var done = await ImportAsync();

        Assert.Equal((6, 6, 6), (done.Added, done.Files, done.FilesDone));
        Assert.Equal(done.Bytes, done.BytesDone);
        Assert.Empty(broken);
        foreach (
            var (id, origin) in new[]
            {
                ("llamacloud", SessionOrigin.File),
                ("compressed", SessionOrigin.File),
                ("claude", new SessionOrigin("claude-code")),
                ("codex", new SessionOrigin("codex")),
                ("openai", new SessionOrigin("openai")),
                ("microsoft-ai", new SessionOrigin("microsoft-ai")),
            }
        )
        {
            var found = await FindAsync(id);
            Assert.Equal((origin, Time.GetUtcNow()), (found!.Origin, found.FetchedAt));
        }
        Assert.Equal(SessionText.Of("llamacloud"), (await FindAsync("llamacloud"))!.Session.Json.ToString());
    }

    [Fact]
    public async Task A_format_is_one_object_and_one_line_of_the_table()
    {
        Formats = new([.. ImportFormats.Known.All, MadeUpFormat.Format]);
        Write("diary.jsonl", MadeUpFormat.Text("diary"));
        Write("claude.jsonl", Claude);

        var done = await ImportAsync();

        Assert.Equal((2, 0), (done.Added, broken.Count));
        Assert.Equal("diary", (await FindAsync("diary"))!.Origin.Name);
        Assert.Equal("claude-code", (await FindAsync("claude"))!.Origin.Name);
        using var archive = SessionArchive.Open(Database);
        Assert.Equal(["claude-code", "diary"], (await archive.SharesAsync(Cancelled)).Select(share => share.Origin.Name).Order());
    }

    [Fact]
    public async Task What_comes_through_a_pipe_is_imported_and_is_the_same_session_each_time()
    {
        Piped.Add(new PipedFile("standard input", Gzip(OpenAi.Replace("\"session_id\":\"openai\",", "")), Time.GetUtcNow()));
        Directory.CreateDirectory(Files);

        var first = await ImportAsync();
        var second = await ImportAsync();

        Assert.Equal((1, 1, 1), (first.Added, first.Files, second.Unchanged));
    }

    [Fact]
    public async Task What_does_not_exist_is_a_problem_and_the_rest_is_imported()
    {
        var there = Write("a.json", SessionText.Of("a"));

        var done = await ImportAsync(PathOf("nowhere"), there);

        Assert.Equal((1, 1), (done.Added, done.Broken));
        Assert.Equal($"No file or folder {PathOf("nowhere")}. Check the path.", Assert.Single(broken).Sentence);
    }

    [Fact]
    public async Task A_hidden_folder_that_is_named_is_searched()
    {
        Write(".claude/projects/-w/claude.jsonl", Claude);
        Write(".hidden/other.json", SessionText.Of("hidden"));

        Assert.Equal(1, (await ImportAsync(Path.Combine(Files, ".claude", "projects"))).Added);
        Assert.Equal(0, (await ImportAsync()).Sessions);
    }

    [Fact]
    public async Task A_folder_that_has_not_changed_is_passed_over_unread()
    {
        var first = Write("first.json", SessionText.Of("first", says: "hello"));
        Write("only-bookkeeping.jsonl", """{"type":"summary","summary":"S","leafUuid":"u"}""");
        var before = await ImportAsync();
        // Size and time are unchanged; a second read would find it broken.
        var stamp = File.GetLastWriteTimeUtc(first);
        File.WriteAllText(first, new string('x', (int)new FileInfo(first).Length));
        File.SetLastWriteTimeUtc(first, stamp);

        var again = await ImportAsync();

        Assert.Equal((1, 2, 0), (before.Added, before.Files, before.FilesAsBefore));
        Assert.Equal((0, 0, 2, 0L), (again.Sessions, again.Files, again.FilesAsBefore, again.Bytes));
        Assert.Empty(broken);
    }

    [Fact]
    public async Task A_file_that_was_changed_is_read_again()
    {
        Write("a.jsonl", Claude);
        await ImportAsync();

        Write("a.jsonl", Claude + "\n" + Claude.Replace("00:00:00", "00:01:00", StringComparison.Ordinal));
        var again = await ImportAsync();

        Assert.Equal((1, 1), (again.Replaced, again.Sessions));
        Assert.Equal(2, (await FindAsync("claude"))!.Session.Events.Length);
    }

    [Fact]
    public async Task A_file_that_is_named_is_always_read_so_that_what_was_deleted_can_be_brought_back()
    {
        var path = Write("a.jsonl", Claude);
        await ImportAsync(path);
        var bytes = await ContentAsync();
        var unchanged = await ImportAsync(path);
        var bytesAfter = await ContentAsync();
        using (var archive = SessionArchive.Open(Database))
            await archive.DeleteAsync(ArchiveOwners.Local, "claude", Cancelled);

        var ofFolder = await ImportAsync();
        var ofFile = await ImportAsync(path, Files);

        Assert.Equal((1, 1), (unchanged.Unchanged, unchanged.Sessions));
        Assert.Equal(bytes, bytesAfter);
        Assert.Equal((0, 1), (ofFolder.Sessions, ofFolder.FilesAsBefore));
        Assert.Equal((1, 1, 0), (ofFile.Added, ofFile.Files, ofFile.FilesAsBefore));
    }

    [Fact]
    public async Task What_was_deleted_stays_so_when_others_of_its_file_change_until_it_is_updated_itself()
    {
        var path = Write("a.jsonl", SessionText.Of("a") + "\n" + SessionText.Of("b"));
        await ImportAsync();
        using (var archive = SessionArchive.Open(Database))
            await archive.DeleteAsync(ArchiveOwners.Local, "a", Cancelled);

        Write("a.jsonl", SessionText.Of("a") + "\n" + SessionText.Of("b", SessionText.Lately) + "\n" + SessionText.Of("c"));
        var others = await ImportAsync();
        Assert.Equal((1, 1, 1, 2), (others.Added, others.Replaced, others.Deleted, others.Sessions));
        Assert.Null(await FindAsync("a"));

        Write("a.jsonl", SessionText.Of("a", SessionText.Lately) + "\n" + SessionText.Of("b", SessionText.Lately));
        var itself = await ImportAsync();
        Assert.Equal((1, 0), (itself.Added, itself.Deleted));

        using (var archive = SessionArchive.Open(Database))
            await archive.DeleteAsync(ArchiveOwners.Local, "a", Cancelled);
        Assert.Equal(1, (await ImportAsync(path)).Added);
    }

    [Fact]
    public async Task The_oldest_file_comes_first_so_that_the_newest_state_stays()
    {
        // Sorted by name, the newest would be first.
        Write("b.json", SessionText.Of("s", says: "oldest"));
        Write("c.json", SessionText.Of("s", says: "middle"));
        Write("a.json", SessionText.Of("s", says: "newest"));

        var done = await ImportAsync();

        Assert.Equal((1, 2, 3), (done.Added, done.KeptBoth, done.Sessions));
        Assert.Equal("newest", (await FindAsync("s"))!.Session.Says());
        Assert.Equal("oldest", (await FindAsync("s.earlier-1"))!.Session.Says());
        Assert.Equal("middle", (await FindAsync("s.earlier-2"))!.Session.Says());
    }

    [Fact]
    public async Task A_copy_of_long_ago_does_not_take_the_place_of_what_was_updated_later()
    {
        Write("a.json", SessionText.Of("s", SessionText.Lately, "new"));
        await ImportAsync();
        var copy = Write("copy.json", SessionText.Of("s", SessionText.LongAgo, "old"));

        var done = await ImportAsync(copy);

        Assert.Equal((1, 1), (done.KeptBoth, done.Sessions));
        Assert.Equal("new", (await FindAsync("s"))!.Session.Says());
        Assert.Equal("old", (await FindAsync("s.earlier-1"))!.Session.Says());
    }

    [Fact]
    public async Task Of_a_broken_file_one_line_is_reported_and_the_rest_is_imported()
    {
        Write("broken.json", """{"session_id":"x","events":[""");
        Write("lines.jsonl", $"{SessionText.Of("one")}\n{{\n}}\n{SessionText.Of("two")}\n");
        Write("torn.jsonl", $"{Claude}\n\0\0\n{Claude}\n");
        Write("good.json", SessionText.Of("good"));

        var done = await ImportAsync();
        var again = await ImportAsync();

        Assert.Equal((4, 3), (done.Added, done.Broken));
        Assert.Equal(["broken.json", "lines.jsonl", "torn.jsonl"], broken.Take(3).Select(problem => Path.GetFileName(problem.Path)));
        Assert.DoesNotContain("imported.", broken[0].Sentence);
        Assert.Contains("lines.jsonl, line 2 is not", broken[1].Sentence);
        Assert.EndsWith(" It has 2 broken lines. Everything else was imported.", broken[1].Sentence, StringComparison.Ordinal);
        Assert.Contains("torn.jsonl, line 2 is not valid JSON", broken[2].Sentence);
        // Broken files are reported until they are fixed.
        Assert.Equal((3, 3, 1), (again.Unchanged, again.Broken, again.FilesAsBefore));
    }

    [Fact]
    public async Task Sessions_of_programs_that_are_not_read_are_counted_by_program_and_looked_at_again()
    {
        Write("w/.aider.chat.history.md", "# aider chat started at 2026-07-17 09:00:00\n");
        Write("v/.aider.chat.history.md", "# aider chat started at 2026-07-17 09:00:00\n");
        Write("harbor.json", """{"schema_version":"ATIF-v1.7","steps":[]}""");
        Write(
            "brain/a/.system_generated/logs/transcript.jsonl",
            """{"source":"USER_EXPLICIT","created_at":"2026-01-01T00:00:00Z","content":"Q"}"""
        );

        var first = await ImportAsync();
        var second = await ImportAsync();

        Assert.Equal([("Aider", 2), ("Harbor", 1)], first.Unread.Select(one => (one.Key, one.Value)));
        Assert.Equal((1, 0, 0), (first.Added, first.Broken, first.FilesOfAnotherKind));
        Assert.Equal((3, 1), (second.Unread.Values.Sum(), second.FilesAsBefore));
    }

    [Fact]
    public async Task A_zip_is_read_file_by_file_and_what_cannot_be_unpacked_is_named()
    {
        var zip = Write("export.zip", "");
        using (var archive = new ZipArchive(File.Create(zip), ZipArchiveMode.Create))
        {
            Put("conversations.json", """[{"uuid":"u1","name":"One","chat_messages":[{"sender":"human","text":"Q"}]}]""");
            Put("users.json", "[]");
            Put("broken.json", "{");

            void Put(string name, string text)
            {
                using var writer = new StreamWriter(archive.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        var done = await ImportAsync(zip);

        Assert.Equal((1, 1, 1, 1), (done.Added, done.Files, done.FilesDone, done.Broken));
        Assert.StartsWith($"{zip}{Path.DirectorySeparatorChar}broken.json is not valid JSON", Assert.Single(broken).Sentence);
        Assert.Equal("claude-ai", (await FindAsync("u1"))!.Origin.Name);

        File.WriteAllBytes(zip, File.ReadAllBytes(zip)[..60]);
        var cut = await ImportAsync(zip);

        Assert.Equal(1, cut.Broken);
        Assert.Contains("is not a complete zip file", broken[1].Sentence);
    }

    [Theory]
    [InlineData("""{"colour":"blue"}""")]
    [InlineData("{\"colour\":\"blue\"}\n{\"colour\":\"red\"}\n")]
    [InlineData("")]
    public async Task What_is_not_a_chat_session_is_counted_in_a_folder_and_reported_when_it_is_named(string text)
    {
        var path = Write("settings.json", text);

        var ofFolder = await ImportAsync();
        Assert.Equal((1, 0), (ofFolder.FilesOfAnotherKind, ofFolder.Broken));
        Assert.Empty(broken);

        var named = await ImportAsync(path);
        Assert.Equal((0, 1), (named.FilesOfAnotherKind, named.Broken));
        Assert.Single(broken);
    }

    [Fact]
    public async Task Zstd_files_are_imported_unless_the_uncompressed_file_is_next_to_them()
    {
        Write("old.jsonl.zst", Zstd(Codex.Replace("codex", "old")));
        // Codex is still writing it.
        Write("both.jsonl.zst", Zstd(Codex)[..10]);
        Write("both.jsonl", Codex);

        var done = await ImportAsync();

        Assert.Equal((2, 2), (done.Added, done.Files));
        Assert.Empty(broken);
    }

    [Fact]
    public async Task A_session_that_got_a_name_is_read_again_though_its_rollout_is_as_it_was()
    {
        const string id = "01990000-0000-7000-8000-000000000001";
        Write($"sessions/2026/01/01/rollout-2026-01-01T00-00-00-{id}.jsonl", Codex.Replace("codex", id));
        Write("sessions/2026/01/01/rollout-2026-01-01T00-00-00-01990000-0000-7000-8000-000000000002.jsonl", Codex);
        await ImportAsync();
        // Not a session, and not counted as a file of another kind.
        Write("session_index.jsonl", $$"""{"id":"{{id}}","thread_name":"Lift the anchor","updated_at":"2026-03-01T00:00:00Z"}""");

        var again = await ImportAsync();
        var asBefore = await ImportAsync();

        Assert.Equal((1, 1, 0), (again.Replaced, again.Files, again.FilesOfAnotherKind));
        Assert.Equal("Lift the anchor", (await FindAsync(id))!.Session.Summary.GeneratedTitle);
        Assert.Equal((0, 2), (asBefore.Files, asBefore.FilesAsBefore));
    }

    [Fact]
    public async Task What_a_fork_repeats_is_left_out_if_its_parent_is_imported_too()
    {
        var question = """{"timestamp":"2026-01-01T00:00:05Z","type":"event_msg","payload":{"type":"user_message","message":"P"}}""";
        Write("parent.jsonl", Codex);
        var child = Write(
            "child.jsonl",
            $"""
            {Codex.Split('\n')[0].Replace("codex", "child")}
            {Codex.Replace("2026", "2025")}
            {question}
            """
        );

        await ImportAsync(child);
        var alone = (await FindAsync("child"))!.Session.Events.Length;
        await ImportAsync();
        await ImportAsync(child, PathOf("files/parent.jsonl"));
        var together = (await FindAsync("child"))!.Session;

        Assert.Equal(2, alone);
        Assert.Equal(
            ["context system: This session goes on from session codex. What it repeats of that one (1 records) is only there.", "user: P"],
            ImportTest.Shown(together)
        );
        Assert.Equal(["user: Q"], ImportTest.Shown((await FindAsync("codex"))!.Session));
    }

    [Fact]
    public async Task What_a_fork_repeats_is_left_out_if_only_the_archive_has_its_parent()
    {
        var question = """{"timestamp":"2026-01-01T00:00:05Z","type":"event_msg","payload":{"type":"user_message","message":"P"}}""";
        var parent = Write("parent.jsonl", Codex);
        await ImportAsync();
        File.Delete(parent);
        Write(
            "child.jsonl",
            $"""
            {Codex.Split('\n')[0].Replace("\"codex\"", "\"child\",\"forked_from_id\":\"codex\"")}
            {Codex}
            {question}
            """
        );

        await ImportAsync();

        Assert.Equal("user: P", ImportTest.Shown((await FindAsync("child"))!.Session)[^1]);
        Assert.DoesNotContain("user: Q", ImportTest.Shown((await FindAsync("child"))!.Session));
    }

    [Fact]
    public async Task A_missing_path_is_told_and_the_others_are_imported()
    {
        Write("a.jsonl", Claude);

        var done = await ImportAsync(PathOf("nowhere"), Files);

        Assert.Equal((1, 1), (done.Added, done.Broken));
        Assert.Contains("nowhere", Assert.Single(broken).Sentence);
    }

    [Fact]
    public async Task A_stopped_import_has_saved_what_it_counted_and_the_next_one_completes_it()
    {
        Write("many.jsonl", string.Join('\n', Enumerable.Range(0, 20).Select(n => SessionText.Of($"s{n}"))));
        for (var n = 20; n < 30; n++)
            Write($"{n}.json", SessionText.Of($"s{n}"));
        // Every batch and transaction takes so long that it saves only one session.
        Time.AutoAdvanceAmount = TimeSpan.FromSeconds(1);

        StopAfter = 15;
        var first = await ImportAsync();
        StopAfter = 25;
        var second = await ImportAsync();
        StopAfter = int.MaxValue;
        var third = await ImportAsync();

        Assert.Equal((true, 15, 15), (first.IsStopped, first.Sessions, first.Added));
        // A file that was read in part is read again; those before it are not.
        Assert.Equal((true, 15, 10), (second.IsStopped, second.Unchanged, second.Added));
        Assert.Equal((false, 0, 5), (third.IsStopped, third.Unchanged, third.Added));
        Assert.Equal(30, await CountAsync(archive => archive.Sessions));
        using var verified = SessionArchive.Open(Database);
        Assert.Empty(await verified.Maintenance.VerifyAsync(Cancelled));
    }

    [Fact]
    public async Task Progress_only_grows_and_ends_with_everything()
    {
        Write("many.jsonl", string.Join('\n', Enumerable.Range(0, 20).Select(n => SessionText.Of($"s{n}"))));
        Write("other.json", "{}");
        Time.AutoAdvanceAmount = TimeSpan.FromSeconds(1);

        var done = await ImportAsync();

        Assert.Equal(told.OrderBy(one => one.BytesDone).ThenBy(one => one.Sessions).ThenBy(one => one.FilesDone), told);
        Assert.Equal(done with { Elapsed = told[^1].Elapsed }, told[^1]);
        Assert.Equal((2, done.Bytes, 20), (done.FilesDone, done.BytesDone, done.Added));
        Assert.True(told.Count > 20);
    }

    [Fact]
    public async Task What_one_owner_imported_is_read_for_another()
    {
        Write("a.jsonl", Claude);
        await ImportAsync();
        using var archive = SessionArchive.Open(Database);

        var done = await RunAsync(archive, "other", Files);

        Assert.Equal(1, done.Added);
        Assert.NotNull(await archive.FindAsync("other", "claude", Cancelled));
    }

    [Fact]
    public async Task An_archive_from_before_imports_is_brought_up_to_date()
    {
        using (var stream = typeof(ISessionArchive).Assembly.GetManifestResourceStream("archive/001-archive.sql")!)
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=false"))
        {
            await connection.OpenAsync(Cancelled);
            using var command = connection.CreateCommand();
            command.CommandText = await new StreamReader(stream).ReadToEndAsync(Cancelled) + "pragma user_version = 1";
            await command.ExecuteNonQueryAsync(Cancelled);
        }
        Write("a.jsonl", Claude);

        Assert.Equal(1, (await ImportAsync()).Added);
        Assert.Equal(1, (await ImportAsync()).FilesAsBefore);
    }

    /// <summary>Writes a file into the imported folder, each some seconds newer than the last.</summary>
    private new string Write(string name, string text) => Dated(base.Write(Path.Combine("files", name), text));

    private new string Write(string name, byte[] bytes) => Dated(base.Write(Path.Combine("files", name), bytes));

    private string Dated(string path)
    {
        File.SetLastWriteTimeUtc(path, Start.AddSeconds(10 * filesWritten++));
        return path;
    }

    private async Task<ImportProgress> ImportAsync(params string[] paths)
    {
        using var archive = SessionArchive.Open(Database);
        return await RunAsync(archive, ArchiveOwners.Local, paths.Length > 0 ? paths : [Files]);
    }

    private async Task<ImportProgress> RunAsync(ISessionArchive archive, string owner, params string[] paths)
    {
        using (stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled))
        {
            var import = new ArchiveImport(archive, owner, Time, FileSource.DefaultMaxSessionBytes, Formats);
            return await import.RunAsync(paths, Agents, Piped, format: null, broken.Add, this, stop.Token);
        }
    }

    private async Task<ArchivedSession?> FindAsync(string id)
    {
        using var archive = SessionArchive.Open(Database);
        return await archive.FindAsync(ArchiveOwners.Local, id, Cancelled);
    }

    /// <summary>All bytes of the closed archive.</summary>
    private Task<byte[]> ContentAsync() => File.ReadAllBytesAsync(Database, Cancelled);

    private async Task<long> CountAsync(Func<ArchiveStatistics, long> what)
    {
        using var archive = SessionArchive.Open(Database);
        return what(await archive.CountAsync(ArchiveOwners.Local, Cancelled));
    }
}
