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

        await CopyAsync(first, second);

        Assert.Equal("new", (await second.FindAsync("local", "changed", TestEnd))!.Session.Says());
        Assert.Equal("new", (await second.FindAsync("local", "stays", TestEnd))!.Session.Says());
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
