using System.Reflection;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>Failures of SQLite as sentences.</summary>
public sealed class ArchiveFailureTests
{
    private const string File = "/home/ann/archive.db";

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
}
