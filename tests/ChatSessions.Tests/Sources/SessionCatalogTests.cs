using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;
using ChatSessions.Sources.Samples;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatSessions.Tests.Sources;

public sealed class SessionCatalogTests
{
    private readonly FakeSource first = new("the first", SessionText.Parsed("a", says: "from the first"));
    private readonly FakeSource second = new(
        "the second",
        SessionText.Parsed("a", SessionText.Lately, "from the second"),
        SessionText.Parsed("b", SessionText.Lately)
    );

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private SessionCatalog Catalog => new([first, second], new SessionCache(), time, attachments: second);

    [Fact]
    public async Task The_first_source_that_has_a_session_answers_and_later_ones_are_not_asked()
    {
        Assert.Equal("from the first", (await Get("a")).Says());
        Assert.Empty(second.Asked);
        Assert.Equal("b", (await Get("b")).Summary.SessionId);
        Assert.Equal(["session a", "session b"], first.Asked);
    }

    [Fact]
    public async Task Imported_sessions_are_found_in_all_sources_that_answer_and_nothing_else_is_asked_for()
    {
        first.Put(Some.Imported("one", """{"format":"codex","cwd":"/web"}"""));
        second.Put(Some.Imported("one", """{"format":"codex","cwd":"/web"}"""));
        second.Put(Some.Imported("two", """{"format":"codex","cwd":"/web"}"""));
        var filter = new SessionFilter { Recorded = new(Project: "web") };

        Assert.Equal(["one", "two"], await FoundAsync(limit: 5));
        Assert.Equal(["one"], await FoundAsync(limit: 1));
        Assert.Equal(["list"], first.Asked.Distinct());
        first.Failure = new ChatSessionException(ChatSessionError.Unavailable, "No answer.");
        Assert.Equal(["one", "two"], await FoundAsync(limit: 5));
        second.Failure = first.Failure;
        Assert.Empty(await FoundAsync(limit: 5));
        await Assert.ThrowsAsync<ArgumentException>(() => Catalog.FindImportedAsync(SessionFilter.All, Caller.Local, 1, TestEnd));

        async Task<IEnumerable<string>> FoundAsync(int limit) =>
            (await Catalog.FindImportedAsync(filter, Caller.Local, limit, TestEnd)).Select(one => one.SessionId);
    }

    [Fact]
    public async Task What_nobody_has_is_not_found_and_the_error_names_the_places()
    {
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => Get("ses-x"));
        Assert.Equal(ChatSessionError.NotFound, refusal.Error);
        Assert.Equal("No session 'ses-x' in the first or the second.", refusal.Message);
        Assert.True(refusal.IsUnknownId);
        Assert.True((await Assert.ThrowsAsync<ChatSessionException>(() => Get(""))).IsUnknownId);
    }

    [Fact]
    public async Task What_could_not_be_read_is_reported_when_a_session_is_not_found()
    {
        second.Problems = ["x.json is empty.", "y.json is empty."];
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => Get("ses-x"));
        Assert.Contains("There are several problems, the first: x.json is empty.", refusal.Message);
        Assert.Equal(second.Problems, Catalog.ProblemsOf(Caller.Local));
    }

    [Fact]
    public async Task A_list_says_what_may_be_missing_from_it()
    {
        var notes = await NotesAsync();
        Assert.Equal(OutgoingText.DataNotice, notes);
        Assert.Equal(
            $"{notes} Not everything could be read: x #1 text: y.json is empty.",
            await NotesAsync("x\n#1 text: y.json is empty.")
        );
        Assert.Equal(
            $"{notes} Not everything could be read; the first of several problems: a.json is empty.",
            await NotesAsync("a.json is empty.", "b.json is empty.", "c.json is empty.")
        );

        Task<string> NotesAsync(params string[] problems) => Catalog.Notes.OfAsync(problems, Caller.Local, TestEnd);
    }

    [Theory]
    [InlineData(ChatSessionError.Unavailable)]
    [InlineData(ChatSessionError.Unauthorized)]
    public async Task A_source_that_cannot_be_reached_does_not_keep_another_from_answering(ChatSessionError error)
    {
        first.Failure = new ChatSessionException(error, "The first did not answer.");
        Assert.Equal("from the second", (await Get("a")).Says());
        var failure = await Assert.ThrowsAsync<ChatSessionException>(() => Get("ses-x"));
        Assert.Same(first.Failure, failure);
    }

    [Fact]
    public async Task A_source_that_has_the_session_but_cannot_give_it_is_not_passed_over()
    {
        first.Failure = new ChatSessionException(ChatSessionError.TooLarge, "Too large.");
        Assert.Same(first.Failure, await Assert.ThrowsAsync<ChatSessionException>(() => Get("a")));
        Assert.Empty(second.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("ses\u0000x")]
    [InlineData("ses\nx")]
    public async Task An_id_that_cannot_be_one_is_refused_before_any_source_is_asked(string id)
    {
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => Get(id));
        Assert.Equal(ChatSessionError.InvalidArgument, refusal.Error);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
        Assert.Empty(first.Asked);
    }

    [Theory]
    [InlineData(512, ChatSessionError.NotFound)]
    [InlineData(513, ChatSessionError.InvalidArgument)]
    public async Task An_id_has_512_characters_at_most(int length, ChatSessionError error) =>
        Assert.Equal(error, (await Assert.ThrowsAsync<ChatSessionException>(() => Get(new string('x', length)))).Error);

    [Fact]
    public async Task Lists_all_sources_newest_first_and_each_session_once_as_the_earlier_source_has_it()
    {
        second.Put(SessionText.Parsed("c"));
        second.Put(SessionText.Parsed("unknown", null));
        second.Put(SessionText.Parsed("B"));
        var listed = await ListAsync();
        Assert.Equal(["b", "B", "a", "c", "unknown"], listed.Select(summary => summary.SessionId));
        Assert.Equal(SessionText.LongAgo, listed[2].LastUpdatedAt);
    }

    [Fact]
    public async Task Half_a_list_says_what_is_missing()
    {
        second.Failure = new ChatSessionException(ChatSessionError.Unavailable, "No answer.");
        first.Problems = ["x.json is empty."];
        var page = await SessionListPage.ReadAsync(Catalog, SessionFilter.All, Caller.Local, 10, null, TestEnd);
        Assert.Equal("a", Assert.Single(page.Sessions).SessionId);
        Assert.Equal(["No answer.", "x.json is empty."], page.Problems);
    }

    [Fact]
    public async Task Where_nothing_else_is_to_be_listed_a_failure_is_the_answer()
    {
        first.Remove("a");
        second.Failure = new ChatSessionException(ChatSessionError.Unavailable, "No answer.");
        Assert.Same(second.Failure, await Assert.ThrowsAsync<ChatSessionException>(ListAsync));
    }

    [Fact]
    public async Task A_list_begins_after_any_place_and_reads_no_more_of_a_source_than_it_tells()
    {
        for (var day = 1; day <= 9; day++)
        {
            first.Put(SessionText.Parsed($"odd-{day}", $"2026-01-0{day}T01:00:00"));
            second.Put(SessionText.Parsed($"even-{day}", $"2026-01-0{day}T02:00:00"));
        }
        var all = await ListAsync();
        Assert.Equal(20, all.Count);
        for (var count = 0; count < all.Count; count++)
            Assert.Equal(all.Skip(count + 1), await ListAsync(SessionPlace.From(all[count])));
    }

    [Theory]
    [InlineData(0.5, "a minute")]
    [InlineData(59, "59 minutes")]
    [InlineData(60 * 14, "14 hours")]
    [InlineData(60 * 24 * 40, "40 days")]
    public async Task A_copy_says_how_old_it_is_and_why_it_is_served(double minutes, string age)
    {
        var read = SessionText.Parsed("a");
        var at = time.GetUtcNow().AddMinutes(-minutes);
        var copy = new Session(read.Summary, read.Events, read.Json) { Copy = new Copy(at, "the cloud refused the API key (401)") };
        var notes = await Catalog.Notes.OfAsync(copy, Caller.Local, TestEnd);
        Assert.EndsWith($" UTC, {age} old: the cloud refused the API key (401).", notes);
        Assert.Equal(OutgoingText.DataNotice, await Catalog.Notes.OfAsync(read, Caller.Local, TestEnd));
    }

    [Fact]
    public async Task An_attachment_comes_from_whoever_has_it_or_is_not_found()
    {
        var image = new ImageAttachment("source-1", "screenshots/page_7.jpg");
        second.Attachment = new Attachment("image/jpeg", new byte[] { 1, 2, 3 });
        Assert.Same(second.Attachment, await Catalog.GetAttachmentAsync(image, Caller.Local, TestEnd));
        second.Attachment = null;
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => Catalog.GetAttachmentAsync(image, Caller.Local, TestEnd));
        Assert.StartsWith("No attachment 'screenshots/page_7.jpg' of source 'source-1' in the first or the second.", refusal.Message);
    }

    [Fact]
    public async Task For_a_list_no_more_than_a_total_is_read()
    {
        var source = new FakeSource("files", SessionText.Parsed("a"), SessionText.Parsed("b"), SessionText.Parsed("c"))
        {
            Facts = new SessionFacts(1, 2, 3, Bytes: 40L << 20, "done"),
        };
        var catalog = new SessionCatalog([source], new SessionCache(), time);

        var page = await SessionListPage.ReadAsync(catalog, SessionFilter.All, Caller.Local, 10, null, TestEnd);
        var brief = await SessionListPage.ReadAsync(catalog, SessionFilter.All, Caller.Local, 10, null, TestEnd, isBrief: true);

        Assert.Equal(["done", "done", null], page.Sessions.Select(summary => summary.Facts?.Ending));
        Assert.All(brief.Sessions, summary => Assert.Null(summary.Facts));
    }

    [Fact]
    public async Task Answers_have_the_notice_of_the_configuration()
    {
        var catalog = new SessionCatalog([first], new SessionCache(), time, notice: "No key is set.");

        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Equal($"{OutgoingText.DataNotice} No key is set.", await catalog.Notes.OfAsync([], Caller.Local, TestEnd));
            var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => catalog.GetAsync("ses-x", Caller.Local, TestEnd));
            Assert.Equal("No session 'ses-x' in the first. No key is set.", refusal.Message);
        }
    }

    [Theory]
    [InlineData("ses-sample-l", "Did you mean 'ses-sample-lamp-order'?")]
    [InlineData("ses-sampel-lamp-order", "Did you mean 'ses-sample-lamp-order'?")]
    [InlineData("SES-SAMPLE-LAMP-ORDER", "Did you mean 'ses-sample-lamp-order'?")]
    [InlineData("ses-sample-", null)]
    [InlineData("ses-simple-lump-border", null)]
    [InlineData("ses-", null)]
    public async Task An_id_that_is_cut_or_mistyped_is_met_with_the_one_that_is_meant(string typed, string? question)
    {
        var catalog = new SessionCatalog([new SampleSource()], new SessionCache(), time);

        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => catalog.GetAsync(typed, Caller.Local, TestEnd));

        Assert.EndsWith(question ?? SampleSource.Notice, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(question is null, refusal.IsUnknownId);
    }

    [Fact]
    public async Task Samples_say_that_they_are_samples()
    {
        var catalog = new SessionCatalog([new SampleSource()], new SessionCache(), time);
        Assert.True(await catalog.IsSamplesOnlyAsync(Caller.Local, TestEnd));
        Assert.False(await Catalog.IsSamplesOnlyAsync(Caller.Local, TestEnd));
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => catalog.GetAsync("ses-x", Caller.Local, TestEnd));
        Assert.Equal($"No session 'ses-x' in built-in samples. {SampleSource.Notice}", refusal.Message);
        Assert.Equal("ses-sample-lamp-order", (await catalog.GetAsync("ses-sample-lamp-order", Caller.Local, TestEnd)).Summary.SessionId);
    }

    [Fact]
    public async Task Samples_are_gone_as_soon_as_there_is_anything_else_and_still_found_by_their_ids()
    {
        var other = new FakeSource("the archive");
        var catalog = new SessionCatalog([other, new SampleSource()], new SessionCache(), time);
        Assert.NotEmpty((await PageAsync()).Sessions);
        Assert.Contains(SampleSource.Notice, await NotesAsync());

        other.Put(SessionText.Parsed("mine"));

        Assert.Equal("mine", Assert.Single((await PageAsync()).Sessions).SessionId);
        Assert.Equal(OutgoingText.DataNotice, await NotesAsync());
        var sample = await catalog.GetAsync("ses-sample-lamp-order", Caller.Local, TestEnd);
        Assert.Equal(OutgoingText.DataNotice, await catalog.Notes.OfAsync(sample, Caller.Local, TestEnd));
        var refusal = await Assert.ThrowsAsync<ChatSessionException>(() => catalog.GetAsync("ses-x", Caller.Local, TestEnd));
        Assert.Equal("No session 'ses-x' in the archive.", refusal.Message);

        Task<SessionListPage> PageAsync() => SessionListPage.ReadAsync(catalog, SessionFilter.All, Caller.Local, 10, null, TestEnd);
        Task<string> NotesAsync() => catalog.Notes.OfAsync([], Caller.Local, TestEnd);
    }

    [Fact]
    public async Task A_source_that_fails_while_another_is_read_is_told_as_the_one_that_failed()
    {
        first.ListedFailure = new ChatSessionException(ChatSessionError.Unavailable, "The first does not answer.");
        var page = await SessionListPage.ReadAsync(Catalog, SessionFilter.All, Caller.Local, 10, null, TestEnd);
        Assert.Equal(["The first does not answer."], page.Problems);
        // Sessions in both cannot be recognized then, and those of the second are still listed.
        Assert.Equal(["a", "b", "a"], page.Sessions.Select(session => session.SessionId));
    }

    private Task<List<SessionSummary>> ListAsync() => ListAsync(null);

    private async Task<List<SessionSummary>> ListAsync(SessionPlace? after) =>
        await Catalog.ListAsync(Caller.Local, SessionFilter.All, after, _ => { }, TestEnd).ToListAsync(TestEnd);

    private Task<Session> Get(string id) => Catalog.GetAsync(id, Caller.Local, TestEnd);
}
