using System.Text;
using Benchmarks.Questions;
using ChatSessions.Archive;
using ChatSessions.Archive.Postgres;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Sources.Samples;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>Both engines find the same, in the same order, with the same counts and pages.</summary>
public sealed class SameHitsTests(PostgresServer server)
{
    private const string Owner = ArchiveOwners.Local;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_queries_have_the_same_answers_in_both_engines()
    {
        var sessions = MadeSessions.All().ToList();
        await foreach (var page in new SampleSource().ListAsync(Caller.Local, SessionFilter.All, after: null, TestEnd))
        foreach (var sample in page)
            sessions.Add((await new SampleSource().FindAsync(sample.SessionId, Caller.Local, TestEnd))!);
        var archived = sessions.Select(session => new ArchivedSession(session, SessionOrigin.File, DateTimeOffset.UnixEpoch)).ToList();
        using var sqlite = SessionArchive.OpenTemporary();
        using var postgres = new PostgresArchive(await server.NewArchiveAsync(TestEnd));
        foreach (var archive in (ISessionArchive[])[sqlite, postgres])
            await archive.SaveAllAsync(Owner, archived, TestEnd);

        var found = 0;
        foreach (var query in Queries(sessions, new Random(14)).Distinct().Take(200))
        foreach (var bySession in (bool[])[false, true])
        {
            var (expected, actual) = (await AnswersAsync(sqlite, query, bySession), await AnswersAsync(postgres, query, bySession));
            Assert.True(expected == actual, $"{query}\n--- SQLite\n{expected}\n--- PostgreSQL\n{actual}");
            found += expected.Length;
        }
        Assert.True(found > 10_000);
    }

    private static async Task<string> AnswersAsync(ISessionArchive archive, string query, bool bySession)
    {
        var answers = new StringBuilder();
        string? cursor = null;
        for (var pages = 0; pages < 2; pages++)
        {
            var page = await archive.SearchAsync(
                new OutgoingDoor(),
                [Owner],
                SearchQuery.Parse(query),
                SearchFilter.All,
                bySession,
                7,
                cursor,
                TestEnd
            );
            answers.AppendLine($"{page.Found} {page.Whole} {page.HasAll} {page.Sessions} {string.Join(',', page.Unmet)}");
            foreach (var hit in page.Hits)
                answers.AppendLine(
                    $"{hit.Session.SessionId} {hit.Position} {hit.LastPosition} {hit.Offset} {hit.Kind} {hit.Tool} {hit.Outcome} {hit.MoreSessions}"
                );
            foreach (var row in page.BySession)
                answers.AppendLine($"{row.Session.SessionId} {row.Hits} {row.First} {row.Last}");
            if ((cursor = page.NextCursor) is null)
                break;
        }
        return answers.ToString();
    }

    /// <summary>Words that are next to each other somewhere, asked for in every way.</summary>
    private static IEnumerable<string> Queries(List<Session> sessions, Random random)
    {
        var texts = sessions.Select(session => session.Json.ToString()).ToList();
        while (true)
        {
            var text = texts[random.Next(texts.Count)];
            var at = random.Next(Math.Max(1, text.Length - 80));
            var words = text.Substring(at, Math.Min(80, text.Length - at))
                .Split([' ', '"', ',', ':', '{', '}', '\\', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .Where(word => word.Length is > 2 and < 30)
                .ToList();
            if (words.Count < 4)
                continue;
            var (one, two, three) = (words[1], words[2], words[random.Next(words.Count)]);
            yield return random.Next(9) switch
            {
                0 => one,
                1 => $"{one} {two}",
                2 => $"\"{one} {two}\"",
                3 => $"{one[..3]}*",
                4 => $"{one} -{three}",
                5 => $"{one} OR {three}",
                6 => $"{one} {two} {three} nowhere",
                7 => $"how does {one} {three}",
                _ => $"{one} {two} {three}",
            };
        }
    }
}
