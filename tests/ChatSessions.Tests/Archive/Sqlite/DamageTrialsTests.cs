using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>A page of an archive is overwritten: every intact session is exported, and every damaged one is reported.</summary>
public sealed class DamageTrialsTests : OnArchiveFile
{
    private const int Trials = 40;
    private const int Page = 4096;

    [Fact]
    [Proves("damaged")]
    public async Task Of_a_damaged_archive_all_is_exported_that_is_whole()
    {
        var sessions = Enumerable.Range(0, 60).Select(Session).ToDictionary(session => session.Summary.SessionId);
        await Archive.SaveAllAsync(Owner, [.. sessions.Values.Select(Archived)], TestEnd);
        await Archive.Maintenance.CompactAsync(TestEnd);
        var rows = Rows();
        Archive.Dispose();
        var whole = await System.IO.File.ReadAllBytesAsync(File, TestEnd);
        for (var seed = 0; seed < Trials; seed++)
        {
            await System.IO.File.WriteAllBytesAsync(File, Damaged(whole, seed), TestEnd);
            var intact = Intact(rows);
            using var archive = new SqliteArchive(File);
            var (exported, broken) = await ExportAsync(archive);

            Assert.All(exported, session => Assert.Equal(sessions[session.Summary.SessionId].Json.ToString(), session.Json.ToString()));
            var lost = intact.Except(exported.Select(session => session.Summary.SessionId)).ToList();
            Assert.True(
                lost.Count == 0,
                $"Trial {seed} lost {lost.Count} sessions, such as {lost.FirstOrDefault()}: {broken.FirstOrDefault()}"
            );
            if (exported.Count < sessions.Count)
            {
                Assert.NotEmpty(broken);
                Assert.NotEmpty(await archive.Maintenance.VerifyAsync(TestEnd));
            }
            await SearchAsync(archive, seed);
        }
    }

    /// <summary>A damaged index is reported; it must not look like an empty result.</summary>
    private static async Task SearchAsync(SqliteArchive archive, int seed)
    {
        try
        {
            var page = await archive.SearchAsync(
                new OutgoingDoor(),
                [Owner],
                SearchQuery.Parse($"w{seed} lamp"),
                SearchFilter.All,
                10,
                null,
                TestEnd
            );
            Assert.NotEmpty(page.Hits);
        }
        catch (ChatSessionException reported)
        {
            Assert.EndsWith(".", reported.Message);
        }
    }

    private static async Task<(List<Session> Exported, List<string> Broken)> ExportAsync(SqliteArchive archive)
    {
        var (exported, broken) = (new List<Session>(), new List<string>());
        try
        {
            await foreach (var one in archive.Maintenance.ExportAsync(Owner, loss => broken.Add(loss.Message), TestEnd))
                exported.Add(one.Session);
        }
        catch (ChatSessionException exception)
        {
            broken.Add(exception.Message);
        }
        return (exported, broken);
    }

    private static byte[] Damaged(byte[] whole, int seed)
    {
        var random = new Random(seed);
        byte[] damaged = [.. whole];
        var page = damaged.AsSpan(random.Next(damaged.Length / Page) * Page, Page);
        if (seed % 2 == 0)
            page.Clear();
        else
            random.NextBytes(page);
        return damaged;
    }

    private static Session Session(int number)
    {
        var random = new Random(number);
        var events = Enumerable
            .Range(0, 12)
            .Select(_ => Some.Text("lamp " + string.Join(' ', Enumerable.Range(0, 120).Select(_ => $"w{random.Next(3_000)}"))));
        return Some.Session(
            $"ses-{number}",
            $"Session {number}",
            [Some.UserInput($"w{string.Join(" w", Enumerable.Range(0, Trials))}"), .. events]
        );
    }

    /// <summary>Each session in the undamaged file, with the content of its row and its chunks.</summary>
    private Dictionary<string, (long No, string All)> Rows()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "select id, no from session";
        using var rows = command.ExecuteReader();
        var found = new Dictionary<string, (long, string)>();
        while (rows.Read())
            found.Add(rows.GetString(0), (rows.GetInt64(1), All(connection, rows.GetInt64(1))));
        return found;
    }

    /// <summary>The sessions whose rows and chunks can be read by their numbers alone, and are unchanged.</summary>
    private HashSet<string> Intact(Dictionary<string, (long No, string All)> rows)
    {
        try
        {
            using var connection = Connect();
            return rows.Where(row => IsIntact(connection, row.Value)).Select(row => row.Key).ToHashSet();
        }
        catch (SqliteException)
        {
            return [];
        }
    }

    private static bool IsIntact(SqliteConnection connection, (long No, string All) row)
    {
        try
        {
            return All(connection, row.No) == row.All;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private static string All(SqliteConnection connection, long no)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            select (select name from owner where no = owner) || hex(id || origin || events || bytes || crc || fetched_at) || hex(summary)
              || (select group_concat(first_event || hex(body)) from chunk where first_event >= s.no and first_event < s.no + s.events)
            from session s where no = $no
            """;
        command.Parameters.AddWithValue("$no", no);
        return (string?)command.ExecuteScalar() ?? "";
    }
}
