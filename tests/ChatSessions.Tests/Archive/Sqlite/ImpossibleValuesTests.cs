using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>Columns with values that no archive ever wrote: verify reports them, and every failure is a readable sentence.</summary>
public sealed class ImpossibleValuesTests : OnArchiveFile
{
    [Theory]
    [InlineData("update session set bytes = -1 where no = 1")]
    [InlineData("update session set bytes = 1 << 40 where no = 1")]
    [InlineData("update session set bytes = 2000000000; update chunk set bytes = 2000000000")]
    [InlineData("update session set events = -5 where no = 1")]
    [InlineData("update session set events = 9223372036854775807")]
    [InlineData("update session set crc = -1 where no = 1")]
    [InlineData("update session set fetched_at = -1 where no = 1")]
    [InlineData("update session set fetched_at = 9223372036854775807 where no = 1")]
    [InlineData("update session set updated = 9223372036854775807 where no = 1")]
    [InlineData("update session set updated = -7 where no = 1")]
    [InlineData("update session set outcome = 99 where no = 1")]
    [InlineData("update session set origin = 'No Where' where no = 1")]
    [InlineData("update session set origin = '' where no = 1")]
    [InlineData("update session set summary = x'00' where no = 1")]
    [InlineData("update session set id = 'a' || char(0) || 'b' where no = 1")]
    [InlineData("update session set id = cast(x'ff41' as text) where no = 1")]
    [InlineData("pragma foreign_keys = off; update session set owner = 77 where no = 1")]
    [InlineData("update owner set name = cast(x'ff00' as text) where no = 1")]
    [InlineData("update owner set sessions = -1")]
    [InlineData("update owner set sessions = 9223372036854775807")]
    [InlineData("update chunk set bytes = -1 where first_event = 1")]
    [InlineData("update chunk set bytes = 1 << 40 where first_event = 1")]
    [InlineData("update chunk set bytes = 2000000000 where first_event = 1")]
    [InlineData("update chunk set body = x'' where first_event = 1")]
    [InlineData("update chunk set body = randomblob(100) where first_event = 1")]
    [InlineData("update chunk set first_event = -first_event")]
    [InlineData("update entry set kind = 99 where id = 1")]
    [InlineData("update entry set outcome = 99 where id = 1")]
    [InlineData("update entry set offset = -1 where id = 1")]
    [InlineData("update entry set offset = 1 << 40 where id = 1")]
    [InlineData("update entry set length = 1 << 40 where id = 1")]
    [InlineData("update entry set events = 0 where id = 1")]
    [InlineData("update entry set events = 1 << 40 where id = 1")]
    [InlineData("update counter set value = -1")]
    [InlineData("update counter set name = 'Next_event' where name = 'next_event'")]
    [InlineData("insert into imported values (1, 'x', -1, -1, 9223372036854775807)")]
    public async Task They_are_findings_of_verify_and_a_sentence_elsewhere(string damage)
    {
        await SaveAsync("s", says: "lamp");
        await SaveAsync("whole", says: "lamp");
        await Archive.SaveAsync("other", Archived(Some.Session("theirs", null, Some.Text("lamp"))), TestEnd);
        await ExecuteAsync(damage);

        Assert.All(await Archive.Maintenance.VerifyAsync(TestEnd), problem => Assert.EndsWith(".", problem.Says));
        Assert.NotEmpty(await Archive.Maintenance.VerifyAsync(TestEnd));
        foreach (var call in Calls())
            try
            {
                await call();
            }
            catch (ChatSessionException exception)
            {
                Assert.EndsWith(".", exception.Message);
            }
    }

    [Fact]
    public async Task Memory_is_not_allocated_on_the_word_of_damaged_rows()
    {
        await SaveAsync("s", says: "lamp");
        await ExecuteAsync("update session set bytes = 2000000000; update chunk set bytes = 2000000000");
        using var connection = Connect();
        using var reader = new SessionReader(connection, Owner);
        var row = reader.FindRow("s")!;
        var body = Body();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ChatSessionException>(() => reader.Json(row));
        Assert.Throws<ChatSessionException>(() => SessionReading.Join(row, [((int)row.Bytes, body)]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);

        byte[] Body()
        {
            using var command = connection.CreateCommand();
            command.CommandText = "select body from chunk";
            return (byte[])command.ExecuteScalar()!;
        }
    }

    [Fact]
    public async Task What_is_much_larger_than_its_chunks_is_measured_and_read()
    {
        await SaveAsync("s", says: "lamp");
        var json = new byte[65 << 20];
        byte[] buffer = [];
        var body = SessionChunks.Compress(json, ref buffer).ToArray();
        using var connection = Connect();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "update session set bytes = $bytes, crc = $crc; update chunk set bytes = $bytes, body = $body";
            command.Parameters.AddWithValue("$bytes", json.Length);
            command.Parameters.AddWithValue("$crc", Checksum.Compute(json));
            command.Parameters.AddWithValue("$body", body);
            command.ExecuteNonQuery();
        }
        using var reader = new SessionReader(connection, Owner);
        var row = reader.FindRow("s")!;

        Assert.Equal(json, reader.Json(row));
        Assert.Equal(json, SessionReading.Join(row, [(json.Length, body)]));
    }

    [Theory]
    [InlineData("update entry set length = length + 3 where id = 1")]
    [InlineData("update entry set length = length + offset, offset = 0 where id = 1")]
    public async Task A_text_that_does_not_lie_in_its_event_is_a_sentence_for_a_search(string damage)
    {
        await SaveAsync("s", says: "lamp");
        await ExecuteAsync(damage);

        foreach (var call in Calls())
            try
            {
                await call();
            }
            catch (ChatSessionException exception)
            {
                Assert.EndsWith(".", exception.Message);
            }
    }

    [Fact]
    public async Task Ids_with_any_character_are_kept_as_they_are()
    {
        foreach (var id in (string[])["a\0b", "a\0c", "\uFFFD", "🐉"])
            await Archive.SaveAsync(Owner, Archived(Some.Session(id, null, Some.Text(id))), TestEnd);

        Assert.Equal(4, (await Archive.Maintenance.ExportAsync(Owner, Assert.Null, TestEnd).ToListAsync(TestEnd)).Count);
        Assert.Equal("a\0c", (await Archive.FindAsync(Owner, "a\0c", TestEnd))!.Session.Summary.SessionId);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Theory]
    [InlineData("update session set summary = x'00' where no = 1")]
    [InlineData("update session set events = 9223372036854775807 where no = 1")]
    [InlineData("update session set bytes = 1 << 40 where no = 1")]
    [InlineData("update session set fetched_at = 9223372036854775807 where no = 1")]
    [InlineData("update session set origin = 'No Where' where no = 1")]
    public async Task A_session_with_a_damaged_row_is_replaced_and_no_other_is_touched(string damage)
    {
        await SaveAsync("s", says: "lamp");
        await SaveAsync("whole", says: "lamp");
        await ExecuteAsync(damage);

        await Archive.DeleteAsync(Owner, "s", TestEnd);
        await SaveAsync("s", says: "lamp");

        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
        Assert.NotNull(await Archive.FindAsync(Owner, "whole", TestEnd));
    }

    private IEnumerable<Func<Task>> Calls()
    {
        foreach (var id in (string[])["s", "whole", "a\0b"])
        {
            yield return () => Archive.FindAsync(Owner, id, TestEnd);
            yield return () => Archive.FindSummaryAsync(Owner, id, TestEnd);
            yield return () => Archive.FindChecksumAsync(Owner, id, TestEnd);
            yield return () => Archive.HasAsync(Owner, Some.Session(id, null), TestEnd);
        }
        yield return () => Archive.ListAsync(Owner, SessionFilter.All, null, 10, TestEnd);
        yield return () => Archive.ListAsync(Owner, new SessionFilter(TitleContains: "x"), null, 10, TestEnd);
        yield return () => Archive.FindKnownAsync(Owner, ["s", "a\0b"], TestEnd);
        yield return () => Archive.CountAsync(Owner, TestEnd);
        yield return () => Archive.SharesAsync(TestEnd);
        yield return () =>
            Archive.SearchAsync(new OutgoingDoor(), [Owner, "other"], SearchQuery.Parse("lamp"), SearchFilter.All, 10, null, TestEnd);
        yield return () =>
            Archive.SearchAsync(
                new OutgoingDoor(),
                [Owner],
                SearchQuery.Parse("lamp"),
                SearchFilter.All with
                {
                    UpdatedAfter = default(DateTimeOffset),
                },
                10,
                null,
                TestEnd
            );
        yield return () => Archive.Maintenance.ExportAsync(Owner, _ => { }, TestEnd).ToListAsync(TestEnd).AsTask();
        yield return () => SaveAsync("s", says: "lamp");
        yield return () => SaveAsync("s", says: "other");
        yield return () => Archive.Maintenance.CompactAsync(TestEnd);
        yield return () => Archive.DeleteAsync(Owner, "s", TestEnd);
        yield return () => Archive.Maintenance.VerifyAsync(TestEnd);
    }
}
