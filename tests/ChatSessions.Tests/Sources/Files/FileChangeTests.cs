using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

public sealed class FileChangeTests : TempFolder
{
    [Fact]
    public async Task A_changed_file_is_read_again_when_its_session_is_asked_for()
    {
        Write("a.json", SessionText.Of("a", says: "before"));
        var source = Source();
        Assert.Equal("before", (await Find(source, "a"))!.Says());
        Write("a.json", SessionText.Of("a", says: "after that"));
        Assert.Equal("after that", (await Find(source, "a"))!.Says());
    }

    [Fact]
    public async Task A_change_shows_in_the_summary_even_if_the_session_says_that_it_was_not_updated()
    {
        Write("a.json", SessionText.Of("a", says: "before"));
        var source = Source();
        var session = await Find(source, "a");
        Assert.Same(session, await source.FindAsync(session!.Summary.SessionId, session, Caller.Local, Cancelled));
        Write("a.json", SessionText.Of("a", says: "after that"));
        Assert.NotSame(session, await source.FindAsync(session!.Summary.SessionId, session, Caller.Local, Cancelled));
    }

    [Fact]
    public async Task A_change_is_another_version_even_if_the_session_says_that_it_was_not_updated()
    {
        Write("a.json", SessionText.Of("a", says: "before"));
        var source = Source();
        var before = await Version(source, "a");
        Assert.Equal(before, await Version(source, "a"));
        Write("a.json", SessionText.Of("a", says: "after that"));
        Assert.NotEqual(before, await Version(source, "a"));
        Assert.Null(await Version(source, "b"));
    }

    [Fact]
    public async Task A_deleted_file_has_no_sessions_any_more()
    {
        var path = Write("a.json", SessionText.Of("a"));
        var source = Source();
        Assert.NotNull(await Find(source, "a"));
        File.Delete(path);
        Assert.Null(await Find(source, "a"));
    }

    [Fact]
    public async Task A_half_written_file_is_a_problem_until_it_is_whole()
    {
        var text = SessionText.Of("a", SessionText.Lately);
        Write("a.json", text[..^10]);
        var source = Source();
        Assert.Null(await Find(source, "a"));
        Assert.Single(source.Problems);
        Write("a.json", text);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(SessionText.Lately, (await Find(source, "a"))!.Summary.LastUpdatedAt);
        Assert.Empty(source.Problems);
        Assert.Single(Warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"session_id\":\"a\",")]
    [Proves("files")]
    public async Task While_a_file_is_rewritten_its_last_whole_state_is_served(string unfinished)
    {
        var path = Write("a.json", SessionText.Of("a", says: "before"));
        var source = Source();
        var whole = await Find(source, "a");
        var version = await Version(source, "a");

        Write("a.json", unfinished);

        Assert.Equal("before", (await Find(source, "a"))!.Says());
        Assert.Equal(version, await Version(source, "a"));
        Assert.Same(whole, await source.FindAsync("a", whole, Caller.Local, Cancelled));
        Assert.Equal(["a"], await IdsOf(source));
        Assert.Contains(
            source.Problems,
            problem =>
                problem.Sentence
                == $"{path} is incomplete, perhaps still being written; the last complete version of session 'a' is served."
        );
        Write("a.json", SessionText.Of("a", says: "after"));
        Assert.Equal("after", (await Find(source, "a"))!.Says());
        Assert.Empty(source.Problems);
        Write("a.json", unfinished);
        Assert.Equal("after", (await Find(source, "a"))!.Says());
        File.Delete(path);
        Assert.Null(await Find(source, "a"));
    }

    [Fact]
    public async Task The_last_whole_state_of_a_file_that_changed_is_served_though_nobody_read_it()
    {
        Write("a.jsonl", SessionText.Of("a") + "\n");
        var source = Source();
        Assert.Equal(["a"], await IdsOf(source));
        Write("a.jsonl", SessionText.Of("a", says: "second") + "\n" + SessionText.Of("b") + "\n");
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["a", "b"], await IdsOf(source));

        Write("a.jsonl", SessionText.Of("a", says: "third")[..^3]);
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["a", "b"], await IdsOf(source));
        Assert.Equal("second", (await Find(source, "a"))!.Says());
    }

    [Fact]
    public async Task A_file_that_is_something_else_now_has_no_sessions_any_more()
    {
        Write("a.json", SessionText.Of("a"));
        var source = Source();
        Assert.NotNull(await Find(source, "a"));
        Write("a.json", "{\"colour\":\"blue\"}");
        Assert.Null(await Find(source, "a"));
    }

    [Fact]
    public async Task Bytes_that_are_another_session_now_are_never_given_for_the_old_one_though_size_and_time_are_the_same()
    {
        var path = Write("a.jsonl", $"{SessionText.Of("one")}\n{SessionText.Of("two")}\n");
        var source = Source();
        await IdsOf(source);
        var time = File.GetLastWriteTimeUtc(path);
        Write("a.jsonl", $"{SessionText.Of("two")}\n{SessionText.Of("one")}\n");
        File.SetLastWriteTimeUtc(path, time);
        Assert.Equal("one", (await Find(source, "one"))!.Summary.SessionId);
        Assert.Equal("two", (await Find(source, "two"))!.Summary.SessionId);
    }

    [Fact]
    public async Task Only_changed_files_are_read_again()
    {
        var kept = Write("a.json", SessionText.Of("a"));
        var source = Source();
        await IdsOf(source);
        // Its size and time are unchanged. If it were read again, it would be found broken.
        var time = File.GetLastWriteTimeUtc(kept);
        Write("a.json", new string('x', SessionText.Of("a").Length));
        File.SetLastWriteTimeUtc(kept, time);
        Write("b.json", SessionText.Of("b"));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["a", "b"], await IdsOf(source));
        Assert.Empty(source.Problems);
    }

    [Fact]
    public async Task New_and_deleted_files_are_seen_without_a_watch_after_a_while()
    {
        var source = Source("later");
        Assert.Empty(await IdsOf(source));
        Assert.Single(source.Problems);
        var path = Write("later/a.json", SessionText.Of("a"));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["a"], await IdsOf(source));
        Assert.Empty(source.Problems);
        File.Delete(path);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await IdsOf(source));
    }

    [Theory]
    [InlineData("", "x/b.json")]
    [InlineData("a.jsonl", "a.jsonl")]
    public async Task The_watch_reports_a_change_though_no_time_has_passed(string watched, string changed)
    {
        Write("a.jsonl", SessionText.Of("a"));
        Directory.CreateDirectory(PathOf("x"));
        var source = Source(watched);
        Assert.Equal(["a"], await IdsOf(source));
        Write(changed, SessionText.Of("b"));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!(await IdsOf(source)).Contains("b"))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    [Proves("files")]
    public async Task Sessions_are_read_whole_while_another_program_keeps_writing_the_file()
    {
        var path = Write("a.json", SessionText.Of("a", says: "0"));
        var source = Source();
        var writer = Task.Run(
            () =>
            {
                for (var n = 1; n <= 300; n++)
                {
                    File.WriteAllText(path + ".new", SessionText.Of("a", says: new string('x', n * 100)));
                    File.Move(path + ".new", path, overwrite: true);
                }
            },
            Cancelled
        );
        do Assert.NotNull(await Find(source, "a"));
        while (!writer.IsCompleted);
        await writer;
        Assert.Equal(30_000, (await Find(source, "a"))!.Says().Length);
    }

    private static Task<string?> Version(FileSource source, string id) =>
        source.FindVersionAsync(id, isPoll: true, Caller.Local, Cancelled);
}
