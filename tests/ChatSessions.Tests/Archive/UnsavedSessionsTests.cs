using ChatSessions.Archive;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Tests.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Archive;

public sealed class UnsavedSessionsTests : TempFolder
{
    [Fact]
    public async Task Files_are_searched_as_they_are_at_the_time()
    {
        Write("a.jsonl.gz", Gzip($"{Text("one", "lamp")}\n{Text("two", "lamp")}\n"));
        Write("b.json", Text("three", "lamp"));
        using var sessions = new UnsavedSessions([Source()], () => SessionArchive.OpenTemporary(), Time);
        Assert.Equal(["one", "three", "two"], await FoundAsync(sessions, "lamp"));

        Write("a.jsonl.gz", Gzip($"{Text("one", "candle")}\n{Text("four", "lamp")}\n"));
        File.Delete(PathOf("b.json"));
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["four"], await FoundAsync(sessions, "lamp"));
        Assert.Equal(["one"], await FoundAsync(sessions, "candle"));
    }

    [Fact]
    public async Task What_cannot_be_read_is_left_out()
    {
        Write("a.jsonl", $"{Text("one", "lamp")}\nnonsense\n{Text("two", "lamp")[..^5]}");
        using var sessions = new UnsavedSessions([Source()], () => SessionArchive.OpenTemporary(), Time);

        Assert.Equal(["one"], await FoundAsync(sessions, "lamp"));
    }

    [Fact]
    public async Task Without_sessions_there_is_nothing_to_search()
    {
        using var sessions = new UnsavedSessions([Source()], () => SessionArchive.OpenTemporary(), Time);

        Assert.Null((await sessions.ReadAsync(withSamples: true, begun: null, Cancelled)).Archive);
    }

    private static string Text(string id, string word) => Some.SessionText(id, null, Some.Text($"{id} {word}"));

    private static async Task<IEnumerable<string>> FoundAsync(UnsavedSessions sessions, string word)
    {
        var page = await (await sessions.ReadAsync(withSamples: false, begun: null, Cancelled)).Archive!.SearchAsync(
            new OutgoingDoor(),
            [ArchiveOwners.Local],
            SearchQuery.Parse(word),
            SearchFilter.All,
            10,
            null,
            Cancelled
        );
        return page.Hits.Select(hit => hit.Session.SessionId).Order();
    }
}
