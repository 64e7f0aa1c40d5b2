using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

public sealed class SessionFolderTests : TempFolder
{
    private string Out => PathOf("out");

    [Fact]
    public void A_session_is_written_as_it_came_for_its_owner_alone()
    {
        var session = SessionText.Parsed("ses-1");

        Assert.Equal(FileOutcome.Added, new SessionFolder(Out).Write("local", session));

        var file = Path.Combine(Out, "ses-1.json");
        Assert.Equal(SessionText.Of("ses-1"), File.ReadAllText(file));
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(Out));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Out));
        }
    }

    [Fact]
    public void Written_again_it_changes_only_what_is_another_state()
    {
        new SessionFolder(Out).Write("local", SessionText.Parsed("a", says: "old"));
        new SessionFolder(Out).Write("local", SessionText.Parsed("b"));
        var again = new SessionFolder(Out);

        Assert.Equal(FileOutcome.Replaced, again.Write("local", SessionText.Parsed("a", says: "new")));
        Assert.Equal(FileOutcome.Unchanged, again.Write("local", SessionText.Parsed("b")));

        Assert.Equal(SessionText.Of("a", says: "new"), File.ReadAllText(Path.Combine(Out, "a.json")));
        Assert.Equal(2, Directory.GetFileSystemEntries(Out).Length);
    }

    [Theory]
    [InlineData("my own notes")]
    [InlineData("""{"session_id":"other","events":[]}""")]
    [InlineData("")]
    public void What_is_no_state_of_the_session_is_left_as_it_is(string text)
    {
        var file = Write("out/ses-1.json", text);

        var error = Assert.Throws<ChatSessionException>(() => new SessionFolder(Out).Write("local", SessionText.Parsed("ses-1")));

        Assert.Equal(ChatSessionError.InvalidSession, error.Error);
        Assert.Contains(file, error.Message);
        Assert.Equal(text, File.ReadAllText(file));
        Assert.Single(Directory.GetFileSystemEntries(Out));
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_left_as_it_is()
    {
        Directory.CreateDirectory(Path.Combine(Out, "ses-1.json"));

        var error = Assert.Throws<ChatSessionException>(() => new SessionFolder(Out).Write("local", SessionText.Parsed("ses-1")));

        Assert.Equal(ChatSessionError.InvalidSession, error.Error);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told()
    {
        var file = Write("out", "a file");

        var error = Assert.Throws<ChatSessionException>(() => new SessionFolder(file).Write("local", SessionText.Parsed("ses-1")));

        Assert.Equal(ChatSessionError.Unavailable, error.Error);
        Assert.StartsWith($"Could not write {Path.Combine(file, "ses-1.json")}: ", error.Message);
    }

    [Fact]
    public void Of_one_id_each_owner_has_a_file_unless_they_are_the_same_and_again_the_same_ones()
    {
        for (var run = 0; run < 2; run++)
        {
            var folder = new SessionFolder(Out);
            folder.Write("local", SessionText.Parsed("s", says: "mine"));
            folder.Write("local", SessionText.Parsed("same"));
            folder.Write("key", SessionText.Parsed("s", says: "theirs"));
            folder.Write("key", SessionText.Parsed("same"));
        }

        var texts = Directory.EnumerateFiles(Out).Select(File.ReadAllText);
        Assert.Equal(
            [SessionText.Of("s", says: "mine"), SessionText.Of("s", says: "theirs"), SessionText.Of("same")],
            texts.Order(StringComparer.Ordinal)
        );
        Assert.Equal(SessionText.Of("s", says: "mine"), File.ReadAllText(Path.Combine(Out, "s.json")));
    }

    [Fact]
    public async Task Whatever_the_ids_are_all_sessions_are_read_again_from_the_folder()
    {
        string[] ids = [.. Awkward.Where(id => SessionId.Fault(id) is null)];
        var folder = new SessionFolder(Out);
        foreach (var id in ids)
            Assert.Equal(FileOutcome.Added, folder.Write("local", Some.Session(id, null)));

        var source = Source(Out);
        var listed = await source
            .ListAsync(Caller.Local, SessionFilter.All, after: null, Cancelled)
            .SelectMany(page => page)
            .ToListAsync(Cancelled);

        Assert.Equal(ids.Order(StringComparer.Ordinal), listed.Select(summary => summary.SessionId).Order(StringComparer.Ordinal));
        Assert.Empty(source.Problems);
        Assert.Equal([Out], Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void No_two_ids_have_one_name_and_every_name_stays_in_the_folder_of_any_system()
    {
        string[] names = [.. Awkward.Select(SessionFileName.Make), .. Awkward.Select(id => SessionFileName.Make(id, "key"))];

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(
            names,
            name =>
            {
                Assert.Matches(@"^[A-Za-z0-9][A-Za-z0-9._~-]*\.json$", name);
                Assert.True(name.Length <= 110, name);
                Assert.DoesNotMatch("^(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])[.]", name);
            }
        );
    }

    [Theory]
    [InlineData("ses-abc123", "ses-abc123.json")]
    [InlineData("0199a213-81a5-7f9a-9d2c-6a1b2c3d4e5f", "0199a213-81a5-7f9a-9d2c-6a1b2c3d4e5f.json")]
    [InlineData("a.b_c", "a.b_c.json")]
    public void A_plain_id_is_the_name(string id, string name) => Assert.Equal(name, SessionFileName.Make(id));

    [Fact]
    public void An_id_that_is_not_plain_can_still_be_told_by_its_name() =>
        Assert.StartsWith("Users-me-Chat-1~", SessionFileName.Make("/Users/me/Chat 1"));

    private static readonly string[] Awkward =
    [
        "plain",
        "Plain",
        "PLAIN",
        "..",
        ".",
        "../up",
        "..\\up",
        "/etc/passwd",
        "a/b",
        "a-b",
        "a\\b",
        "a:b",
        "C:\\x",
        ".hidden",
        "-rf",
        "~",
        "con",
        "CON",
        "con.txt",
        "com1",
        "lpt9.a",
        "nul",
        "ends.",
        "ends",
        "a b",
        "a\tb",
        "a\0b",
        "é",
        "e\u0301",
        "会话",
        "\ud83d\ude00",
        new('x', 100),
        new('x', 101),
        new('x', 300),
        new string('x', 300) + "y",
        new('会', 400),
        "",
        " ",
        "plain~0",
        "session",
    ];
}
