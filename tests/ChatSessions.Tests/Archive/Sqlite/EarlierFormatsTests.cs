using System.Text.RegularExpressions;
using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Search;
using ChatSessions.Sources;
using Xunit;

namespace ChatSessions.Tests.Archive.Sqlite;

/// <summary>Archives that an earlier version wrote: what they lack is read again from what is kept.</summary>
public sealed class EarlierFormatsTests : OnArchiveFile
{
    private const string Key = "ghp_7tBq0WzXr4nLk2VfHs9JdYc6MpGa1eUo3TiR";

    [Fact]
    public async Task Sessions_of_an_earlier_format_are_filtered_and_what_they_lack_is_filled_once()
    {
        foreach (var (id, title) in (List<(string, string)>)[("s", "The lamp"), ("other", "A candle"), ("broken", "lamp")])
            await Archive.SaveAsync(Owner, Archived(Some.Session(id, title, Some.Text("x"))), TestEnd);
        Archive.Dispose();
        await BackToFormat3Async();
        await ExecuteAsync(
            """
            drop table title_part; drop index session_listed; drop index session_unfilled; drop index session_outcome;
            alter table session drop column title; alter table session drop column indexes;
            create index session_newest on session (owner, updated desc, id);
            update session set summary = x'00' where id = 'broken';
            pragma user_version = 2
            """
        );

        using var again = new SqliteArchive(File);
        var lamps = await again.ListAsync(Owner, new(TitleContains: "LAMP"), null, 10, TestEnd);

        Assert.Equal(["s"], lamps.Select(summary => summary.SessionId));
        Assert.Equal(0, await NumberAsync("select count(*) from session where title is null"));
        Assert.Equal(
            1,
            await NumberAsync("select count(*) from session where title = 'THE LAMP' and indexes = char(10) || 'idx-1' || char(10)")
        );
    }

    [Fact]
    public async Task Sessions_of_an_earlier_format_are_read_again_for_their_outcomes_once()
    {
        const string Source = """{"format":"codex","cwd":"/src/web/api","git_branch":"main"}""";
        await Archive.SaveAsync(Owner, Archived(Some.Imported("ended", Source, Some.UserInput("lamp"), Some.Text("A"))), TestEnd);
        await Archive.SaveAsync(Owner, Archived(Some.Imported("broken", Source, Some.UserInput("lamp"), Some.Text("A"))), TestEnd);
        await Archive.SaveAsync(
            Owner,
            Archived(Some.Imported("helper", """{"format":"codex","parent_session_id":"ended"}""", Some.ToolCall("lamp"))),
            TestEnd
        );
        Archive.Dispose();
        await BackToFormat3Async();
        await ExecuteAsync("update chunk set body = x'00' where first_event = (select no from session where id = 'broken')");

        using var again = new SqliteArchive(File);
        var first = await again.ListAsync(Owner, SessionFilter.Usual, null, 1, TestEnd);
        var unread = await NumberAsync("select count(*) from session where outcome < 0");
        var ended = await again.ListAsync(Owner, new(Outcome: RunOutcome.Ok), null, 10, TestEnd);

        Assert.Equal([("broken", RunOutcome.NeverRun)], first.Select(one => (one.SessionId, one.Outcome)));
        Assert.Equal(2, unread);
        Assert.Equal([("ended", RunOutcome.Ok)], ended.Select(one => (one.SessionId, one.Outcome)));
        Assert.Equal(
            ["broken", "ended"],
            (await again.ListAsync(Owner, new() { Recorded = new(Project: "web/api") }, null, 10, TestEnd)).Select(one => one.SessionId)
        );
        Assert.Equal(0, await NumberAsync("select count(*) from session where parent is null"));
        Assert.Equal(
            [("helper", RunOutcome.Unfinished)],
            (await again.ListAsync(Owner, SessionFilter.All, null, 10, TestEnd))
                .Where(one => one.Recording!.Parent is not null)
                .Select(one => (one.SessionId, one.Outcome))
        );
        Assert.Equal(0, await NumberAsync("select count(*) from session where outcome < 0"));
        await again.DeleteAsync(Owner, "broken", TestEnd);
        Assert.Empty(await again.Maintenance.VerifyAsync(TestEnd));
    }

    [Fact]
    public async Task Many_sessions_of_an_earlier_format_are_read_again_in_rounds_and_a_stop_keeps_what_was_read()
    {
        var large = Some.Text(new string('x', (int)UnreadOutcomes.MostBytes / 2));
        foreach (var id in (string[])["a", "b", "c", "d"])
            await Archive.SaveAsync(Owner, Archived(Some.Imported(id, """{"format":"codex"}""", large)), TestEnd);
        Archive.Dispose();
        await BackToFormat3Async();
        await ExecuteAsync("update session set summary = x'00' where id = 'd'");

        using var again = new SqliteArchive(File);
        await Assert.ThrowsAsync<ChatSessionException>(() => again.ListAsync(Owner, SessionFilter.Usual, null, 10, TestEnd));

        Assert.Equal(0, await NumberAsync("select count(*) from session where outcome < 0 and id in ('a', 'b')"));
        Assert.Equal(2, await NumberAsync("select count(*) from session where outcome < 0"));
    }

    [Fact]
    public async Task A_search_in_sessions_of_an_earlier_format_knows_their_subagents_and_projects()
    {
        await Archive.SaveAsync(
            Owner,
            Archived(Some.Imported("main", """{"format":"codex","cwd":"/web"}""", Some.Text("main lamp"))),
            TestEnd
        );
        await Archive.SaveAsync(
            Owner,
            Archived(Some.Imported("helper", """{"format":"codex","cwd":"/api","parent_session_id":"main"}""", Some.Text("helper lamp"))),
            TestEnd
        );
        Archive.Dispose();
        await BackToFormat3Async();

        using var again = new SqliteArchive(File);

        Assert.Equal(["main"], await FoundAsync(new()));
        Assert.Equal(["helper", "main"], await FoundAsync(new(IncludeSubagents: true)));
        Assert.Equal(["helper"], await FoundAsync(new(Project: "api", IncludeSubagents: true)));
        Assert.Equal(2, await NumberAsync("select count(*) from session where parent is null"));

        async Task<IEnumerable<string>> FoundAsync(RecordingFilter recorded) =>
            (
                await again.SearchAsync(
                    new OutgoingDoor(),
                    [Owner],
                    SearchQuery.Parse("lamp"),
                    new() { Recorded = recorded },
                    5,
                    null,
                    TestEnd
                )
            )
                .Hits.Select(hit => hit.Session.SessionId)
                .Order();
    }

    [Fact]
    public async Task Words_of_an_earlier_format_are_read_again_by_the_next_search()
    {
        foreach (var id in (string[])["s", "other", "gone", "broken"])
            await Archive.SaveAsync(Owner, Archived(Some.Session(id, "Caf\u00e9", Some.Text($"{id} ModelB.field"))), TestEnd);
        Archive.Dispose();
        await ExecuteAsync(
            """
            delete from words; insert into words (rowid, text) select id, 'old words' from entry;
            drop table unread_words; update chunk set body = x'00' where first_event = (select no from session where id = 'broken');
            pragma user_version = 5
            """
        );

        using var again = new SqliteArchive(File);
        await again.DeleteAsync(Owner, "gone", TestEnd);
        var before = await NumberAsync("select count(*) from unread_words");
        var page = await again.SearchAsync(
            new OutgoingDoor(),
            [Owner],
            SearchQuery.Parse("modelb.field"),
            SearchFilter.All,
            5,
            null,
            TestEnd
        );

        Assert.Equal(4, before);
        Assert.Equal(["other", "s"], page.Hits.Select(hit => hit.Session.SessionId).Order());
        Assert.Equal((0, 0), (page.Outdated, await NumberAsync("select count(*) from unread_words")));
        Assert.Equal(4, (await again.ListAsync(Owner, new(TitleContains: "CAFE\u0301"), null, 10, TestEnd)).Count + 1);
    }

    [Fact]
    public async Task Words_of_secrets_that_were_indexed_before_are_taken_out_by_the_next_search()
    {
        Archive.Dispose();
        // As an earlier version did it: nothing is a secret.
        using (var before = new SqliteArchive(File, new SecretFinder(new() { Allowed = [new(".*", RegexOptions.Singleline)] })))
        {
            await before.SaveAsync(
                Owner,
                Archived(
                    Some.Session(
                        "s",
                        $"Where is {Key}",
                        Some.Text($"lamp {Key} shade"),
                        Some.ToolUse("login", $$"""{"password":"hunter2-moth"}""")
                    )
                ),
                TestEnd
            );
            Assert.NotEmpty((await SearchAsync(before, Key)).Hits);
        }
        await ExecuteAsync("drop table unread_secrets; pragma user_version = 6");

        using var again = new SqliteArchive(File);

        foreach (var query in (string[])[Key, "ghp_*", Key[..12] + "*", Key[4..], $"\"lamp {Key}\"", "hunter2", "moth"])
            Assert.Empty((await SearchAsync(again, query)).Hits);
        Assert.Single((await SearchAsync(again, "lamp shade")).Hits);
        Assert.Empty(await again.ListAsync(Owner, new(TitleContains: Key), null, 10, TestEnd));
        Assert.Equal(0, await NumberAsync("select count(*) from word where text like 'ghp%' or text like 'hunter%' or text = 'moth'"));
        Assert.Equal(2, await NumberAsync("select count(*) from word where text in ('lamp', 'shade')"));
        Assert.Single(await again.ListAsync(Owner, new(TitleContains: "where is"), null, 10, TestEnd));
        Assert.Contains(Key, (await again.FindAsync(Owner, "s", TestEnd))!.Session.Json.ToString(), StringComparison.Ordinal);

        static Task<SearchPage> SearchAsync(SqliteArchive archive, string query) =>
            archive.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse(query), SearchFilter.All, 5, null, TestEnd);
    }

    [Fact]
    public async Task A_stop_while_words_are_read_again_loses_nothing()
    {
        for (var n = 0; n < 3; n++)
            await Archive.SaveAsync(Owner, Archived(Some.Session($"s{n}", null, Some.Text($"lamp {n}"))), TestEnd);
        await ExecuteAsync("insert into unread_words select no from session");

        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SearchAsync(stopped.Token));
        var left = await NumberAsync("select count(*) from unread_words");

        Assert.Equal(3, left);
        Assert.Equal(3, (await SearchAsync(TestEnd)).Hits.Count);
        Assert.Empty(await Archive.Maintenance.VerifyAsync(TestEnd));

        Task<SearchPage> SearchAsync(CancellationToken token) =>
            Archive.SearchAsync(new OutgoingDoor(), [Owner], SearchQuery.Parse("lamp"), SearchFilter.All, 5, null, token);
    }

    /// <summary>Makes the file one of format 3, which had the outcomes of the summaries and nothing of what programs say of their sessions.</summary>
    private Task BackToFormat3Async() =>
        ExecuteAsync(
            """
            drop index session_listed; drop index session_outcome; drop index session_unfilled; drop index session_unread;
            drop index session_parent; drop index session_agent; drop index session_folder; drop index session_branch;
            alter table session drop column agent; alter table session drop column folder;
            alter table session drop column branch; alter table session drop column parent;
            create index session_listed on session (owner, updated desc, id, title, indexes);
            create index session_outcome on session (owner, outcome, updated desc, id);
            create index session_unfilled on session (no) where title is null;
            update session set outcome = 2;
            pragma user_version = 3
            """
        );
}
