using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

public sealed class SqliteMaintenanceTests : OnArchiveFile
{
    [Fact]
    public async Task Verify_reports_damaged_sessions_and_they_are_not_served()
    {
        await SaveAsync("s");
        await SaveAsync("whole");
        await ExecuteAsync("update chunk set body = x'00' where first_event = 1");

        var problem = Assert.Single(await Archive.Maintenance.VerifyAsync(TestEnd));

        Assert.Contains("'s' is damaged", problem.Says);
        Assert.Equal((Owner, "s"), (problem.Owner, problem.SessionId));
        var error = await Assert.ThrowsAsync<ChatSessionException>(() => Archive.FindAsync(Owner, "s", TestEnd));
        Assert.Equal(ChatSessionError.InvalidSession, error.Error);
        Assert.Equal(SaveOutcome.Replaced, await SaveAsync("s"));
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task Verify_reports_chunks_and_texts_without_a_session_and_a_wrong_count()
    {
        await SaveAsync("s");
        await ExecuteAsync("delete from session");

        Assert.Equal(3, (await Archive.Maintenance.VerifyAsync(TestEnd)).Count);
    }

    [Theory]
    [InlineData("delete from words where rowid = 1")]
    [InlineData("delete from entry where id = 1")]
    [InlineData("update session set crc = crc + 1 where no = 1")]
    [InlineData("update session set events = 7 where no = 1")]
    [InlineData("update session set bytes = bytes + 1 where no = 1")]
    [InlineData("update session set summary = x'7b' where no = 1")]
    [InlineData("update session set origin = 'No Where' where no = 1")]
    [InlineData("update owner set sessions = 9")]
    [InlineData("delete from chunk where first_event = 1")]
    [InlineData("delete from words_data where id > 10")]
    [InlineData("update words_data set block = x'00' where id > 10")]
    public async Task Verify_reports_damage_of_every_part(string damage)
    {
        await SaveAsync("s");
        await SaveAsync("whole");
        Archive.Dispose();
        await ExecuteAsync(damage);
        using var damaged = new SqliteArchive(File);

        var problems = await damaged.Maintenance.VerifyAsync(TestEnd);

        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.EndsWith(".", problem.Says));
    }

    [Fact]
    [Proves("damaged")]
    public async Task Verify_never_fails_and_finds_damage_anywhere_in_the_file()
    {
        for (var n = 0; n < 20; n++)
            await SaveAsync($"s{n}", says: string.Concat(Enumerable.Repeat($"a{n} b{n * 7} ", 400)));
        await Archive.Maintenance.CompactAsync(TestEnd);
        Archive.Dispose();
        var whole = await System.IO.File.ReadAllBytesAsync(File, TestEnd);
        const int Page = 4096;
        var pages = whole.Length / Page;
        for (var page = 0; page < pages; page++)
        {
            // The end of the file is missing, as after an interrupted copy.
            var torn = page == pages - 1 ? whole[..^Page] : [.. whole];
            if (torn.Length == whole.Length)
                torn.AsSpan(page * Page, Page).Fill(0xA5);
            await System.IO.File.WriteAllBytesAsync(File, torn, TestEnd);

            using var damaged = new SqliteArchive(File);
            Assert.NotEmpty(await damaged.Maintenance.VerifyAsync(TestEnd));
        }
    }

    [Fact]
    public async Task Compacting_removes_all_traces_of_a_deleted_session()
    {
        await SaveAsync("kept");
        await SaveAsync("s", says: "verysecretword");
        await Archive.SaveAsync(Owner, Archived(Some.Session("t", "Verysecret", Some.ToolUse("verysecret_tool"))), TestEnd);
        await Archive.DeleteAsync(Owner, "s", TestEnd);
        await Archive.DeleteAsync(Owner, "t", TestEnd);

        await Archive.Maintenance.CompactAsync(TestEnd);

        Archive.Dispose();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(File)!))
            Assert.DoesNotContain(
                "verysecret",
                await System.IO.File.ReadAllTextAsync(file, System.Text.Encoding.Latin1, TestEnd),
                StringComparison.OrdinalIgnoreCase
            );
    }
}
