using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Sources.Files;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

public sealed class ArchiveCopyTests(PostgresServer server)
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ImportedFile File = new("/a/b.jsonl", new FileStamp(7, Noon.UtcDateTime));

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_comes_over_to_the_other_kind_and_back_and_a_second_copy_finds_nothing_to_do()
    {
        using var first = SessionArchive.OpenTemporary();
        using var second = new PostgresArchive(await server.NewArchiveAsync(TestEnd));
        using var third = SessionArchive.OpenTemporary();
        await FillAsync(first);

        Assert.Equal(new CopyProgress(4, 0, 4), await CopyAsync(first, second));
        Assert.Equal(new CopyProgress(4, 0, 4), await CopyAsync(second, third));
        Assert.Equal(new CopyProgress(4, 4, 0), await CopyAsync(first, second));

        foreach (var copy in (ISessionArchive[])[second, third])
        {
            Assert.Equal(await SharesAsync(first), await SharesAsync(copy));
            Assert.Equal(
                ["other", "s", "s.earlier-1"],
                (await copy.Maintenance.ListSavedAsync("local", TestEnd)).Select(one => one.SessionId).Order()
            );
            Assert.Equal("only before", (await copy.FindAsync("local", "s.earlier-1", TestEnd))!.Session.Says());
            Assert.Equal(await first.FindOriginalAsync("local", "s", TestEnd), await copy.FindOriginalAsync("local", "s", TestEnd));
            Assert.Equal(
                ["gone"],
                (await copy.ListOriginalsAsync("local", TestEnd)).Originals.Single(use => use.SessionIds.Contains("s")).Unwanted
            );
            Assert.Equal(
                ["gone"],
                await copy.FindDeletedAsync("local", [SessionText.Parsed("gone").Summary, SessionText.Parsed("other").Summary], TestEnd)
            );
            Assert.Equal([File], await copy.FindImportedAsync("local", [File], TestEnd));
            Assert.Equal("theirs", (await copy.FindAsync("cloud", "s", TestEnd))!.Session.Says());
            Assert.True(await copy.Maintenance.KeepsEncodedDataAsync(TestEnd));
            Assert.Empty(await copy.Maintenance.VerifyAsync(TestEnd));
        }
    }

    [Fact]
    public async Task A_session_that_changed_is_copied_again_and_one_that_is_newer_there_stays()
    {
        using var first = SessionArchive.OpenTemporary();
        using var second = new PostgresArchive(await server.NewArchiveAsync(TestEnd));
        await SaveAsync(first, "changed", "new", Noon.AddHours(1));
        await SaveAsync(second, "changed", "old", Noon);
        await SaveAsync(first, "stays", "old", Noon);
        await SaveAsync(second, "stays", "new", Noon.AddHours(1));

        Assert.Equal(new CopyProgress(2, 0, 2), await CopyAsync(first, second));

        foreach (var id in (string[])["changed", "stays"])
        {
            Assert.Equal("new", (await second.FindAsync("local", id, TestEnd))!.Session.Says());
            Assert.Equal("old", (await second.FindAsync("local", $"{id}.earlier-1", TestEnd))!.Session.Says());
        }
        // Nothing is left that the other archive does not have.
        Assert.Equal(0, (await CopyAsync(first, second)).Copied);
    }

    [Fact]
    public async Task A_state_that_has_more_is_not_replaced_by_one_that_was_read_later()
    {
        using var first = SessionArchive.OpenTemporary();
        using var second = new PostgresArchive(await server.NewArchiveAsync(TestEnd));
        var more = new ArchivedSession(Some.Session("s", null, Some.Text("one"), Some.Text("two")), new("codex"), Noon);
        var less = new ArchivedSession(Some.Session("s", null, Some.Text("one")), new("codex"), Noon.AddHours(1));
        await first.SaveImportedAsync("local", [(less, null)], TimeProvider.System, TestEnd);
        await second.SaveImportedAsync("local", [(more, null)], TimeProvider.System, TestEnd);

        Assert.Equal(new CopyProgress(1, 1, 0), await CopyAsync(first, second));

        Assert.Equal(2, (await second.FindAsync("local", "s", TestEnd))!.Session.Events.Length);
        Assert.Equal(1, (await second.CountAsync("local", TestEnd)).Sessions);
    }

    [Fact]
    public async Task A_file_is_not_marked_as_imported_if_a_session_was_not_copied()
    {
        var place = await server.NewArchiveAsync(TestEnd);
        using var first = new PostgresArchive(place);
        using var second = SessionArchive.OpenTemporary();
        using var third = SessionArchive.OpenTemporary();
        await FillAsync(first);

        var late = new ImportedFile("/a/late.jsonl", new FileStamp(7, Noon.UtcDateTime));
        var isLate = false;
        await foreach (var _ in new ArchiveCopy(first, second, TimeProvider.System).RunAsync(Assert.Null, TestEnd))
            if (!isLate)
            {
                isLate = true;
                var session = new ArchivedSession(SessionText.Parsed("late"), new("codex"), Noon);
                await first.SaveImportedAsync("local", [(session, late)], TimeProvider.System, TestEnd);
            }
        Assert.Null(await second.FindAsync("local", "late", TestEnd));
        Assert.Equal([File], await second.FindImportedAsync("local", [File, late], TestEnd));

        await server.ExecuteAsync(PostgresPlace.Parse(place).Database, "update chat_mcp.session set crc = crc + 1 where id = 's'", TestEnd);
        var broken = 0;
        await new ArchiveCopy(first, third, TimeProvider.System).RunAsync(_ => broken++, TestEnd).LastAsync(TestEnd);
        Assert.Equal(2, broken);
        Assert.NotNull(await third.FindAsync("local", "late", TestEnd));
        Assert.Empty(await third.FindImportedAsync("local", [File, late], TestEnd));
    }

    private static async Task FillAsync(ISessionArchive archive)
    {
        await archive.Maintenance.KeepEncodedDataAsync(keep: true, TestEnd);
        await archive.SaveImportedAsync(
            "local",
            [(Imported("only before", "early", SessionText.LongAgo), null), (Imported("only after", "late", SessionText.Lately), File)],
            TimeProvider.System,
            TestEnd
        );
        var gone = new ArchivedSession(SessionText.Parsed("gone"), new SessionOrigin("codex"), Noon)
        {
            Original = ArchivedStateTests.Original("late"),
        };
        await archive.SaveImportedAsync("local", [(gone, null)], TimeProvider.System, TestEnd);
        await archive.DeleteAsync("local", "gone", TestEnd);
        await SaveAsync(archive, "other", "hello", Noon);
        await archive.SaveAsync("cloud", new(SessionText.Parsed("s", says: "theirs"), SessionOrigin.LlamaCloud, Noon), TestEnd);
    }

    private static ArchivedSession Imported(string says, string record, string updated) =>
        new(SessionText.Parsed("s", updated, says), new SessionOrigin("codex"), Noon) { Original = ArchivedStateTests.Original(record) };

    private static Task<SaveOutcome> SaveAsync(ISessionArchive archive, string id, string says, DateTimeOffset at) =>
        archive.SaveAsync("local", new(SessionText.Parsed(id, says: says), SessionOrigin.File, at), TestEnd);

    private static async Task<CopyProgress> CopyAsync(ISessionArchive from, ISessionArchive to) =>
        await new ArchiveCopy(from, to, TimeProvider.System).RunAsync(Assert.Null, TestEnd).LastAsync(TestEnd);

    private static async Task<IEnumerable<ArchiveShare>> SharesAsync(ISessionArchive archive) =>
        (await archive.SharesAsync(TestEnd)).OrderBy(share => share.Owner).ThenBy(share => share.Origin.Name);
}
