using ChatSessions.Archive;
using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Search;

public sealed class JoinedTextsTests : IDisposable
{
    private readonly ISessionArchive first = SessionArchive.OpenTemporary();
    private readonly ISessionArchive second = SessionArchive.OpenTemporary();

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task Texts_are_asked_for_in_as_few_questions_as_their_order_allows()
    {
        await SaveAsync(first, "a", ["lamp one", "lamp two", "lamp three"]);
        await SaveAsync(second, "b", ["lamp four", "lamp five"]);

        await ReadAsync(
            async (joined, ofFirst, ofSecond) =>
            {
                var all = await joined.FindAllAsync(new TextMatch.Words(["lamp"], IsPrefix: false), from: 0, before: null, 10, TestEnd);
                // The newest of the second, all of the first, and the other of the second.
                TextAddress[] order = [all[0], all[4], all[3], all[2], all[1]];
                var read = await joined.ReadAsync(order, TestEnd).ToListAsync(TestEnd);

                Assert.Equal(order, read.Select(text => text.Address));
                Assert.Equal((1, 2), (ofFirst.Reads, ofSecond.Reads));
                return true;
            }
        );
    }

    [Fact]
    public async Task A_word_that_is_frequent_in_both_weighs_as_little_as_in_one_archive()
    {
        string[] texts = [.. Enumerable.Range(0, 1_500).Select(n => n % 10 == 0 ? $"lamp shade {n}" : $"lamp {n}")];
        using var whole = SessionArchive.OpenTemporary();
        await SaveAsync(first, "a", texts);
        await SaveAsync(second, "b", texts);
        await SaveAsync(whole, "a", texts);
        await SaveAsync(whole, "b", texts);
        var query = SearchQuery.Parse("lamp shade nowhere");

        var joined = await ReadAsync(async (joined, _, _) => await new Collecting(joined, query, TestEnd).RunAsync());
        var one = await whole.ReadTextsAsync(Scope, async index => await new Collecting(index, query, TestEnd).RunAsync(), TestEnd);

        Assert.Equal(one.Weights[0], joined.Weights[0], tolerance: 0.01);
        Assert.Equal(one.Weights[1], joined.Weights[1], tolerance: 0.01);
        Assert.Equal(one.All.Count, joined.All.Count);
    }

    private static TextScope Scope => new([ArchiveOwners.Local], SearchFilter.All, Before: null);

    private static Task SaveAsync(ISessionArchive archive, string id, string[] says) =>
        archive.SaveAsync(
            ArchiveOwners.Local,
            new(Some.Session(id, null, [.. says.Select(Some.Text)]), SessionOrigin.File, DateTimeOffset.UnixEpoch),
            TestEnd
        );

    private Task<T> ReadAsync<T>(Func<JoinedTexts, CountedTexts, CountedTexts, Task<T>> read) =>
        second.ReadTextsAsync<T>(
            Scope,
            ofSecond =>
                new(
                    first.ReadTextsAsync<T>(
                        Scope,
                        async ofFirst =>
                        {
                            var (counted, countedToo) = (new CountedTexts(ofFirst), new CountedTexts(ofSecond));
                            return await read(new JoinedTexts(counted, countedToo, before: null), counted, countedToo);
                        },
                        TestEnd
                    )
                ),
            TestEnd
        );
}
