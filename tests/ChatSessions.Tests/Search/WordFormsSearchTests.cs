using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Search;

/// <summary>A search for words in all their forms, next to one for the same words as typed.</summary>
public sealed class WordFormsSearchTests
{
    private static readonly string[] Said =
    [
        "crash",
        "crashes",
        "crashed",
        "crashing",
        "migration",
        "migrations",
        "migrated",
        "stopped",
        "stop",
        "news",
        "new",
        "lamp",
        "at",
        "night",
        "\n",
    ];

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task No_hit_is_lost_for_other_forms_and_those_as_typed_stay_first_in_their_order(int seed)
    {
        var random = new Random(seed);
        var sessions = Enumerable.Range(0, random.Next(5, 40)).Select(number => Made(number, random)).ToList();
        using var archive = SessionArchive.OpenTemporary();
        await archive.SaveAllAsync(
            ArchiveOwners.Local,
            [.. sessions.Select(session => new ArchivedSession(session, SessionOrigin.File, DateTimeOffset.UnixEpoch))],
            TestEnd
        );
        var widened = 0;
        foreach (var word in Said.Where(word => word.Length > 2))
        foreach (var limit in (int[])[3, 1_000])
        {
            var asTyped = await AllAsync(archive, $"\"{word}\"", limit);
            var inForms = await AllAsync(archive, word, limit);

            Assert.True(
                asTyped.SequenceEqual(inForms.Take(asTyped.Count)),
                $"'{word}': {string.Join(' ', asTyped)}, {string.Join(' ', inForms)}"
            );
            widened += inForms.Count > asTyped.Count ? 1 : 0;
        }
        Assert.True(widened > 2);
    }

    /// <summary>The hits of all pages. Within a page, the hits of a session that come one after the other stand in the order of their positions.</summary>
    private static async Task<List<(string, int)>> AllAsync(ISessionArchive archive, string query, int limit)
    {
        var (found, cursor) = (new List<(string, int)>(), (string?)null);
        do
        {
            var page = await archive.SearchAsync(
                new OutgoingDoor(),
                [ArchiveOwners.Local],
                SearchQuery.Parse(query),
                SearchFilter.All,
                limit,
                cursor,
                TestEnd
            );
            found.AddRange(page.Hits.Select(hit => (hit.Session.SessionId, hit.Position)));
            cursor = page.NextCursor;
        } while (cursor is not null);
        return found;
    }

    private static Session Made(int number, Random random) =>
        Some.Session(
            $"s{number}",
            null,
            [
                .. Enumerable
                    .Range(0, random.Next(1, 4))
                    .Select(at =>
                        Some.UserInput(
                            $"u{number}x{at} "
                                + string.Join(' ', Enumerable.Range(0, random.Next(1, 8)).Select(_ => Said[random.Next(Said.Length)]))
                        )
                    ),
            ]
        );
}
