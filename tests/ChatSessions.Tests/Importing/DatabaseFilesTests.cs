using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class DatabaseFilesTests : DatabaseTest
{
    private static readonly string[] Tables =
    [
        "pragma journal_mode = wal",
        "create table session (id text primary key, directory text)",
        "create table message (id text primary key, session_id text, time_created integer, data text)",
        "create table part (id text primary key, message_id text, data text)",
    ];

    private static string[] Session(string id, string text) =>
        [
            $"insert into session values ('{id}', '/w')",
            $$"""insert into message values ('m-{{id}}', '{{id}}', 1, '{"role":"user","time":{"created":1770000000000} }')""",
            $$"""insert into part values ('p-{{id}}', 'm-{{id}}', '{"type":"text","text":"{{text}}"}')""",
        ];

    [Fact]
    public async Task A_database_in_a_folder_is_imported_and_read_again_only_when_its_log_changes()
    {
        var path = Make("data/opencode.db", [.. Tables, .. Session("s1", "Count the pots.")]);
        using var archive = SessionArchive.Open(PathOf("archive.db"));
        using var program = Open(path);
        var import = new ArchiveImport(
            archive,
            ArchiveOwners.Local,
            TimeProvider.System,
            FileSource.DefaultMaxSessionBytes,
            ImportFormats.Known
        );

        var first = await RunAsync();
        var second = await RunAsync();
        foreach (var statement in Session("s2", "Count the pans."))
            Execute(program, statement);
        var third = await RunAsync();

        Assert.Equal((1, 0), (first.Added, first.FilesAsBefore));
        Assert.Equal((0, 1), (second.Added + second.Unchanged, second.FilesAsBefore));
        Assert.Equal((1, 1, 0), (third.Added, third.Unchanged, third.FilesAsBefore));
        Assert.Equal("opencode", (await archive.FindAsync(ArchiveOwners.Local, "s2", Cancelled))!.Origin.Name);

        Task<ImportProgress> RunAsync() =>
            import.RunAsync(
                [PathOf("data")],
                [],
                [],
                null,
                problem => Broken.Add(problem.Sentence),
                new Progress<ImportProgress>(),
                Cancelled
            );
    }

    [Fact]
    public void An_id_that_is_a_path_is_not_part_of_a_name()
    {
        var path = Make("opencode.db", [.. Tables, .. Session("../../x", "Count"), "update part set data = '{'"]);

        Sessions(path);

        Assert.StartsWith($"{path}{Path.DirectorySeparatorChar}session 1 has a message", Assert.Single(Broken), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_the_name_of_a_database_may_be_something_else()
    {
        var path = Write("sessions.db", """{"session_id":"s1","events":[{"type":"user_input","content":"Hi"}]}""");

        Assert.Equal("s1", Assert.Single(Sessions(path, isNamed: false)).Summary.SessionId);
    }
}
