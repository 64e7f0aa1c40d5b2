using System.Text;
using ChatSessions.Archive;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Tests.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive;

/// <summary>What every archive must do with originals and with the states of imported sessions.</summary>
public abstract partial class ArchiveContract
{
    private static readonly SessionOrigin Program = new("codex");

    [Fact]
    public async Task What_sessions_were_made_of_is_kept_once_and_given_back()
    {
        var original = ArchivedStateTests.Original("one", "two") with { Line = 3, Changed = Noon.UtcDateTime };
        await ImportAsync("main", "hello", original);
        await ImportAsync("side", "hello", original);
        await ImportAsync("without", "hello", original: null);
        await SaveAsync("own");

        var list = await Archive.ListOriginalsAsync(Owner, TestEnd);
        var use = Assert.Single(list.Originals);
        var found = await Archive.FindOriginalAsync(Owner, use.Number, TestEnd);

        Assert.Equal(["main", "side"], use.SessionIds);
        Assert.Equal(["without"], list.Without);
        Assert.Equal(original, found);
        Assert.Equal((original.Name, original.Changed, original.Bytes), (found!.Name, found.Changed, found.Bytes));
        Assert.Equal("one\ntwo", await ContentAsync(found));
        Assert.Equal(new KeptOriginals(2, 7, original.StoredBytes), (await ShareAsync()).Originals);
        Assert.Null(await Archive.FindOriginalAsync("other", use.Number, TestEnd));
        Assert.Null(await Archive.FindOriginalAsync(Owner, use.Number + 1, TestEnd));
        Assert.Empty((await Archive.ListOriginalsAsync("other", TestEnd)).Originals);
        await Archive.Maintenance.CompactAsync(TestEnd);
        Assert.Equal("one\ntwo", await ContentAsync((await Archive.FindOriginalAsync(Owner, use.Number, TestEnd))!));
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task An_original_is_deleted_with_the_last_session_that_was_made_of_it()
    {
        var original = ArchivedStateTests.Original("one");
        await ImportAsync("main", "hello", original);
        await ImportAsync("side", "hello", original);
        await ImportAsync("other", "hello", ArchivedStateTests.Original("another"));

        await Archive.DeleteAsync(Owner, "side", TestEnd);
        var afterSide = (await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals;
        await Archive.DeleteAsync(Owner, "main", TestEnd);
        var afterMain = (await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals;

        Assert.Equal((2, "main", "side"), (afterSide.Count, afterSide[0].SessionIds.Single(), afterSide[0].Unwanted.Single()));
        Assert.Equal(["other"], Assert.Single(afterMain).SessionIds);
        Assert.Null(await Archive.FindOriginalAsync(Owner, afterSide[0].Number, TestEnd));
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task An_original_stays_that_a_session_of_the_same_import_is_made_of_when_another_gets_a_longer_one()
    {
        var (original, longer) = (ArchivedStateTests.Original("one"), ArchivedStateTests.Original("one", "two"));
        await ImportAsync("main", "hello", original);

        await Archive.SaveImportedAsync(
            Owner,
            [(Imported("side", original), null), (Imported("main", longer), null)],
            TimeProvider.System,
            TestEnd
        );

        Assert.Equal(longer, await Archive.FindOriginalAsync(Owner, "main", TestEnd));
        Assert.Equal(original, await Archive.FindOriginalAsync(Owner, "side", TestEnd));
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));

        static ArchivedSession Imported(string id, Original original) => new(SessionText.Parsed(id), Program, Noon) { Original = original };
    }

    [Fact]
    public async Task Of_an_original_that_others_need_what_was_deleted_for_its_age_is_not_made_again()
    {
        var original = ArchivedStateTests.Original("one");
        await ImportAsync("old", "hello", original, SessionText.LongAgo);
        await ImportAsync("new", "hello", original, SessionText.Lately);

        Assert.Equal(1, await Archive.DeleteOlderAsync(Owner, Noon.AddDays(-30), TestEnd));

        var use = Assert.Single((await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals);
        Assert.Equal(["new"], use.SessionIds);
        Assert.Equal(["old"], use.Unwanted);
    }

    [Fact]
    public async Task An_earlier_state_is_as_old_as_its_session_and_is_deleted_with_it()
    {
        await ImportAsync("s", "only before", ArchivedStateTests.Original("early"), SessionText.LongAgo);
        await ImportAsync("s", "only after", ArchivedStateTests.Original("late"), SessionText.Lately);
        Assert.Equal(2, (await Archive.CountAsync(Owner, TestEnd)).Sessions);

        Assert.Equal(0, await Archive.DeleteOlderAsync(Owner, Noon.AddDays(-30), TestEnd));
        Assert.Equal(2, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Equal(1, await Archive.DeleteOlderAsync(Owner, Noon, TestEnd));
        Assert.Equal(0, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
    }

    [Fact]
    public async Task Marks_of_deleted_sessions_are_added_to_the_originals_of_others()
    {
        await ImportAsync("main", "hello", ArchivedStateTests.Original("one"));
        await ImportAsync("without", "hello", original: null);

        await Archive.Maintenance.AddUnwantedAsync(
            Owner,
            [("main", "side"), ("main", "side"), ("main", "other"), ("without", "x"), ("absent", "x")],
            TestEnd
        );
        await Archive.Maintenance.AddUnwantedAsync("other", [("main", "theirs")], TestEnd);

        Assert.Equal(["other", "side"], Assert.Single((await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals).Unwanted.Order());
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task An_original_that_grew_replaces_the_one_before()
    {
        await ImportAsync("s", "hello", ArchivedStateTests.Original("one"));
        Assert.Equal(SaveOutcome.Replaced, await ImportAsync("s", "other", ArchivedStateTests.Original("one", "two")));
        // Nothing that is shown was added.
        Assert.Equal(SaveOutcome.Unchanged, await ImportAsync("s", "other", ArchivedStateTests.Original("one", "two", "three")));
        Assert.Equal(SaveOutcome.Unchanged, await ImportAsync("s", "other", ArchivedStateTests.Original("one")));

        var use = Assert.Single((await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals);
        Assert.Equal("one\ntwo\nthree", await ContentAsync((await Archive.FindOriginalAsync(Owner, use.Number, TestEnd))!));
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task A_session_without_an_original_gets_it_when_its_file_is_imported_again()
    {
        await ImportAsync("s", "hello", original: null);

        Assert.Equal(SaveOutcome.Unchanged, await ImportAsync("s", "hello", ArchivedStateTests.Original("one")));

        Assert.Equal(["s"], Assert.Single((await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals).SessionIds);
    }

    [Fact]
    public async Task Another_reading_of_the_same_records_replaces_a_session()
    {
        var original = ArchivedStateTests.Original("one");
        await ImportAsync("s", "as it was read", original);

        Assert.Equal(SaveOutcome.Replaced, await ImportAsync("s", "as it is read now", original, SessionText.LongAgo));

        Assert.Equal(["s"], await IdsAsync(Owner));
        Assert.Equal(1, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_later_state_no_longer_has_is_kept_whichever_is_imported_first(bool isLaterFirst)
    {
        var (early, late) = (ArchivedStateTests.Original("early"), ArchivedStateTests.Original("late"));
        Func<Task<SaveOutcome>>[] imports =
        [
            () => ImportAsync("s", "only before", early, SessionText.LongAgo),
            () => ImportAsync("s", "only after", late, SessionText.Lately),
        ];
        if (isLaterFirst)
            imports = [.. imports.Reverse()];

        Assert.Equal(SaveOutcome.Added, await imports[0]());
        Assert.Equal(SaveOutcome.KeptBoth, await imports[1]());

        Assert.Equal(["s"], await IdsAsync(Owner));
        Assert.Equal(1, (await ShareAsync()).EarlierStates);
        Assert.Equal("only after", (await Archive.FindAsync(Owner, "s", TestEnd))!.Session.Says());
        var earlier = (await Archive.FindAsync(Owner, "s.earlier-1", TestEnd))!.Session;
        Assert.Equal(("only before", "Earlier state", "s"), (earlier.Says(), earlier.Summary.GeneratedTitle, EarlierState.Of(earlier)));
        var hits = await Archive.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse("before"), SearchFilter.All, 5, null, TestEnd);
        Assert.Equal("s.earlier-1", Assert.Single(hits.Hits).Session.SessionId);
        var uses = (await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals;
        Assert.Equal(["s", "s.earlier-1"], uses.SelectMany(use => use.SessionIds).Order());
        // Importing the files again changes nothing.
        Assert.Equal([SaveOutcome.Older, SaveOutcome.Unchanged], await AgainAsync());
        Assert.Equal(2, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));

        async Task<SaveOutcome[]> AgainAsync() =>
            [
                await ImportAsync("s", "only before", early, SessionText.LongAgo),
                await ImportAsync("s", "only after", late, SessionText.Lately),
            ];
    }

    [Fact]
    public async Task An_earlier_state_that_grows_stays_one_state()
    {
        await ImportAsync("s", "only before", ArchivedStateTests.Original("early"), SessionText.LongAgo);
        await ImportAsync("s", "only after", ArchivedStateTests.Original("late"), SessionText.Lately);

        Assert.Equal(
            SaveOutcome.KeptBoth,
            await ImportAsync("s", "grown", ArchivedStateTests.Original("early", "more"), SessionText.LongAgo)
        );

        Assert.Equal("grown", (await Archive.FindAsync(Owner, "s.earlier-1", TestEnd))!.Session.Says());
        Assert.Equal(2, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
    }

    [Fact]
    public async Task A_state_that_has_everything_replaces_the_earlier_ones_too()
    {
        await ImportAsync("s", "only before", ArchivedStateTests.Original("early"), SessionText.LongAgo);
        await ImportAsync("s", "only after", ArchivedStateTests.Original("late"), SessionText.Lately);

        Assert.Equal(SaveOutcome.Replaced, await ImportAsync("s", "all", ArchivedStateTests.Original("late", "early"), SessionText.Lately));

        Assert.Equal(1, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Equal(["s"], Assert.Single((await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals).SessionIds);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task Several_states_are_numbered_and_are_deleted_with_their_session()
    {
        foreach (var (says, number) in new[] { "one", "two", "three" }.Select((says, number) => (says, number)))
            await ImportAsync("s", says, ArchivedStateTests.Original(says), $"2026-01-0{number + 1}T00:00:00");
        await SaveAsync("kept");

        Assert.Equal("one", (await Archive.FindAsync(Owner, "s.earlier-1", TestEnd))!.Session.Says());
        Assert.Equal("two", (await Archive.FindAsync(Owner, "s.earlier-2", TestEnd))!.Session.Says());
        Assert.True(await Archive.DeleteAsync(Owner, "s", TestEnd));
        Assert.Equal(1, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Empty((await Archive.ListOriginalsAsync(Owner, TestEnd)).Originals);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task An_exported_earlier_state_is_one_again_and_is_listed_only_without_its_session()
    {
        var earlier = EarlierState.Make(SessionText.Parsed("s", SessionText.LongAgo, "before"), "s.earlier-1", "s");
        await Archive.SaveAsync(Owner, Archived(earlier), TestEnd);
        Assert.Equal(["s.earlier-1"], await IdsAsync(Owner));

        await SaveAsync("s");

        Assert.Equal(["s"], await IdsAsync(Owner));
        Assert.Equal(2, await Archive.Maintenance.ExportAsync(Owner, Assert.Null, TestEnd).CountAsync(TestEnd));
    }

    [Fact]
    public async Task Of_two_imports_without_originals_the_one_with_more_stays()
    {
        var more = Archived(Some.Session("s", null, Some.Text("one"), Some.Text("two")));
        var less = Archived(Some.Session("s", "A title", Some.Text("one")));

        Assert.Equal([SaveOutcome.Added, SaveOutcome.Older], await ImportAllAsync(more, less));
        Assert.Equal(2, (await Archive.FindAsync(Owner, "s", TestEnd))!.Session.Events.Length);
        await Archive.DeleteAsync(Owner, "s", TestEnd);
        Assert.Equal([SaveOutcome.Added, SaveOutcome.Replaced], await ImportAllAsync(less, more));
        Assert.Equal(1, (await Archive.CountAsync(Owner, TestEnd)).Sessions);
    }

    private async Task<SaveOutcome> ImportAsync(string id, string says, Original? original, string? updated = SessionText.LongAgo) =>
        (await ImportAllAsync(new ArchivedSession(SessionText.Parsed(id, updated, says), Program, Noon) { Original = original }))[0];

    private async Task<List<SaveOutcome>> ImportAllAsync(params ArchivedSession[] sessions) =>
        [
            .. (
                await Archive.SaveImportedAsync(
                    Owner,
                    sessions.Select(session => ((ArchivedSession?)session, (ImportedFile?)null)),
                    TimeProvider.System,
                    TestEnd
                )
            ).Select(outcome => outcome!.Value),
        ];

    private async Task<ArchiveShare> ShareAsync() => (await Archive.SharesAsync(TestEnd)).Single(share => share.Origin == Program);

    private static async Task<string> ContentAsync(Original original)
    {
        await using var stream = original.Open();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestEnd);
    }
}
