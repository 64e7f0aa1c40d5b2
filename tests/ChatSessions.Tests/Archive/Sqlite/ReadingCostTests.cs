using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources;
using SQLitePCL;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>How much an archive reads to answer, and how much of it is kept in memory.</summary>
public sealed class ReadingCostTests : OnArchiveFile
{
    [Fact]
    public async Task A_filter_reads_the_summaries_of_no_other_sessions()
    {
        foreach (var (id, title) in (List<(string, string)>)[("s", "The lamp"), ("other", "A candle")])
            await Archive.SaveAsync(Owner, Archived(Some.Session(id, title, Some.Text("x"))), TestEnd);
        await Archive.SaveAsync(Owner, Archived(SessionText.Parsed("bare", SessionText.Lately)), TestEnd);
        await ExecuteAsync("update session set summary = x'00' where id <> 's'");

        foreach (
            var filter in (SessionFilter[])
                [
                    new(TitleContains: "LAMP"),
                    new(TitleContains: "lamp", IndexId: "idx-1", Outcome: RunOutcome.Ok),
                    new(TitleContains: "lamp", UpdatedAfter: DateTimeOffset.UnixEpoch),
                ]
        )
            Assert.Equal(["s"], (await Archive.ListAsync(Owner, filter, null, 10, TestEnd)).Select(summary => summary.SessionId));
        Assert.Empty(await Archive.ListAsync(Owner, new(Outcome: RunOutcome.Error), null, 10, TestEnd));
        Assert.Empty(await Archive.ListAsync(Owner, new(UpdatedAfter: Noon.AddYears(9)), null, 10, TestEnd));
    }

    [Fact]
    public async Task A_search_in_many_large_results_keeps_few_of_them()
    {
        const int Results = 12;
        var large = new string('x', 3 << 20);
        for (var n = 0; n < Results; n++)
            await Archive.SaveAsync(
                Owner,
                Archived(Some.Session($"s{n}", null, Some.ToolUse("read", "{}", Some.Quoted($"lamp {n} {large}")))),
                TestEnd
            );
        using var connection = Connect();
        using var texts = new ArchivedTexts(connection, new OutgoingDoor());
        using var index = new SqliteTexts(connection, new TextScope([Owner], SearchFilter.All, null), new OutgoingDoor());
        var found = await index.FindNewestAsync(new TextMatch.Words(["lamp"], false), new HashSet<TextAddress>(), 0, 60, TestEnd);

        var most = found.Max(address => texts.Get(address).Text.Utf8.Length > large.Length ? texts.KeptBytes : long.MaxValue);

        Assert.Equal(Results, found.Count);
        Assert.InRange(most, large.Length, ArchivedTexts.MaxKeptBytes);
        Assert.Equal(
            Results,
            (await Archive.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse("lamp"), SearchFilter.All, 60, null, TestEnd))
                .Hits
                .Count
        );
    }

    [Fact]
    public async Task A_connection_keeps_at_most_two_megabytes_of_the_file_in_memory()
    {
        await SaveAsync("s");
        await ExecuteAsync(
            """
            create table large (bytes);
            with recursive n (x) as (select 1 union all select x + 1 from n where x < 4000) insert into large select randomblob(2000) from n
            """
        );
        using var file = new ArchiveFile(File);

        var cached = file.Read(
            connection =>
            {
                using var all = new Statement(connection, "select count(*) from large where instr(bytes, 'never there')");
                all.ReadNumber();
                Assert.Equal(0, raw.sqlite3_db_status(connection.Handle!, raw.SQLITE_DBSTATUS_CACHE_USED, out var used, out _, 0));
                return used;
            },
            TestEnd
        );

        Assert.InRange(cached, 1, 5 << 19);
    }
}
