using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>Where the archive would be, there is something else.</summary>
public sealed class RefusedFileTests : OnArchiveFile
{
    public RefusedFileTests()
        : base(Path.Combine("data", "archive.db")) { }

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

    private async Task<ChatSessionException> RefusalAsync()
    {
        using var archive = new SqliteArchive(File);
        await Assert.ThrowsAsync<ChatSessionException>(() => archive.SaveAsync(Owner, Archived(SessionText.Parsed("s")), TestEnd));
        return await Assert.ThrowsAsync<ChatSessionException>(() => archive.FindAsync(Owner, "s", TestEnd));
    }
}
