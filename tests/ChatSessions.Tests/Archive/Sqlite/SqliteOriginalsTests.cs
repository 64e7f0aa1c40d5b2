using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>Originals in a file that is damaged, of an earlier format, or in use when the process ends.</summary>
public sealed class SqliteOriginalsTests : OnArchiveFile
{
    [Theory]
    [InlineData("update original_part set body = x'00'")]
    [InlineData("update original_part set bytes = bytes + 1")]
    [InlineData("delete from original_part")]
    [InlineData("update original set parts = 9000000000000000000")]
    [InlineData("update original set bytes = bytes + 1")]
    [InlineData("update original set stored = stored + 1")]
    [InlineData("update original set hash = x'00'")]
    [InlineData("update original set place = 'elsewhere'")]
    [InlineData("delete from original")]
    [InlineData("update session_original set original = 7")]
    [InlineData("update session_original set session = 7")]
    [InlineData("insert into original_part values (100, 1, x'00')")]
    [InlineData("insert into unwanted values (7, 's')")]
    [InlineData("insert into earlier_state values (7, 1, 's')")]
    public async Task Verify_reports_damage_and_the_session_can_be_read_and_exported(string damage)
    {
        await ImportAsync("s", "hello", "one");
        await ExecuteAsync(damage);

        var problems = await Archive.Maintenance.VerifyAsync(TestEnd);

        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.EndsWith(".", problem.Says));
        Assert.Equal("hello", (await Archive.FindAsync(Owner, "s", TestEnd))!.Session.Says());
        Assert.Equal(
            "hello",
            Assert.Single(await Archive.Maintenance.ExportAsync(Owner, Assert.Null, TestEnd).ToListAsync(TestEnd)).Session.Says()
        );
        Assert.Single(await Archive.ListAsync(Owner, SessionFilter.All, null, 5, TestEnd));
    }

    [Theory]
    [InlineData("update original_part set body = x'00'")]
    [InlineData("delete from original_part")]
    [InlineData("update original set parts = -1")]
    [InlineData("delete from original")]
    public async Task An_import_of_the_same_file_repairs_a_damaged_original_and_deleting_the_session_removes_it(string damage)
    {
        await ImportAsync("other", "hello", "another");
        await ImportAsync("s", "hello", "one");
        await ExecuteAsync(damage);
        await ImportAsync("s", "hello", "one", "two");
        await ImportAsync("other", "hello", "another", "two");

        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
        Assert.Equal(2, (await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals.Count);

        await ExecuteAsync(damage);
        await Archive.DeleteAsync(Owner, "s", TestEnd);
        await Archive.DeleteAsync(Owner, "other", TestEnd);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
        await using var connection = Connect();
        await using var command = connection.CreateCommand();
        command.CommandText = "select (select count(*) from original_part) + (select count(*) from session_original)";
        Assert.Equal(0L, await command.ExecuteScalarAsync(TestEnd));
    }

    [Fact]
    public async Task A_damaged_session_is_replaced_by_an_import_and_keeps_no_earlier_state()
    {
        await ImportAsync("s", "hello", "one");
        await ExecuteAsync("update chunk set body = x'00'");

        Assert.Equal(SaveOutcome.Replaced, await ImportAsync("s", "other", "two"));

        Assert.Equal(1, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task A_batch_is_saved_with_its_originals_or_not_at_all()
    {
        await ImportAsync("s", "hello", "one");
        await ExecuteAsync("create trigger no_more before insert on original_part when new.no > 2 begin select raise(abort, 'full'); end");

        await Assert.ThrowsAsync<ChatSessionException>(() =>
            SaveAsync(Imported("s", "other", "two"), Imported("t", "hello", "three"), Imported("u", "hello", "four"))
        );

        Assert.Equal("hello", (await Archive.FindAsync(Owner, "s", TestEnd))!.Session.Says());
        Assert.Equal(1, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Single((await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
        await ExecuteAsync("drop trigger no_more");
        Assert.Equal(
            [SaveOutcome.KeptBoth, SaveOutcome.Added],
            await SaveAsync(Imported("s", "other", "two"), Imported("t", "hello", "three"))
        );
    }

    [Fact]
    public async Task An_archive_of_an_earlier_format_gets_the_tables_and_keeps_its_sessions()
    {
        await SaveAsync("s");
        Archive.Dispose();
        await ExecuteAsync(
            """
            drop table original; drop table original_part; drop table session_original; drop table unwanted; drop table earlier_state;
            pragma user_version = 4
            """
        );

        using var again = new SqliteArchive(File);
        Assert.NotNull(await again.FindAsync(Owner, "s", TestEnd));
        Assert.Empty((await again.ListOriginalsAsync(Owner, TestEnd)).Originals);
        Assert.Empty(await again.Maintenance.VerifyAsync(TestEnd));
        await again.SaveImportedAsync(Owner, [(Imported("t", "hello", "one"), null)], TimeProvider.System, TestEnd);
        Assert.Single((await again.ListOriginalsAsync(Owner, TestEnd)).Originals);
    }

    private static ArchivedSession Imported(string id, string says, params string[] records) =>
        new(SessionText.Parsed(id, says: says), new SessionOrigin("codex"), Noon) { Original = ArchivedStateTests.Original(records) };

    private async Task<SaveOutcome> ImportAsync(string id, string says, params string[] records) =>
        (await SaveAsync(Imported(id, says, records)))[0];

    private async Task<List<SaveOutcome>> SaveAsync(params ArchivedSession[] sessions) =>
        [
            .. (
                await Archive.SaveImportedAsync(
                    Owner,
                    sessions.Select(session => ((ArchivedSession?)session, (ImportedFile?)null)),
                    TimeProvider.System,
                    TestEnd
                )
            ).Select(outcome => outcome!.Value),
        ];
}
