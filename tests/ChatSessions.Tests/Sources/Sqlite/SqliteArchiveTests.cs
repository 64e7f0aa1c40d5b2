using ChatSessions.Sources;
using ChatSessions.Sources.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatSessions.Tests.Sources.Sqlite;

/// <summary>The contract, on a SQLite file, and what is SQLite's own.</summary>
public sealed class SqliteArchiveTests : ArchiveContract
{
    private readonly string folder = Directory.CreateTempSubdirectory("chat-archive-").FullName;

    private string File => Path.Combine(folder, "data", "archive.db");

    protected override Task<SqliteArchive> OpenAsync() => Task.FromResult(new SqliteArchive(File));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Nothing_is_made_before_the_first_use() => Assert.False(Path.Exists(Path.GetDirectoryName(File)));

    [Fact]
    public async Task The_file_and_its_folder_are_for_the_user_alone()
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

    [Fact]
    public async Task A_file_of_a_newer_format_is_refused_and_left_as_it_is()
    {
        await SaveAsync("s");
        Archive.Dispose();
        await ExecuteAsync("pragma user_version = 99; pragma journal_mode = delete");
        var before = await System.IO.File.ReadAllBytesAsync(File, TestEnd);

        var error = await RefusalAsync();

        Assert.Equal(ChatSessionError.InvalidArgument, error.Error);
        Assert.Contains("newer version", error.Message);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File, TestEnd));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_as_it_is()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await ExecuteAsync("create table note (text)");
        var before = await System.IO.File.ReadAllBytesAsync(File, TestEnd);

        var error = await RefusalAsync();

        Assert.Contains("no archive of chat sessions", error.Message);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File, TestEnd));
    }

    [Fact]
    public async Task What_is_no_database_is_refused_and_left_as_it_is()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        var text = string.Concat(Enumerable.Repeat("These are my notes.\n", 100));
        await System.IO.File.WriteAllTextAsync(File, text, TestEnd);

        var error = await RefusalAsync();

        Assert.Contains("no archive of chat sessions", error.Message);
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
    public async Task A_folder_in_the_place_of_the_file_is_told()
    {
        Directory.CreateDirectory(File);

        var error = await RefusalAsync();

        Assert.Equal(ChatSessionError.Unavailable, error.Error);
        Assert.Contains(File, error.Message);
    }

    [Fact]
    public async Task Damaged_sessions_are_told_by_verify_and_not_served()
    {
        await SaveAsync("s");
        await SaveAsync("whole");
        await ExecuteAsync("update chunk set body = x'00' where first_event = 1");

        var problem = Assert.Single(await Archive.VerifyAsync(TestEnd));

        Assert.Contains("'s' is damaged", problem);
        var error = await Assert.ThrowsAsync<ChatSessionException>(() => Archive.FindAsync(Owner, "s", TestEnd));
        Assert.Equal(ChatSessionError.InvalidSession, error.Error);
        Assert.Equal(SaveOutcome.Replaced, await SaveAsync("s"));
        Assert.Empty(await Archive.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task Parts_and_texts_without_a_session_and_a_wrong_count_are_told_by_verify()
    {
        await SaveAsync("s");
        await ExecuteAsync("delete from session");

        Assert.Equal(3, (await Archive.VerifyAsync(TestEnd)).Count);
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
        Assert.Empty(await Archive.VerifyAsync(TestEnd));
        Assert.Equal(SaveOutcome.Added, await SaveAsync("new"));
    }

    [Fact]
    public async Task Readers_go_on_while_another_process_writes()
    {
        await SaveAsync("s");
        using var writer = Connect();
        await ExecuteAsync(writer, "begin immediate; insert into tool (name) values ('x')");

        Assert.NotNull(await Archive.FindAsync(Owner, "s", TestEnd));
        Assert.Equal(SaveOutcome.Unchanged, await SaveAsync("s"));

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
