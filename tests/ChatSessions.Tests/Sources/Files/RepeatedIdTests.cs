using ChatSessions.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Sources.Files;

/// <summary>Which of several sessions with one id is served.</summary>
public sealed class RepeatedIdTests : TempFolder
{
    [Fact]
    public async Task One_id_in_two_files_is_served_as_updated_last_and_both_are_named_once()
    {
        var older = Write("z.jsonl", $"{SessionText.Of("a", says: "older")}\n{SessionText.Of("b", says: "older")}");
        var newer = Write(
            "y.jsonl",
            $"{SessionText.Of("a", SessionText.Lately, "newer")}\n{SessionText.Of("b", SessionText.Lately, "newer")}"
        );
        File.SetLastWriteTimeUtc(newer, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var source = Source();
        Assert.Equal("newer", (await Find(source, "a"))!.Says());
        Assert.Equal(["a", "b"], await IdsOf(source));
        Time.Advance(TimeSpan.FromMinutes(1));
        await IdsOf(source);
        var warning = Assert.Single(Warnings);
        Assert.Contains(older, warning);
        Assert.Contains(newer, warning);
        Assert.Contains("'a' and 1 more", warning);
    }

    [Fact]
    public async Task One_id_updated_at_the_same_time_is_served_from_the_file_changed_last()
    {
        Write("a.json", SessionText.Of("a", says: "changed last"));
        var other = Write("b.json", SessionText.Of("a", says: "changed before"));
        File.SetLastWriteTimeUtc(other, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal("changed last", (await Find(Source(), "a"))!.Says());
    }

    [Fact]
    public async Task One_id_on_several_lines_of_a_file_is_served_from_the_last_of_the_latest()
    {
        Write(
            "a.jsonl",
            string.Join(
                '\n',
                SessionText.Of("a", says: "1"),
                SessionText.Of("a", SessionText.Lately, "2"),
                SessionText.Of("a", SessionText.Lately, "3"),
                SessionText.Of("a", says: "4")
            )
        );
        var source = Source();
        Assert.Equal("3", (await Find(source, "a"))!.Says());
        Assert.Contains("a.jsonl, line 3 and /", Assert.Single(source.Problems).Sentence);
    }

    [Fact]
    public async Task Of_a_session_that_is_in_a_file_again_and_again_one_is_kept_and_the_others_are_counted()
    {
        var lines = string.Concat(Enumerable.Repeat(SessionText.Of("same") + "\n", 5_000));
        var path = Write("a.jsonl.gz", Gzip(lines + SessionText.Of("other")));
        var scan = new SessionFile(path, FileLayout.Lines).Scan(1 << 20, null, TestContext.Current.CancellationToken);
        Assert.Equal(["same", "other"], scan.Sessions.Select(session => session.Summary.SessionId));
        Assert.Equal(5_000, scan.Sessions[0].Line);
        var source = Source();
        Assert.Equal(["other", "same"], (await IdsOf(source)).Order());
        Assert.Equal(
            $"Session 'same' and 4,998 more is in both {path}, line 5000 and {path}, line 1; the first is newer and is served.",
            Assert.Single(source.Problems).Sentence
        );
    }
}
