using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>The archive contract on a SQLite file.</summary>
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
}
