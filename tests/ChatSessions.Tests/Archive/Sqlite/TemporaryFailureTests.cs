using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

public sealed class TemporaryFailureTests
{
    [Theory]
    [InlineData(raw.SQLITE_FULL, "No disk space is left for temporary files in {0}. Free some, or set TMPDIR to a folder with more.")]
    [InlineData(raw.SQLITE_IOERR, "Cannot write temporary files to {0}")]
    [InlineData(raw.SQLITE_CANTOPEN, "Make such a folder writable, or set TMPDIR to one that is.")]
    public void A_failure_names_the_folder_and_the_variable_that_names_another(int code, string sentence)
    {
        var failure = TemporaryFailure.Find(new SqliteException("Upstream's words", code));

        Assert.Equal(ChatSessionError.Unavailable, failure!.Error);
        Assert.Contains(string.Format(null, sentence, FirstFolder), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Upstream's words", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_come_from_the_file_is_no_failure_of_it() =>
        Assert.Null(TemporaryFailure.Find(new InvalidOperationException()));

    [Fact]
    public void A_closed_archive_is_refused_and_does_not_wait()
    {
        var file = ArchiveFile.Temporary();
        file.Dispose();

        Assert.Throws<ChatSessionException>(() => file.Read(_ => true, TestContext.Current.CancellationToken));
    }

    /// <summary>Where SQLite makes temporary files.</summary>
    private static string FirstFolder =>
        OperatingSystem.IsWindows()
            ? Path.GetTempPath()
            : new[]
            {
                Environment.GetEnvironmentVariable("SQLITE_TMPDIR"),
                Environment.GetEnvironmentVariable("TMPDIR"),
                "/var/tmp",
                "/usr/tmp",
                "/tmp",
            }
                .OfType<string>()
                .First(Directory.Exists);
}
