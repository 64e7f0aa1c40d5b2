using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Sources.Files;
using Xunit;
using static ChatSessions.Tests.Importing.CodexLines;

namespace ChatSessions.Tests.Importing;

public class CodexForkTests : ImportTest
{
    private const string ForkMeta = """
        {"timestamp":"2026-02-01T10:00:00.000Z","type":"session_meta","payload":{"id":"0199-fork","timestamp":"2026-02-01T10:00:00.000Z","forked_from_id":"0199-a"}}
        """;

    private static readonly string[] Parent = [Meta, User("Dig."), Told("Dig."), Answer("Dug."), Total(100, 10)];

    private static readonly string[] Own = Later(User("Fill."), Told("Fill."), Answer("Filled."), Total(130, 14));

    [Fact]
    public void A_fork_has_only_its_own_if_the_parent_is_there()
    {
        var shown = Shown(Fork([ForkMeta, .. Parent, .. Own], withParent: true));

        Assert.Equal(
            [
                "context system: This session goes on from session 0199-a. What it repeats of that one (4 records) is only there.",
                "user: Fill.",
                "text: Filled.",
                "stop ok 30/4//",
            ],
            shown
        );
    }

    [Fact]
    public void A_fork_has_everything_if_the_parent_is_not_there()
    {
        var shown = Shown(Fork([ForkMeta, .. Parent, .. Own], withParent: false));

        Assert.Equal(["user: Dig.", "text: Dug.", "stop ok ///", "user: Fill.", "text: Filled.", "stop ok 30/4//"], shown);
    }

    [Fact]
    public void What_the_parents_file_does_not_have_is_kept()
    {
        var shown = Shown(Fork([ForkMeta, .. Parent, Answer("Dug deeper."), User("Dig."), Told("Dig."), .. Own], withParent: true));

        Assert.Equal("text: Dug deeper.", shown[1]);
        Assert.Contains("user: Dig.", shown);
    }

    [Fact]
    public void Where_a_record_says_where_its_own_history_begins_the_tokens_before_are_the_parents()
    {
        var meta = ForkMeta.Replace(
            "\"forked_from_id\"",
            "\"subagent_history_start_ordinal\":10,\"parent_thread_id\"",
            StringComparison.Ordinal
        );
        var copied = Parent.Select((line, at) => Numbered(line, at + 1));
        var own = Own.Select((line, at) => Numbered(line, at + 10));

        Assert.Equal(
            ["user: Dig.", "text: Dug.", "stop ok ///", "user: Fill.", "text: Filled.", "stop ok 30/4//"],
            Shown(Fork([meta, .. copied, .. own], withParent: false))
        );

        static string Numbered(string line, int ordinal) =>
            line.Replace("\"type\":\"", $"\"ordinal\":{ordinal},\"type\":\"", StringComparison.Ordinal);
    }

    [Fact]
    public void A_fork_without_anything_of_its_own_is_no_session() => Assert.Empty(ForkAll([ForkMeta, .. Parent], withParent: true));

    [Fact]
    public void A_subagent_says_who_started_it()
    {
        const string meta = """
            {"timestamp":"2026-02-01T10:00:00.000Z","type":"session_meta","payload":{"id":"0199-sub","timestamp":"2026-02-01T10:00:00.000Z","source":{"subagent":{"thread_spawn":{"parent_thread_id":"0199-a","agent_nickname":"Linnaeus","agent_role":"explorer","agent_path":"/root/sheds"}}}}}
            """;
        var spawned = Event("""{"type":"collab_agent_spawn_end","call_id":"call_9","new_thread_id":"0199-sub"}""");

        var session = Fork([meta, User("Look into the sheds."), Answer("Empty.")], withParent: true, [.. Parent, spawned]);

        Assert.Equal(new ParentSession("0199-a", "call_9", "explorer", "Linnaeus", "/root/sheds"), session.Summary.Recording!.Parent);
        Assert.Equal("Linnaeus (explorer): Look into the sheds.", session.Summary.GeneratedTitle);
        Assert.Equal(["user: Look into the sheds.", "text: Empty.", "stop ok ///"], Shown(session));
    }

    private static string[] Later(params string[] lines) =>
        [.. lines.Select(line => line.Replace("T09:", "T11:", StringComparison.Ordinal))];

    private Session Fork(string[] lines, bool withParent, string[]? parent = null) =>
        Assert.Single(ForkAll(lines, withParent, parent)).Session;

    private List<ImportedSession> ForkAll(string[] lines, bool withParent, string[]? parent = null)
    {
        var paths = new[] { Write("one.jsonl", Lines(parent ?? Parent)), Write("two.jsonl", Lines(lines)) };
        var file = new ImportFile(paths[1], FileStamp.Read(paths[1]), IsNamed: true)
        {
            Neighbours = new ImportNeighbours(withParent ? paths : paths[1..]),
        };
        return
        [
            .. SessionImport.Read(
                file,
                null,
                ImportFormats.Known,
                followed: null,
                FileSource.DefaultMaxSessionBytes,
                fault => throw fault,
                unknown => Assert.Fail(unknown.Refusal),
                Cancelled
            ),
        ];
    }
}
