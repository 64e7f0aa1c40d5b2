using ChatSessions.Archive.Postgres;
using ChatSessions.Model;
using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Archive.Postgres;

/// <summary>The tables are made once, and those of earlier formats are brought up to date.</summary>
public sealed class MigrationsTests(PostgresServer server) : OnPostgresServer(server)
{
    [Fact]
    public async Task Replicas_that_start_at_once_make_the_tables_once()
    {
        var place = await Server.NewDatabaseAsync(TestEnd);
        var replicas = Enumerable.Range(0, 6).Select(_ => new PostgresArchive(place)).ToList();

        await Task.WhenAll(replicas.Select((replica, number) => SaveAsync(replica, $"s{number}")));

        Assert.All(replicas, replica => Assert.Equal(6, replica.CountAsync(Owner, TestEnd).Result.Sessions));
        Assert.Empty(await replicas[0].Maintenance.VerifyAsync(TestEnd));
        replicas.ForEach(replica => replica.Dispose());
    }

    [Fact]
    public async Task An_archive_of_a_newer_version_is_refused_and_stays_as_it_is()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        await ExecuteAsync(place, "update chat_mcp.setting set value = 99 where name = 'format'");
        using var archive = new PostgresArchive(place);

        var reading = await Assert.ThrowsAsync<ChatSessionException>(() => archive.FindAsync(Owner, "s", TestEnd));
        var writing = await Assert.ThrowsAsync<ChatSessionException>(() => SaveAsync(archive, "s"));

        Assert.Contains("was written by a newer version (format 99; this version supports 5)", reading.Message);
        Assert.Equal(reading.Message, writing.Message);
    }

    [Fact]
    public async Task An_archive_of_the_first_format_is_brought_up_to_date()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        using (var archive = new PostgresArchive(place))
            await archive.SaveAllAsync(
                Owner,
                [
                    Archived(
                        Some.Imported(
                            "s",
                            """{"format":"codex","cwd":"/home/ann/shop","git_branch":"fix"}""",
                            Some.Text("the red lamp"),
                            Some.ToolUse("Bash", """{"command":"hello"}""", "\"no lamp is red\"")
                        )
                    ),
                    Archived(Some.Imported("sub", """{"format":"codex","parent_session_id":"s"}""", Some.Text("the lamp"))),
                ],
                TestEnd
            );
        await ExecuteAsync(
            place,
            $"""
            set role chat_mcp;
            drop table chat_mcp.deleted;
            drop policy found on chat_mcp.words;
            drop index chat_mcp.words_lexemes_idx;
            drop function chat_mcp.lexemes;
            alter table chat_mcp.words no force row level security;
            update chat_mcp.words set
              words = words || U&'\E000 ' || regexp_replace(marks, U&'\E000[pfab][^ ]* ', '', 'g') || U&'\E000n12_' || (session >> 12) || ' ';
            alter table chat_mcp.words force row level security;
            alter table chat_mcp.words drop column marks, drop column pairs;
            create function chat_mcp.lexemes(words text) returns tsvector language sql immutable as $$ select array_to_tsvector(string_to_array(btrim(words), ' ')) $$;
            create index words_lexemes_idx on chat_mcp.words using gin (chat_mcp.lexemes(words));
            create policy found on chat_mcp.words for select using (true);
            update chat_mcp.setting set value = 1 where name = 'format';
            """
        );

        using var again = new PostgresArchive(place);

        Assert.Equal(2, (await again.CountAsync(Owner, TestEnd)).Sessions);
        Assert.Empty(await again.Maintenance.VerifyAsync(TestEnd));
        Assert.Equal("0", await FoundAsync("\"red lamp\"", new()));
        Assert.Equal("1", await FoundAsync("hello", new()));
        Assert.Equal("2", await FoundAsync("lamp", new(Outcome: ToolOutcomeKind.Ok)));
        Assert.Equal("", await FoundAsync("lamp", new(Outcome: ToolOutcomeKind.Failed)));
        Assert.Equal("2", await FoundAsync("lamp", new(Tool: "Bash", Kind: SearchKind.Result)));
        Assert.Equal("0 2", await FoundAsync("lamp", new() { Recorded = new(Project: "shop", Branch: "fix", Agent: "codex") }));
        Assert.Equal("0 2", await FoundAsync("lamp", SearchFilter.All));
        Assert.Equal("0 0 2", await FoundAsync("lamp", new() { Recorded = new(IncludeSubagents: true) }));
        Assert.True(await again.DeleteAsync(Owner, "s", TestEnd));
        Assert.Single(await again.Maintenance.ListDeletedAsync(Owner, TestEnd));

        async Task<string> FoundAsync(string query, SearchFilter filter) =>
            string.Join(' ', (await SearchAsync(again, query, filter)).Hits.Select(hit => hit.Position).Order());
    }

    [Fact]
    public async Task Phrases_are_found_in_texts_with_the_pairs_of_an_earlier_format()
    {
        var place = await Server.NewArchiveAsync(TestEnd);
        using (var archive = new PostgresArchive(place))
            await archive.SaveAsync(Owner, Archived(Some.Session("s", null, Some.Text("the red lamp"))), TestEnd);
        await ExecuteAsync(
            place,
            $"""
            set role chat_mcp;
            alter table chat_mcp.words no force row level security;
            update chat_mcp.words set pairs = U&'\+0F3F9C\+0F2B13';
            alter table chat_mcp.words force row level security;
            update chat_mcp.setting set value = 4 where name = 'format';
            """
        );

        using var again = new PostgresArchive(place);
        var page = await SearchAsync(again, "\"red lamp\"");

        Assert.Equal("s", Assert.Single(page.Hits).Session.SessionId);
    }
}
