using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>An open archive is replaced by another one, as by <c>mv backup.db archive.db</c>.</summary>
public sealed class ReplacedFileTests : OnArchiveFile
{
    public ReplacedFileTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets no file be moved that is open.");

    [Fact]
    [Proves("replaced")]
    public async Task The_next_read_is_of_the_new_file()
    {
        await SaveAsync("old");
        Assert.NotNull(await Archive.FindAsync(Owner, "old", TestEnd));
        System.IO.File.Move(await BackupAsync(), File, overwrite: true);

        Assert.NotNull(await Archive.FindAsync(Owner, "backup", TestEnd));
        Assert.Null(await Archive.FindAsync(Owner, "old", TestEnd));
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    [Proves("replaced")]
    public async Task The_next_save_goes_to_the_new_file()
    {
        await SaveAsync("old");
        System.IO.File.Move(await BackupAsync(), File, overwrite: true);

        await SaveAsync("new");

        using var again = new SqliteArchive(File);
        Assert.NotNull(await again.FindAsync(Owner, "new", TestEnd));
        Assert.NotNull(await again.FindAsync(Owner, "backup", TestEnd));
        Assert.Null(await again.FindAsync(Owner, "old", TestEnd));
        Assert.Empty(await again.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    [Proves("replaced")]
    public async Task What_was_being_written_to_the_old_file_is_not_reported_as_saved()
    {
        await SaveAsync("old");
        var backup = await BackupAsync();
        using var file = new ArchiveFile(File);

        var error = Assert.Throws<ChatSessionException>(() =>
            file.Write(
                connection =>
                {
                    System.IO.File.Move(backup, File, overwrite: true);
                    Statement.Execute(connection, "insert into tool (name) values ('lost')");
                    return true;
                },
                TestEnd
            )
        );

        Assert.Equal(ChatSessionError.Unavailable, error.Error);
        Assert.Contains("was replaced by another file", error.Message);
        await SaveAsync("new");
        Assert.NotNull(await Archive.FindAsync(Owner, "backup", TestEnd));
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    private async Task<string> BackupAsync()
    {
        var path = Path.Combine(Path.GetDirectoryName(File)!, "backup.db");
        using var backup = new SqliteArchive(path);
        await backup.SaveAsync(Owner, Archived(Some.Session("backup", null, Some.Text("kept"))), TestEnd);
        return path;
    }
}
