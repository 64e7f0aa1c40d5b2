using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>The fallback for an archive in a read-only place, called directly: file modes do not stop a test that runs as root.</summary>
public sealed class UnwritableArchiveTests : OnArchiveFile
{
    [Fact]
    public async Task A_session_is_read_and_no_file_is_created()
    {
        await SaveAsync("s");
        Archive.Dispose();
        var files = Directory.GetFiles(Path.GetDirectoryName(File)!);

        Assert.Equal("s", Read(connection => Find(connection, "s"))!.Session.Summary.SessionId);
        Assert.Equal(files, Directory.GetFiles(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public async Task Changes_that_are_still_in_the_log_cannot_be_read()
    {
        await SaveAsync("s");

        var error = Assert.Throws<ChatSessionException>(() => Read(connection => Find(connection, "s")));

        Assert.Equal(ChatSessionError.Unavailable, error.Error);
        Assert.Contains($"its last changes are still in {File}-wal. Copy both files", error.Message);
    }

    [Fact]
    public async Task A_result_is_refused_if_the_file_changed_during_the_read()
    {
        await SaveAsync("s");
        Archive.Dispose();

        var error = Assert.Throws<ChatSessionException>(() =>
            Read(connection =>
            {
                System.IO.File.SetLastWriteTimeUtc(File, DateTime.UnixEpoch);
                return Find(connection, "s");
            })
        );

        Assert.Equal(
            (ChatSessionError.Unavailable, $"The archive {File} changed during the read. Try again."),
            (error.Error, error.Message)
        );
    }

    private T Read<T>(Func<SqliteConnection, T> read) =>
        new UnwritableArchive(File).Read(read, new SqliteException("readonly", 8), TestEnd);

    private static ChatSessions.Archive.ArchivedSession? Find(SqliteConnection connection, string id)
    {
        using var reader = new SessionReader(connection, Owner);
        return reader.Find(id);
    }
}
