using System.IO.Compression;
using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Sources.Files;
using ChatSessions.Tests.Sources;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatSessions.Tests.Importing;

public sealed class ArchiveImportTests : OnArchiveImport
{
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
        Assert.Empty(Broken);
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

        Assert.Equal((2, 0), (done.Added, Broken.Count));
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
        Assert.Equal($"No file or folder {PathOf("nowhere")}. Check the path.", Assert.Single(Broken).Sentence);
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
    public async Task Of_a_broken_file_one_line_is_reported_and_the_rest_is_imported()
    {
        Write("broken.json", """{"session_id":"x","events":[""");
        Write("lines.jsonl", $"{SessionText.Of("one")}\n{{\n}}\n{SessionText.Of("two")}\n");
        Write("torn.jsonl", $"{Claude}\n\0\0\n{Claude}\n");
        Write("good.json", SessionText.Of("good"));

        var done = await ImportAsync();
        var again = await ImportAsync();

        Assert.Equal((4, 3), (done.Added, done.Broken));
        Assert.Equal(["broken.json", "lines.jsonl", "torn.jsonl"], Broken.Take(3).Select(problem => Path.GetFileName(problem.Path)));
        Assert.DoesNotContain("imported.", Broken[0].Sentence);
        Assert.Contains("lines.jsonl, line 2 is not", Broken[1].Sentence);
        Assert.EndsWith(" It has 2 broken lines. Everything else was imported.", Broken[1].Sentence, StringComparison.Ordinal);
        Assert.Contains("torn.jsonl, line 2 is not valid JSON", Broken[2].Sentence);
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
        Assert.Equal((1, 0, 0), (first.Added, first.Broken, first.OfAnotherKind.Count));
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
        Assert.StartsWith($"{zip}{Path.DirectorySeparatorChar}broken.json is not valid JSON", Assert.Single(Broken).Sentence);
        Assert.Equal("claude-ai", (await FindAsync("u1"))!.Origin.Name);

        File.WriteAllBytes(zip, File.ReadAllBytes(zip)[..60]);
        var cut = await ImportAsync(zip);

        Assert.Equal(1, cut.Broken);
        Assert.Contains("is not a complete zip file", Broken[1].Sentence);
    }

    [Theory]
    [InlineData("""{"colour":"blue"}""")]
    [InlineData("{\"colour\":\"blue\"}\n{\"colour\":\"red\"}\n")]
    [InlineData("")]
    public async Task What_is_not_a_chat_session_is_counted_in_a_folder_and_reported_when_it_is_named(string text)
    {
        var path = Write("settings.json", text);

        var ofFolder = await ImportAsync();
        Assert.Equal((1, 0), (ofFolder.OfAnotherKind.Count, ofFolder.Broken));
        Assert.Empty(Broken);

        var named = await ImportAsync(path);
        Assert.Equal((0, 1), (named.OfAnotherKind.Count, named.Broken));
        Assert.Single(Broken);
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
        Assert.Empty(Broken);
    }

    [Fact]
    public async Task A_missing_path_is_told_and_the_others_are_imported()
    {
        Write("a.jsonl", Claude);

        var done = await ImportAsync(PathOf("nowhere"), Files);

        Assert.Equal((1, 1), (done.Added, done.Broken));
        Assert.Contains("nowhere", Assert.Single(Broken).Sentence);
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

        Assert.Equal(Told.OrderBy(one => one.BytesDone).ThenBy(one => one.Sessions).ThenBy(one => one.FilesDone), Told);
        Assert.Equal(done with { Elapsed = Told[^1].Elapsed }, Told[^1]);
        Assert.Equal((2, done.Bytes, 20), (done.FilesDone, done.BytesDone, done.Added));
        Assert.True(Told.Count > 20);
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
}
