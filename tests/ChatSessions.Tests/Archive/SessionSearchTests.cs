using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Search;
using ChatSessions.Sources;
using ChatSessions.Tests.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>The archive and files in a folder, searched as one.</summary>
public sealed class SessionSearchTests : TempFolder, IDisposable
{
    private const int Archived = 70;

    private readonly List<IDisposable> opened = [];

    void IDisposable.Dispose()
    {
        opened.ForEach(one => one.Dispose());
        base.Dispose();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(7, false)]
    [InlineData(50, false)]
    [InlineData(3, true)]
    [InlineData(60, true)]
    public async Task Pages_show_every_hit_once_though_files_change_and_come_and_go_in_between(int limit, bool bySession)
    {
        var archive = await ArchiveAsync(Archived);
        WriteFiles(20);
        // Of a session that both have, the file counts.
        Write("f0.json", Text("a0", "lamp in a file"));
        var search = Search(archive);
        var first = await PageAsync(search, limit, cursor: null, bySession);
        var shown = HitsOf(first);
        Assert.Equal(Archived + 20 - 1, first.Sessions);

        Write("f3.json", Text("f3", "lamp of another time"));
        File.Delete(PathOf("f0.json"));
        Write("f4.json", Text("f4", "lamp 4", "lamp more"));
        Write("f99.json", Text("f99", "lamp new"));
        Write("f98.json", Text("a1", "lamp in a new file"));
        Time.Advance(TimeSpan.FromMinutes(1));
        for (var cursor = first.NextCursor; cursor is not null; )
        {
            var page = await PageAsync(search, limit, cursor, bySession);
            shown.AddRange(HitsOf(page));
            cursor = page.NextCursor;
        }

        Assert.Equal(shown.Count, shown.Distinct().Count());
        string[] changed = ["f3", "f4", "a0"];
        Assert.Equal(
            Enumerable
                .Range(1, Archived - 1)
                .Select(n => $"a{n}")
                .Concat(Enumerable.Range(1, 19).Select(n => $"f{n}"))
                .Except(changed)
                .Order(),
            shown.Select(hit => hit.Id).Except(changed).Order()
        );
        Assert.Equal(shown.Count, shown.Select(hit => hit.Id).Distinct().Count());
    }

    [Fact]
    public async Task After_a_restart_pages_go_on_if_the_files_are_the_same()
    {
        var archive = await ArchiveAsync(Archived);
        WriteFiles(20);
        var first = await PageAsync(Search(archive), 12, cursor: null);
        var shown = HitsOf(first);

        for (var cursor = first.NextCursor; cursor is not null; )
        {
            var page = await PageAsync(Search(archive), 12, cursor);
            shown.AddRange(HitsOf(page));
            cursor = page.NextCursor;
        }

        Assert.Equal(Archived + 20, shown.Count);
        Assert.Equal(Archived + 20, shown.Distinct().Count());
    }

    [Fact]
    public async Task After_a_restart_a_new_file_is_left_out_and_a_changed_one_ends_the_pages()
    {
        var archive = await ArchiveAsync(Archived);
        WriteFiles(20);
        var cursor = (await PageAsync(Search(archive), 80, cursor: null)).NextCursor;

        Write("f20.json", Text("f20", "lamp 20", updated: "2027-01-01T00:00:00"));
        var rest = await PageAsync(Search(archive), 80, cursor);
        Write("f3.json", Text("f3", "lamp of another time"));
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => PageAsync(Search(archive), 80, cursor));

        Assert.Equal(10, rest.Hits.Count);
        Assert.DoesNotContain(rest.Hits, hit => hit.Session.SessionId == "f20");
        Assert.Equal(
            (
                ChatSessionError.InvalidArgument,
                "The cursor belongs to a search in session files that were read again since then, and were changed. Omit it to start over."
            ),
            (refusal.Error, refusal.Message)
        );
    }

    [Fact]
    public async Task Files_alone_have_pages_that_go_on_after_a_restart_too()
    {
        WriteFiles(20);
        var cursor = (await PageAsync(Search(archive: null), 12, cursor: null)).NextCursor;

        var rest = await PageAsync(Search(archive: null), 12, cursor);
        File.Delete(PathOf("f3.json"));

        Assert.Equal(8, rest.Hits.Count);
        await Assert.ThrowsAsync<ChatSessionException>(() => PageAsync(Search(archive: null), 12, cursor));
    }

    [Fact]
    public async Task Files_that_come_after_the_first_page_are_left_out_of_the_next()
    {
        var archive = await ArchiveAsync(20);
        var search = Search(archive);
        var first = await PageAsync(search, 12, cursor: null);

        WriteFiles(5);
        Write("f0.json", Text("a0", "lamp in a file"));
        Time.Advance(TimeSpan.FromMinutes(1));
        var second = await PageAsync(search, 12, first.NextCursor);

        Assert.Equal(20, HitsOf(first).Concat(HitsOf(second)).Select(hit => hit.Id).Distinct().Count());
        Assert.Equal(8, second.Hits.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cursor_of_another_archive_is_refused(bool hasFiles)
    {
        if (hasFiles)
            WriteFiles(20);
        var cursor = (await PageAsync(Search(await ArchiveAsync(Archived)), 12, cursor: null)).NextCursor;
        var other = await ArchiveAsync(Archived);

        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => PageAsync(Search(other), 12, cursor));
        if (hasFiles)
        {
            var ofFiles = (await PageAsync(Search(archive: null), 12, cursor: null)).NextCursor;
            await Assert.ThrowsAsync<ChatSessionException>(() => PageAsync(Search(archive: null), 12, cursor));
            await Assert.ThrowsAsync<ChatSessionException>(() => PageAsync(Search(other), 12, ofFiles));
        }

        Assert.Equal(
            (ChatSessionError.InvalidArgument, "The cursor belongs to a search in another archive. Omit it to start over in this one."),
            (refusal.Error, refusal.Message)
        );
    }

    [Fact]
    public async Task Where_files_cannot_be_indexed_the_archive_is_searched_and_the_page_says_why_until_they_can()
    {
        var archive = await ArchiveAsync(20);
        WriteFiles(20);
        // A file where a folder must be.
        var place = Write("place", "");
        var search = Search(archive, () => SessionArchive.Open(Path.Combine(place, "index.db")));

        var first = await PageAsync(search, 12, cursor: null);
        File.Delete(place);
        var second = await PageAsync(search, 12, first.NextCursor);
        Assert.Equal(first.FilesNotSearched, second.FilesNotSearched);
        Time.Advance(TimeSpan.FromMinutes(1));
        var whole = await PageAsync(search, 50, cursor: null);

        Assert.Equal((20, 12), (first.Found.Hits, first.Hits.Count));
        Assert.Contains(place, first.FilesNotSearched);
        Assert.Equal(8, second.Hits.Count);
        Assert.All(first.Hits.Concat(second.Hits), hit => Assert.StartsWith("a", hit.Session.SessionId));
        Assert.Equal((40, null), (whole.Found.Hits, whole.FilesNotSearched));
    }

    [Fact]
    public async Task Where_files_cannot_be_indexed_any_more_pages_go_on_in_the_archive()
    {
        var archive = await ArchiveAsync(20);
        WriteFiles(20);
        Write("f0.json", Text("a0", "lamp in a file"));
        var index = PathOf("index.db");
        var search = Search(archive, () => SessionArchive.Open(index));
        var first = await PageAsync(search, 30, cursor: null);

        // It was read before, and now cannot be.
        foreach (var file in Directory.GetFiles(Folder, "index.db*"))
            File.Delete(file);
        Directory.CreateDirectory(index);
        var second = await PageAsync(search, 30, first.NextCursor);
        Directory.Delete(index);
        var whole = await PageAsync(search, 50, cursor: null);

        Assert.Equal((30, 9), (HitsOf(first).Count, HitsOf(second).Count));
        Assert.Contains(index, second.FilesNotSearched);
        Assert.Empty(HitsOf(first).Select(hit => hit.Id).Intersect(HitsOf(second).Select(hit => hit.Id)));
        Assert.Equal((39, null), (whole.Found.Hits, whole.FilesNotSearched));
    }

    [Fact]
    public async Task Without_an_archive_files_that_cannot_be_indexed_are_a_failure()
    {
        WriteFiles(1);
        var search = Search(archive: null, () => SessionArchive.Open(Path.Combine(Write("place", ""), "index.db")));

        var failure = await Assert.ThrowsAsync<ChatSessionException>(() => PageAsync(search, 12, cursor: null));

        Assert.Equal(ChatSessionError.Unavailable, failure.Error);
    }

    [Theory]
    [InlineData("lamp -archived -f0", "lamp", 3)]
    [InlineData("archived -lamp", "archived", 2)]
    [InlineData("lamps -archived -f0", "lamps", 3)]
    [InlineData("f0 -lamp", "f0", 1)]
    public async Task What_is_only_left_out_is_counted_in_the_archive_and_in_files(string query, string term, int sessions)
    {
        var archive = await ArchiveAsync(2);
        WriteFiles(1);

        var page = await Search(archive)
            .SearchAsync(Caller.Local, SearchQuery.Parse(query), SearchFilter.All, false, 5, cursor: null, Cancelled);

        var unmet = Assert.Single(page.Unmet);
        Assert.Equal((term, sessions), (unmet.Typed, unmet.LeftOut.Sessions));
    }

    [Fact]
    public async Task Of_a_word_that_filters_leave_out_all_sessions_are_counted()
    {
        var archive = await ArchiveAsync(120);

        var page = await Search(archive)
            .SearchAsync(Caller.Local, SearchQuery.Parse("archived"), new(Kind: SearchKind.Error), false, 5, cursor: null, Cancelled);

        Assert.Equal(new FoundCount(120, 120, false), Assert.Single(page.Unmet).LeftOut);
    }

    [Theory]
    [InlineData("lamp", "a1", "a0", "f1")]
    [InlineData("lamps", "f1", "a1", "a0")]
    public async Task What_is_as_typed_comes_first_of_the_archive_and_files_together(string query, params string[] ids)
    {
        var archive = await ArchiveAsync(2);
        Write("f1.json", Text("f1", "lamps"));

        var page = await Search(archive)
            .SearchAsync(Caller.Local, SearchQuery.Parse(query), SearchFilter.All, false, 5, cursor: null, Cancelled);

        Assert.Equal(ids, page.Hits.Select(hit => hit.Session.SessionId));
    }

    private async Task<ISessionArchive> ArchiveAsync(int sessions)
    {
        var archive = SessionArchive.Open(Path.Combine(Folder, $"archive-{opened.Count}.db"));
        opened.Add(archive);
        await archive.SaveAllAsync(
            ArchiveOwners.Local,
            [
                .. Enumerable
                    .Range(0, sessions)
                    .Select(n => new ArchivedSession(
                        Some.Session($"a{n}", null, Some.Text($"lamp {n} archived")),
                        SessionOrigin.File,
                        DateTimeOffset.UnixEpoch
                    )),
            ],
            Cancelled
        );
        return archive;
    }

    private void WriteFiles(int count)
    {
        for (var n = 0; n < count; n++)
            Write($"f{n}.json", Text($"f{n}", $"lamp {n}"));
    }

    private static string Text(string id, string says, string? more = null, string? updated = null)
    {
        var said = Some.Text($"{says} of {id}");
        var text = more is null ? Some.SessionText(id, null, said) : Some.SessionText(id, null, said, Some.Text(more));
        return updated is null ? text : text.Replace("2026-04-22T12:34:41.342245", updated, StringComparison.Ordinal);
    }

    /// <summary>A search as a process has it that was just started.</summary>
    private SessionSearch Search(ISessionArchive? archive, Func<ISessionArchive>? open = null)
    {
        var files = Source();
        var unsaved = new UnsavedSessions([files], open ?? (() => SessionArchive.OpenTemporary()), Time);
        opened.Add(unsaved);
        return new(new SessionCatalog([files], new SessionCache(1 << 20), Time), new ArchiveOwners(null), unsaved, archive);
    }

    private static Task<SearchPage> PageAsync(SessionSearch search, int limit, string? cursor, bool bySession = false) =>
        search.SearchAsync(Caller.Local, SearchQuery.Parse("lamp"), SearchFilter.All, bySession, limit, cursor, Cancelled);

    private static List<(string Id, int Position)> HitsOf(SearchPage page) =>
        [
            .. page.Hits.Select(hit => (hit.Session.SessionId, hit.Position)),
            .. page.BySession.Select(row => (row.Session.SessionId, row.First)),
        ];
}
