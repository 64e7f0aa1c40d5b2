using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Sources.Files;
using ChatSessions.Tests.Sources;
using ChatSessions.Tests.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Importing;

/// <summary>The clock is one that the tests turn; the files, the hints of the system and the archive are real.</summary>
public sealed class ImportFollowingTests : TempFolder, IProgress<ImportProgress>
{
    private readonly List<FileProblem> broken = [];
    private readonly List<ImportedChange> saved = [];
    private readonly List<string> failed = [];
    private readonly List<Agent> agents = [];

    private JumpingTime Clock => field ??= new(Time);

    private string Database => PathOf("archive.db");

    private string Files => PathOf("files");

    void IProgress<ImportProgress>.Report(ImportProgress value) { }

    [Fact]
    public async Task What_is_new_and_what_has_grown_is_imported()
    {
        Write("a.jsonl", Line("a", "one"));
        await FollowAsync(async following =>
        {
            await UntilAsync(() => saved.Count == 1);
            Append("a.jsonl", Line("a", "two"));
            await UntilAsync(() => saved.Count == 2);
            Write("new/folder/b.jsonl", Line("b", "one"));
            await UntilAsync(() => saved.Count == 3);
        });

        Assert.Equal(
            [("a", 1), ("a", 2), ("b", 1)],
            saved.Select(one => (one.Session.Session.Summary.SessionId, one.Session.Session.Events.Length))
        );
        Assert.Equal([SaveOutcome.Added, SaveOutcome.Replaced, SaveOutcome.Added], saved.Select(one => one.Outcome));
    }

    [Fact]
    public async Task Of_a_file_that_grows_again_and_again_only_the_end_is_read()
    {
        Write("a.jsonl", string.Concat(Enumerable.Range(0, 100).Select(number => Line("a", $"row {number}"))));
        await FollowAsync(async following =>
        {
            await UntilAsync(() => saved.Count == 1);
            // What has changed once is kept.
            Append("a.jsonl", Line("a", "one"));
            await UntilAsync(() => saved.Count == 2);
            using (var file = new FileStream(PathOf("files/a.jsonl"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
            {
                file.Position = file.Length / 2;
                file.Write(new byte[500]);
                file.Position = file.Length;
                file.Write(System.Text.Encoding.UTF8.GetBytes(Line("a", "two")));
            }
            Append("a.jsonl", Line("a", "three"));
            await UntilAsync(() => saved.Count >= 3 && saved[^1].Session.Session.Events.Length == 103);
        });

        Assert.Empty(broken);
        var said = saved[^1].Session.Session.Events.OfType<UserInputEvent>().Select(input => input.Content);
        Assert.Equal([.. Enumerable.Range(0, 100).Select(number => $"row {number}"), "one", "two", "three"], said);
    }

    [Fact]
    public async Task Agents_are_followed_without_hints_and_may_be_installed_later()
    {
        Directory.CreateDirectory(Files);
        await FollowAsync(async following =>
        {
            Write(".claude/projects/-w/a.jsonl", Line("a", "one"));
            agents.Add(new Agent("some", "Some", [new AgentFolder(PathOf("files/.claude"), "projects/*/*.jsonl")]));
            await UntilAsync(() => saved.Count == 1);
            Append(".claude/projects/-w/a.jsonl", Line("a", "two"));
            await UntilAsync(() => saved.Count == 2);
        });

        Assert.Empty(broken);
    }

    [Fact]
    public async Task A_file_that_was_replaced_by_a_shorter_one_is_read_again()
    {
        Write("a.jsonl", Line("a", "one") + Line("a", "two"));
        await FollowAsync(async following =>
        {
            await UntilAsync(() => saved.Count == 1);
            Write("a.jsonl", Line("a", "three"));
            await UntilAsync(() => saved.Count == 2);
        });

        Assert.Equal("three", Assert.Single(saved[1].Session.Session.Events.OfType<UserInputEvent>()).Content);
    }

    [Fact]
    public async Task A_file_is_imported_again_only_when_it_has_changed()
    {
        Write("a.jsonl", Line("a", "one"));
        var done = await FollowAsync(async following =>
        {
            await UntilAsync(() => saved.Count == 1);
            await TurnAsync(TimeSpan.FromSeconds(20));
        });

        Assert.Equal((1, 1, 0), (done.FilesDone, done.Added, done.FilesAsBefore));
    }

    [Fact]
    public async Task A_half_written_file_is_not_reported_and_is_imported_when_it_is_whole()
    {
        Write("a.json", SessionText.Of("a")[..^10]);
        var done = await FollowAsync(async following =>
        {
            await TurnAsync(TimeSpan.FromSeconds(2));
            Write("a.json", SessionText.Of("a"));
            await UntilAsync(() => saved.Count == 1);
        });

        Assert.Empty(broken);
        Assert.Equal(0, done.Broken);
    }

    [Fact]
    public async Task A_file_that_stays_broken_is_reported_once_though_it_changes()
    {
        Write("a.jsonl", $"{Line("a", "one")}\0\0\n{Line("a", "two")}");
        var done = await FollowAsync(async following =>
        {
            await UntilAsync(() => broken.Count == 1);
            Append("a.jsonl", Line("a", "three"));
            await UntilAsync(() => saved.Count == 2);
            await TurnAsync(TimeSpan.FromSeconds(20));
        });

        Assert.Contains("a.jsonl, line 2 is not valid JSON", Assert.Single(broken).Sentence);
        Assert.Equal(1, done.Broken);
    }

    [Fact]
    public async Task What_could_not_be_saved_is_saved_when_that_works_again()
    {
        Directory.CreateDirectory(Database);
        Write("a.jsonl", Line("a", "one"));
        await FollowAsync(async following =>
        {
            await UntilAsync(() => failed.Count > 0);
            Directory.Delete(Database);
            await UntilAsync(() => saved.Count == 1);
        });
    }

    [Fact]
    public async Task A_path_that_does_not_exist_is_reported_once_and_followed_when_it_appears()
    {
        await FollowAsync(async following =>
        {
            await UntilAsync(() => broken.Count == 1);
            await TurnAsync(TimeSpan.FromSeconds(10));
            Write("a.jsonl", Line("a", "one"));
            await UntilAsync(() => saved.Count == 1);
        });

        Assert.Equal($"No file or folder {Files}. Check the path.", Assert.Single(broken).Sentence);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    [Proves("clock")]
    public async Task A_clock_that_is_set_holds_nothing_up(int hours)
    {
        Write("a.jsonl", Line("a", "one"));
        await FollowAsync(async following =>
        {
            await UntilAsync(() => saved.Count == 1);
            Clock.SetBy = TimeSpan.FromHours(hours);
            Append("a.jsonl", Line("a", "two"));
            await UntilAsync(() => saved.Count == 2);
            Write("b.jsonl", Line("b", "one"));
            await UntilAsync(() => saved.Count == 3);
        });

        Assert.Equal(["a", "a", "b"], saved.Select(one => one.Session.Session.Summary.SessionId));
    }

    private static string Line(string session, string text) =>
        $$$"""{"type":"user","sessionId":"{{{session}}}","timestamp":"2026-01-01T00:00:00Z","message":{"content":"{{{text}}}"}}""" + "\n";

    private new void Write(string name, string text) => Dated(base.Write(Path.Combine("files", name), text));

    private void Append(string name, string text)
    {
        File.AppendAllText(PathOf(Path.Combine("files", name)), text);
        Dated(PathOf(Path.Combine("files", name)));
    }

    private void Dated(string path) => File.SetLastWriteTimeUtc(path, Clock.GetUtcNow().UtcDateTime);

    private async Task<ImportProgress> FollowAsync(Func<ImportFollowing, Task> test)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        using var archive = SessionArchive.Open(Database);
        var import = new ArchiveImport(archive, ArchiveOwners.Local, Clock, FileSource.DefaultMaxSessionBytes, ImportFormats.Known);
        using var following = new ImportFollowing(import, [Files], () => [.. agents], format: null, Clock)
        {
            Broken = broken.Add,
            Saved = saved.Add,
            Failed = exception => failed.Add(exception.Message),
        };
        var running = following.FollowAsync(this, stop.Token);
        var testing = test(following);
        // It ends only when it is told to, unless it has failed.
        if (await Task.WhenAny(testing, running) == running)
            await running;
        await testing;
        await stop.CancelAsync();
        await running;
        return following.Done;
    }

    /// <summary>Turns the clock until something is so.</summary>
    private async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!isSo())
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5, patience.Token);
        }
    }

    private async Task TurnAsync(TimeSpan time)
    {
        var end = Time.GetUtcNow() + time;
        await UntilAsync(() => Time.GetUtcNow() >= end);
    }
}
