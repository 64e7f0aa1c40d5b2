using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Tests.Search;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>What the pages of a search must hold in every archive.</summary>
public abstract partial class ArchiveContract
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(60)]
    public async Task Pages_of_sessions_hold_each_session_once_wherever_the_best_of_them_end(int limit)
    {
        // The best sixty are the older ones, in which the words are near each other, and some of the newest.
        for (var n = 0; n < 120; n++)
            await SaveAsync(
                $"s{n}",
                says: n < 60 && n % 2 == 0
                    ? $"unique{n} badger\\na\\nb\\nc\\nd\\ne\\nf\\ng\\notter"
                    : $"unique{n} badger {string.Join(' ', Enumerable.Range(0, 11).Select(word => $"w{n}x{word}"))} otter"
            );

        var (found, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await BySessionAsync("badger otter", limit, cursor);
            found.AddRange(page.BySession.Select(row => row.Session.SessionId));
            cursor = page.NextCursor;
        } while (cursor is not null);

        Assert.Equal(120, found.Count);
        Assert.Equal(120, found.Distinct().Count());
    }

    [Fact]
    public async Task Of_very_many_partial_matches_the_best_comes_first_though_it_is_the_oldest_and_pages_go_on_to_the_last()
    {
        string[] words = ["apricot", "banana", "cherry", "damson", "elder", "figgy", "grape", "hazel"];
        await SaveAsync("old", says: "apricot banana");
        foreach (var word in words)
            await Archive.SaveAsync(
                Owner,
                Archived(Some.Session(word, null, [.. Enumerable.Range(0, 1_300).Select(n => Some.Text($"{word} number {n}"))])),
                TestEnd
            );
        var query = string.Join(' ', words);

        var sessions = await BySessionAsync(query, 20);
        var (found, cursor) = (new HashSet<(string, int)>(), (string?)null);
        do
        {
            var page = await SearchOfAsync([Owner], query, limit: 1_000, cursor: cursor);
            Assert.All(page.Hits, hit => Assert.True(found.Add((hit.Session.SessionId, hit.Position))));
            cursor = page.NextCursor;
        } while (cursor is not null);

        Assert.Equal(new FoundCount(5_000, 9, IsMore: true), sessions.Found);
        Assert.Equal(("old", 1), (sessions.BySession[0].Session.SessionId, sessions.BySession[0].Hits));
        Assert.Equal(9, sessions.BySession.Count);
        Assert.All(sessions.BySession.Skip(1), row => Assert.Equal((1_300, 0, 1_299), (row.Hits, row.First, row.Last)));
        Assert.Equal(10_401, found.Count);
    }

    [Fact]
    public async Task A_text_with_all_words_is_found_though_thousands_of_newer_ones_have_one_of_them()
    {
        await SaveAsync("old", says: "the zebra met the walrus");
        foreach (var word in (string[])["zebra", "walrus"])
            await Archive.SaveAsync(
                Owner,
                Archived(Some.Session(word, null, [.. Enumerable.Range(0, 2_100).Select(n => Some.Text($"{word} number {n}"))])),
                TestEnd
            );

        var page = await SearchOfAsync([Owner], "zebra walrus");
        var sessions = await BySessionAsync("zebra walrus", 5);

        Assert.Equal(("old", 1), (page.Hits[0].Session.SessionId, page.Whole));
        Assert.Equal("old", sessions.BySession[0].Session.SessionId);
    }

    [Fact]
    public async Task A_text_with_both_phrases_is_found_though_thousands_of_newer_ones_have_one_of_them()
    {
        await SaveAsync("old", says: "a red lamp near a blue lamp");
        foreach (var phrase in (string[])["red lamp", "blue lamp", "zebra"])
            await Archive.SaveAsync(
                Owner,
                Archived(Some.Session(phrase, null, [.. Enumerable.Range(0, 2_100).Select(n => Some.Text($"{phrase} number {n}"))])),
                TestEnd
            );

        var page = await SearchOfAsync([Owner], "\"red lamp\" \"blue lamp\" zebra");

        Assert.Equal("old", Assert.Single(page.Hits).Session.SessionId);
        Assert.Equal((0, 1), (page.Whole, page.Found.Hits));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_does_not_change_is_shown_once_whatever_is_saved_replaced_or_deleted_between_pages(bool bySession)
    {
        var random = new Random(5);
        for (var round = 0; round < 8; round++)
        {
            var (word, left, right) = ($"lamp{round}x", $"left{round}x", $"right{round}x");
            for (var n = 0; n < 90; n++)
                await SaveAsync($"{word}-{n}", says: $"own{n} {word} {(n % 2 == 0 ? left : right)}{(n == 0 ? $" {right}" : "")}");
            // Of two words one text has both, and the others are partial matches.
            var asked = round % 2 == 0 ? word : $"{left} {right}";
            var (changed, found, cursor) = (new HashSet<string>(), new List<string>(), (string?)null);
            while (true)
            {
                var limit = random.Next(1, 40);
                if (bySession)
                {
                    var page = await BySessionAsync(asked, limit, cursor);
                    (found, cursor) = ([.. found, .. page.BySession.Select(row => row.Session.SessionId)], page.NextCursor);
                }
                else
                {
                    var page = await SearchOfAsync([Owner], asked, limit: limit, cursor: cursor);
                    (found, cursor) = ([.. found, .. page.Hits.Select(hit => hit.Session.SessionId)], page.NextCursor);
                }
                if (cursor is null)
                    break;
                for (var change = random.Next(4); change > 0; change--)
                {
                    var id = $"{word}-{random.Next(1, 120)}";
                    changed.Add(id);
                    if (random.Next(2) == 0)
                        await Archive.DeleteAsync(Owner, id, TestEnd);
                    else
                        await SaveAsync(id, says: $"new{random.Next(1_000)} {word}");
                }
            }

            Assert.Equal(found.Count, found.Distinct().Count());
            // How much a word says changes with the sessions, and so does which parts of a query are enough.
            if (asked == word)
                Assert.Empty(Enumerable.Range(0, 90).Select(n => $"{word}-{n}").Except(changed).Except(found));
        }
    }

    [Fact]
    public async Task A_row_of_a_session_is_counted_by_its_own_hits_not_by_all_newer_ones()
    {
        foreach (var (number, events) in Enumerable.Range(0, 12_000).Select(n => Some.Text($"lamp {n}")).Chunk(600).Index())
            await Archive.SaveAsync(Owner, Archived(Some.Session($"s{number}", null, events)), TestEnd);
        var query = SearchQuery.Parse("lamp");

        var (most, cursor, rows) = (0, (string?)null, new List<SessionHits>());
        do
        {
            var start = SearchCursor.Read(cursor, query, SearchFilter.All, [Owner], bySession: true);
            var page = await Archive.ReadTextsAsync(
                new TextScope([Owner], SearchFilter.All, start.Below),
                async index =>
                {
                    var counted = new CountedTexts(index);
                    var read = await new TextSearch(counted, query, new OutgoingDoor(), TestEnd).RunBySessionAsync(start, 2);
                    most = Math.Max(most, counted.MostOfOneSession);
                    return read;
                },
                TestEnd
            );
            rows.AddRange(page.BySession);
            cursor = page.NextCursor;
        } while (cursor is not null);

        Assert.Equal(20, rows.DistinctBy(row => row.Session.SessionId).Count());
        Assert.All(rows, row => Assert.Equal(600, row.Hits));
        Assert.Equal(600, most);
    }

    [Fact]
    public async Task Of_many_hits_all_are_counted_and_pages_go_on_to_the_last()
    {
        const int Many = 5_050;
        foreach (var (number, events) in Enumerable.Range(0, Many).Select(n => Some.Text($"lamp {n}")).Chunk(505).Index())
            await Archive.SaveAsync(Owner, Archived(Some.Session($"s{number}", null, events)), TestEnd);

        var first = await SearchOfAsync([Owner], "lamp", limit: 50);
        var (found, cursor, pages) = (new HashSet<(string, int)>(), (string?)null, 0);
        do
        {
            var page = await SearchOfAsync([Owner], "lamp", limit: 1_000, cursor: cursor);
            Assert.All(page.Hits, hit => Assert.True(found.Add((hit.Session.SessionId, hit.Position))));
            cursor = page.NextCursor;
        } while (cursor is not null && ++pages < 20);
        var rows = new List<SessionHits>();
        do
        {
            var page = await BySessionAsync("lamp", 4, cursor);
            rows.AddRange(page.BySession);
            cursor = page.NextCursor;
        } while (cursor is not null && ++pages < 40);

        Assert.Equal(new FoundCount(5_000, 10, IsMore: true), first.Found);
        Assert.Equal(Many, found.Count);
        Assert.Equal(10, rows.DistinctBy(row => row.Session.SessionId).Count());
        Assert.All(rows, row => Assert.Equal((505, 0, 504), (row.Hits, row.First, row.Last)));
    }

    [Fact]
    public async Task Of_one_session_two_hits_come_before_the_next_sessions_and_pages_join_to_the_whole()
    {
        var many = Some.Session("many", null, [.. Enumerable.Range(0, 30).Select(n => Some.Text($"lamp {n}"))]);
        await SaveAsync("one", says: "a lamp among many other words that make it a worse hit, one");
        await SaveAsync("two", says: "a lamp among many other words that make it a worse hit, two");
        await Archive.SaveAsync(Owner, Archived(many), TestEnd);

        var hits = await SearchAsync("lamp", limit: 100);
        var paged = new List<SearchHit>();
        string? cursor = null;
        do
        {
            var page = await SearchOfAsync([Owner], "lamp", limit: 7, cursor: cursor);
            // On each page, the hits of a session stand in order.
            Assert.Equal(InOrder(page.Hits), PlacesOf(page.Hits));
            Assert.Equal(new FoundCount(32, 3, IsMore: false), page.Found);
            paged.AddRange(page.Hits);
            cursor = page.NextCursor;
        } while (cursor is not null);

        Assert.Equal(["many", "many", "two", "one", "many"], hits.Take(5).Select(hit => hit.Session.SessionId));
        Assert.Equal(32, hits.Count);
        Assert.Equal(InOrder(hits), PlacesOf(hits));
        Assert.Equal(PlacesOf(hits).Order(), PlacesOf(paged).Order());

        static IEnumerable<(string, int)> PlacesOf(IEnumerable<SearchHit> some) =>
            some.Select(hit => (hit.Session.SessionId, hit.Position));

        static IEnumerable<(string, int)> InOrder(IReadOnlyList<SearchHit> some)
        {
            var bySession = some.GroupBy(hit => hit.Session.SessionId)
                .ToDictionary(session => session.Key, session => new Queue<int>(session.Select(hit => hit.Position).Order()));
            return some.Select(hit => (hit.Session.SessionId, bySession[hit.Session.SessionId].Dequeue()));
        }
    }

    [Fact]
    public async Task Two_hits_of_a_session_stand_together_and_sessions_come_by_their_best()
    {
        foreach (var id in (string[])["a", "b", "c"])
            await Archive.SaveAsync(
                Owner,
                Archived(
                    Some.Session(
                        id,
                        null,
                        [.. Enumerable.Range(0, 5).Select(n => Some.Text($"lamp {string.Concat(Enumerable.Repeat("x ", n * 9))}{id}"))]
                    )
                ),
                TestEnd
            );

        var hits = (await SearchAsync("lamp")).Select(hit => $"{hit.Session.SessionId}{hit.Position}");

        Assert.Equal(["c0", "c1", "b0", "b1", "a0", "a1", "c2", "c3", "b2", "b3", "a2", "a3", "c4", "b4", "a4"], hits);
    }

    [Fact]
    public async Task Hits_are_not_repeated_whatever_is_saved_or_deleted_in_the_meantime()
    {
        for (var n = 0; n < 9; n++)
            await SaveAsync($"s{n}", says: $"lamp {n}");
        var first = await SearchOfAsync([Owner], "lamp", limit: 3);
        await SaveAsync("new", says: "lamp");
        await SaveAsync("s8", says: "lamp 8 again");
        await Archive.DeleteAsync(Owner, "s7", TestEnd);

        var second = await SearchOfAsync([Owner], "lamp", limit: 3, cursor: first.NextCursor);
        var third = await SearchOfAsync([Owner], "lamp", limit: 30, cursor: second.NextCursor);

        Assert.Equal(["s8", "s7", "s6"], first.Hits.Select(hit => hit.Session.SessionId));
        Assert.Equal(["s5", "s4", "s3"], second.Hits.Select(hit => hit.Session.SessionId));
        Assert.Equal(["s2", "s1", "s0"], third.Hits.Select(hit => hit.Session.SessionId));
        Assert.Null(third.NextCursor);
    }

    [Fact]
    public async Task A_cursor_of_another_search_is_refused()
    {
        for (var n = 0; n < 3; n++)
            await SaveAsync($"s{n}", says: $"lamp shade {n}");
        var cursor = (await SearchOfAsync([Owner], "lamp", limit: 1)).NextCursor!;

        await RefusedAsync([Owner], "shade", SearchFilter.All, cursor);
        await RefusedAsync([Owner, "other"], "lamp", SearchFilter.All, cursor);
        await RefusedAsync([Owner], "lamp", new(Kind: SearchKind.Answer), cursor);
        await RefusedAsync([Owner], "lamp", new(UpdatedAfter: Noon), cursor);
        foreach (var none in (string[])["", "x", "page 2", cursor[..3], "é", cursor + "_w"])
            await RefusedAsync([Owner], "lamp", SearchFilter.All, none);

        async Task RefusedAsync(string[] owners, string query, SearchFilter filter, string refused)
        {
            var error = await Assert.ThrowsAsync<ChatSessionException>(() => SearchOfAsync(owners, query, filter, 1, refused));
            Assert.Equal(ChatSessionError.InvalidArgument, error.Error);
            Assert.StartsWith("Invalid cursor", error.Message);
        }
    }
}
