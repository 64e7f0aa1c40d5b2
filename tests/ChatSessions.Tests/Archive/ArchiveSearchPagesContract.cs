using ChatSessions.Search;
using ChatSessions.Tests.Sources;
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
}
