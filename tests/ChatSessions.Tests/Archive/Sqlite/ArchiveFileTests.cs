using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>The file of an archive: when it is made, who may read it, several processes that use it.</summary>
public sealed class ArchiveFileTests : OnArchiveFile
{
    public ArchiveFileTests()
        : base(Path.Combine("data", "archive.db")) { }

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

        using var again = new SqliteArchive(File);
        await again.FindAsync(Owner, "s", TestEnd);

        Assert.Equal("rw-------", Mode(File));
    }

    [Fact]
    public async Task A_read_only_file_is_read_and_a_save_says_why_it_fails()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Run it as a user whom file modes stop.");
        await SaveAsync("s");
        Archive.Dispose();
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead);
        using var again = new SqliteArchive(File);

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
    public async Task A_removed_archive_is_empty_and_is_created_again()
    {
        await SaveAsync("s");
        foreach (var end in (string[])["", "-wal", "-shm"])
            System.IO.File.Delete(File + end);

        Assert.Null(await Archive.FindAsync(Owner, "s", TestEnd));
        Assert.Equal(SaveOutcome.Added, await SaveAsync("new"));
        using var again = new SqliteArchive(File);
        Assert.NotNull(await again.FindAsync(Owner, "new", TestEnd));
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
    public async Task Readers_go_on_while_another_process_writes()
    {
        await SaveAsync("s");
        using var writer = Connect();
        await ExecuteAsync(writer, "begin immediate; insert into tool (name) values ('x')");

        Assert.NotNull(await Archive.FindAsync(Owner, "s", TestEnd));
        Assert.Single(await Archive.ListAsync(Owner, SessionFilter.All, null, 5, TestEnd));

        await ExecuteAsync(writer, "rollback");
    }
}
