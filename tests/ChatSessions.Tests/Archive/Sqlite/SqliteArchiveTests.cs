using System.Reflection;
using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>The archive contract on a SQLite file, and the behaviour that only SQLite has.</summary>
public sealed class SqliteArchiveTests : ArchiveContract
{
    private readonly string folder = Directory.CreateTempSubdirectory("chat-archive-").FullName;

    private string File => Path.Combine(folder, "data", "archive.db");

    private new SqliteArchive Archive => (SqliteArchive)base.Archive;

    protected override Task<ISessionArchive> OpenAsync() => Task.FromResult<ISessionArchive>(new SqliteArchive(File));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Nothing_is_made_before_the_first_use() => Assert.False(Path.Exists(Path.GetDirectoryName(File)));

    [Fact]
    public async Task Only_the_user_may_read_the_file_and_its_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await SaveAsync("s");

        Assert.Equal("rwx------", Mode(Path.GetDirectoryName(File)!));
        Assert.All((string[])["", "-wal", "-shm"], end => Assert.Equal("rw-------", Mode(File + end)));
    }

    [Fact]
    public async Task A_file_that_others_could_read_is_closed_to_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await SaveAsync("s");
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(File, (UnixFileMode)0b110_100_100);

        using var again = await OpenAsync();
        await again.FindAsync(Owner, "s", TestEnd);

        Assert.Equal("rw-------", Mode(File));
    }

    /// <summary>A negative one is of a damaged file.</summary>
    [Theory]
    [InlineData(99, "newer version")]
    [InlineData(-956301305, "is damaged: it says that its format is -956301305")]
    public async Task A_file_of_a_format_that_is_not_known_is_refused_and_left_unchanged(int format, string reason)
    {
        await SaveAsync("s");
        Archive.Dispose();
        await ExecuteAsync($"pragma user_version = {format}; pragma journal_mode = delete");
        var before = await System.IO.File.ReadAllBytesAsync(File, TestEnd);

        var error = await RefusalAsync();

        Assert.Equal(ChatSessionError.Unavailable, error.Error);
        Assert.Contains(reason, error.Message);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File, TestEnd));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_unchanged()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await ExecuteAsync("create table note (text)");
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(File, (UnixFileMode)0b110_100_100);
        var before = await System.IO.File.ReadAllBytesAsync(File, TestEnd);
        var mode = Mode(File);

        var error = await RefusalAsync();

        Assert.Equal(ChatSessionError.Unavailable, error.Error);
        Assert.Contains("not a chat session archive", error.Message);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File, TestEnd));
        Assert.Equal(mode, Mode(File));
    }

    [Fact]
    public async Task Where_another_file_was_refused_and_then_deleted_an_archive_is_made()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await ExecuteAsync("create table note (text)");
        SqliteConnection.ClearAllPools();
        await Assert.ThrowsAsync<ChatSessionException>(() => SaveAsync("s"));

        System.IO.File.Delete(File);
        await SaveAsync("s");

        Assert.Equal(["s"], (await Archive.ListAsync(Owner, SessionFilter.All, null, 10, TestEnd)).Select(one => one.SessionId));
    }

    [Fact]
    public async Task What_is_not_a_database_is_refused_and_left_unchanged()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        var text = string.Concat(Enumerable.Repeat("These are my notes.\n", 100));
        await System.IO.File.WriteAllTextAsync(File, text, TestEnd);

        var error = await RefusalAsync();

        Assert.Contains("not a chat session archive", error.Message);
        Assert.Equal(text, await System.IO.File.ReadAllTextAsync(File, TestEnd));
    }

    [Fact]
    public async Task An_empty_file_becomes_an_archive()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, "", TestEnd);

        Assert.Equal(SaveOutcome.Added, await SaveAsync("s"));
    }

    [Fact]
    public async Task A_folder_in_place_of_the_file_is_reported()
    {
        Directory.CreateDirectory(File);

        var error = await RefusalAsync();

        Assert.Equal(ChatSessionError.Unavailable, error.Error);
        Assert.Equal($"{File} is a folder. Use a file for the archive.", error.Message);
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder_is_reported()
    {
        await System.IO.File.WriteAllTextAsync(Path.GetDirectoryName(File)!, "", TestEnd);

        var error = await Assert.ThrowsAsync<ChatSessionException>(() => SaveAsync("s"));

        Assert.Equal(ChatSessionError.Unavailable, error.Error);
        Assert.Contains(File, error.Message);
    }

    [Fact]
    public async Task A_read_only_file_is_read_and_a_save_says_why_it_fails()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Run it as a user whom file modes stop.");
        await SaveAsync("s");
        Archive.Dispose();
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead);
        using var again = await OpenAsync();

        Assert.NotNull(await again.FindAsync(Owner, "s", TestEnd));
        var error = await Assert.ThrowsAsync<ChatSessionException>(() =>
            again.SaveAsync(Owner, Archived(SessionText.Parsed("new")), TestEnd)
        );

        Assert.Contains("is read-only", error.Message);
    }

    [Fact]
    public async Task A_read_only_folder_is_reported()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Run it as a user whom file modes stop.");
        var parent = Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        if (!OperatingSystem.IsWindows())
            parent.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserExecute;

        var error = await Assert.ThrowsAsync<ChatSessionException>(() => SaveAsync("s"));

        Assert.Contains("that you can write to its folder", error.Message);
    }

    [Fact]
    public async Task A_connection_keeps_at_most_two_megabytes_of_the_file_in_memory()
    {
        await SaveAsync("s");
        await ExecuteAsync(
            """
            create table large (bytes);
            with recursive n (x) as (select 1 union all select x + 1 from n where x < 4000) insert into large select randomblob(2000) from n
            """
        );
        using var file = new ArchiveFile(File);

        var cached = file.Read(
            connection =>
            {
                using var all = new Statement(connection, "select count(*) from large where instr(bytes, 'never there')");
                all.ReadNumber();
                Assert.Equal(0, raw.sqlite3_db_status(connection.Handle!, raw.SQLITE_DBSTATUS_CACHE_USED, out var used, out _, 0));
                return used;
            },
            TestEnd
        );

        Assert.InRange(cached, 1, 5 << 19);
    }

    [Theory]
    [InlineData(13, "No disk space left")]
    [InlineData(8, "is read-only")]
    [InlineData(5, "Another process has been writing to the archive")]
    [InlineData(11, "is damaged")]
    [InlineData(26, "is not a chat session archive")]
    [InlineData(15, "Another process has been writing to the archive")]
    [InlineData(14, "Cannot open the archive")]
    [InlineData(10, "disk I/O error (SQLite's code 10)")]
    [InlineData(1, "SQL logic error (SQLite's code 1)")]
    public void What_SQLite_says_becomes_a_sentence_about_the_file(int code, string says)
    {
        var failure = ArchiveFailure.Find(new SqliteException("upstream", code), File)!;

        Assert.Equal(ChatSessionError.Unavailable, failure.Error);
        Assert.Contains(says, failure.Message);
        Assert.Contains(File, failure.Message);
        Assert.DoesNotContain("upstream", failure.Message);
    }

    [Fact]
    public void If_SQLite_cannot_be_loaded_the_archive_is_unavailable()
    {
        var missing = new TargetInvocationException(new DllNotFoundException("upstream"));

        var failure = ArchiveFailure.Find(new TypeInitializationException("SqliteConnection", missing), File)!;

        Assert.Equal(ChatSessionError.Unavailable, failure.Error);
        Assert.StartsWith("Cannot load SQLite", failure.Message);
    }

    [Fact]
    public async Task A_filter_reads_the_summaries_of_no_other_sessions()
    {
        foreach (var (id, title) in (List<(string, string)>)[("s", "The lamp"), ("other", "A candle")])
            await Archive.SaveAsync(Owner, Archived(Some.Session(id, title, Some.Text("x"))), TestEnd);
        await SaveAsync("bare", updated: SessionText.Lately);
        await ExecuteAsync("update session set summary = x'00' where id <> 's'");

        foreach (
            var filter in (SessionFilter[])
                [
                    new(TitleContains: "LAMP"),
                    new(TitleContains: "lamp", IndexId: "idx-1", Outcome: RunOutcome.Ok),
                    new(TitleContains: "lamp", UpdatedAfter: DateTimeOffset.UnixEpoch),
                ]
        )
            Assert.Equal(["s"], (await Archive.ListAsync(Owner, filter, null, 10, TestEnd)).Select(summary => summary.SessionId));
        Assert.Empty(await Archive.ListAsync(Owner, new(Outcome: RunOutcome.Error), null, 10, TestEnd));
        Assert.Empty(await Archive.ListAsync(Owner, new(UpdatedAfter: Noon.AddYears(9)), null, 10, TestEnd));
    }

    [Fact]
    public async Task A_damaged_row_that_claims_more_events_does_not_take_the_words_of_the_next_session()
    {
        await Archive.SaveAsync(Owner, Archived(Some.Session("mine", null, Some.Text("lamp one"))), TestEnd);
        await Archive.SaveAsync("another", Archived(Some.Session("theirs", null, Some.Text("lamp two"))), TestEnd);
        await ExecuteAsync(
            "update session set events = 1000 where id = 'mine'; insert into unread_words select no from session where id = 'mine'"
        );

        var mine = await SearchAsync(Owner);
        var theirs = await SearchAsync("another");

        Assert.Equal(["mine", "theirs"], mine.Concat(theirs));

        async Task<string[]> SearchAsync(string owner) =>
            [
                .. (
                    await Archive.SearchAsync(new OutgoingDoor(), [owner], SearchQuery.Parse("lamp"), SearchFilter.All, 5, null, TestEnd)
                ).Hits.Select(hit => hit.Session.SessionId),
            ];
    }

    [Fact]
    public async Task A_search_in_many_large_results_keeps_few_of_them()
    {
        const int Results = 12;
        var large = new string('x', 3 << 20);
        for (var n = 0; n < Results; n++)
            await Archive.SaveAsync(
                Owner,
                Archived(Some.Session($"s{n}", null, Some.ToolUse("read", "{}", Some.Quoted($"lamp {n} {large}")))),
                TestEnd
            );
        using var connection = Connect();
        using var texts = new ArchivedTexts(connection, new OutgoingDoor());
        using var index = new SqliteTexts(connection, new TextScope([Owner], SearchFilter.All, null), new OutgoingDoor());
        var found = await index.FindNewestAsync(new TextMatch.Words(["lamp"], false), new HashSet<TextAddress>(), 0, 60, TestEnd);

        var most = found.Max(address => texts.Get(address).Text.Utf8.Length > large.Length ? texts.KeptBytes : long.MaxValue);

        Assert.Equal(Results, found.Count);
        Assert.InRange(most, large.Length, ArchivedTexts.MaxKeptBytes);
        Assert.Equal(
            Results,
            (await Archive.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse("lamp"), SearchFilter.All, 60, null, TestEnd))
                .Hits
                .Count
        );
    }

    [Fact]
    public async Task A_removed_archive_is_empty_and_is_created_again()
    {
        await SaveAsync("s");
        foreach (var end in (string[])["", "-wal", "-shm"])
            System.IO.File.Delete(File + end);

        Assert.Null(await Archive.FindAsync(Owner, "s", TestEnd));
        Assert.Equal(SaveOutcome.Added, await SaveAsync("new"));
        using var again = await OpenAsync();
        Assert.NotNull(await again.FindAsync(Owner, "new", TestEnd));
    }

    [Fact]
    public async Task A_write_that_fails_leaves_the_archive_as_it_was()
    {
        await SaveAsync("s", says: "before");
        var foreign = SessionText.Parsed("s");
        var broken = new Session(foreign.Summary, [.. Some.Session(Some.Text("a"), Some.Text("b")).Events], foreign.Json);

        await Assert.ThrowsAsync<ArgumentException>(() =>
            Archive.SaveAllAsync(Owner, [Archived(SessionText.Parsed("new")), Archived(broken)], TestEnd)
        );

        Assert.Null(await Archive.FindAsync(Owner, "new", TestEnd));
        Assert.Equal("before", (await Archive.FindAsync(Owner, "s", TestEnd))!.Session.Says());
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
        Assert.Equal(SaveOutcome.Added, await SaveAsync("new"));
    }

    [Fact]
    public async Task Readers_go_on_while_another_process_writes()
    {
        await SaveAsync("s");
        using var writer = Connect();
        await ExecuteAsync(writer, "begin immediate; insert into tool (name) values ('x')");

        Assert.NotNull(await Archive.FindAsync(Owner, "s", TestEnd));
        Assert.Single(await Archive.ListAsync(Owner, SessionFilter.All, null, 5, TestEnd));

        await ExecuteAsync(writer, "rollback");
    }

    [Fact]
    public async Task Several_processes_may_make_the_file_at_the_same_time()
    {
        var archives = Enumerable.Range(0, 8).Select(_ => new SqliteArchive(File)).ToList();

        await Task.WhenAll(archives.Select((archive, n) => archive.SaveAsync(Owner, Archived(SessionText.Parsed($"s{n}")), TestEnd)));

        Assert.Equal(8, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
        archives.ForEach(archive => archive.Dispose());
    }

    [Fact]
    public async Task Words_that_another_process_removed_are_noted_again_when_they_return()
    {
        using var other = await OpenAsync();
        await SaveAsync("s", says: "testament");
        await Archive.DeleteAsync(Owner, "s", TestEnd);
        await other.Maintenance.CompactAsync(TestEnd);
        Assert.Equal(0L, await NotedAsync("testament"));

        await SaveAsync("s", says: "testament");
        Assert.Equal(1L, await NotedAsync("testament"));
    }

    [Fact]
    public async Task Words_of_a_failed_save_do_not_count_as_noted()
    {
        await SaveAsync("s");
        await ExecuteAsync("create trigger no_more before insert on entry when new.id > 2 begin select raise(abort, 'full'); end");
        await Assert.ThrowsAsync<ChatSessionException>(() => Archive.SaveAsync(Owner, Archived(Two("testament")), TestEnd));
        await ExecuteAsync("drop trigger no_more");

        await Archive.SaveAsync(Owner, Archived(Two("testament")), TestEnd);
        Assert.Equal(1L, await NotedAsync("testament"));

        static Session Two(string says) => Some.Session("two", null, Some.UserInput(says), Some.Text("an answer"));
    }

    [Fact]
    public async Task What_is_saved_together_is_one_part_of_the_index()
    {
        await Archive.SaveAllAsync(
            Owner,
            [.. Enumerable.Range(0, 20).Select(number => Archived(SessionText.Parsed($"s{number}")))],
            TestEnd
        );

        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "select count(distinct segid) from words_idx";
        Assert.Equal(1L, await command.ExecuteScalarAsync(TestEnd));
    }

    private static string Mode(string path)
    {
        if (OperatingSystem.IsWindows())
            return "";
        var mode = (int)System.IO.File.GetUnixFileMode(path);
        return string.Concat("rwxrwxrwx".Select((letter, bit) => (mode >> (8 - bit) & 1) == 1 ? letter : '-'));
    }

    private async Task<ChatSessionException> RefusalAsync()
    {
        using var archive = await OpenAsync();
        await Assert.ThrowsAsync<ChatSessionException>(() => archive.SaveAsync(Owner, Archived(SessionText.Parsed("s")), TestEnd));
        return await Assert.ThrowsAsync<ChatSessionException>(() => archive.FindAsync(Owner, "s", TestEnd));
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    private async Task<object?> NotedAsync(string word)
    {
        await using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from word where text = $word";
        command.Parameters.AddWithValue("$word", word);
        return await command.ExecuteScalarAsync(TestEnd);
    }

    private async Task ExecuteAsync(string sql)
    {
        using var connection = Connect();
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestEnd);
    }
}
