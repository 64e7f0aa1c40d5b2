using ChatSessions.Analysis;
using Xunit;
using static ChatSessions.Tests.Analysis.ChangingCalls;

namespace ChatSessions.Tests.Analysis;

public sealed class GitRevertsTests
{
    private static readonly SomeEvents Edited = Bash("cd /repo && sed -i s/a/b/ src/a.py");

    [Theory]
    [InlineData("git checkout src/a.py")]
    [InlineData("cd /repo && git checkout -- src/b.py src/a.py")]
    [InlineData("cd /repo/src && git checkout a.py")]
    [InlineData("git -C /repo checkout HEAD -- /repo/src/a.py && make test")]
    [InlineData("git checkout HEAD~1 src/a.py 2>&1 | tail")]
    [InlineData("git checkout src/a.py 2> /dev/null || true")]
    [InlineData("git checkout src/")]
    [InlineData("cd src && git checkout .")]
    [InlineData("git checkout -f")]
    [InlineData("git restore src/a.py")]
    [InlineData("git restore --source=HEAD --staged --worktree .")]
    [InlineData("git reset -q --hard HEAD")]
    [InlineData("git stash")]
    [InlineData("git stash push -m 'try again' src/a.py")]
    [InlineData("git switch --discard-changes main")]
    public void A_command_of_git_takes_back_what_was_changed(string command) =>
        Assert.Equal(2, Assert.Single(new FileChanges(Some.Session(Edited, Bash(command))).Last).RevertedAt);

    [Theory]
    [InlineData("git checkout src/b.py")]
    [InlineData("git checkout main")]
    [InlineData("git checkout -b src/a.py")]
    [InlineData("git checkout -p src/a.py")]
    [InlineData("cd docs && git checkout .")]
    [InlineData("cd /other && git checkout .")]
    [InlineData("git checkout docs")]
    [InlineData("git restore --staged src/a.py")]
    [InlineData("git reset HEAD src/a.py")]
    [InlineData("git stash list")]
    [InlineData("git stash push -m src/a.py docs/b.md")]
    [InlineData("git stash && make test; git stash pop")]
    [InlineData("git reset --hard || true")]
    [InlineData("grep -q x src/a.py && git checkout src/a.py; ls")]
    [InlineData("make || git checkout src/a.py")]
    [InlineData("git diff src/a.py")]
    public void A_command_that_takes_back_nothing_reverts_nothing(string command) =>
        Assert.Null(Assert.Single(new FileChanges(Some.Session(Edited, Bash(command))).Last).RevertedAt);

    [Fact]
    public void A_command_that_failed_reverts_nothing_but_one_before_what_failed_does()
    {
        static int? RevertedAt(SomeEvents ran) => Assert.Single(new FileChanges(Some.Session(Edited, ran)).Last).RevertedAt;
        const string Unknown = "error: pathspec 'src/a.py' did not match any file(s) known to git";

        Assert.Null(RevertedAt(Ran("git checkout src/a.py", 1, Unknown)));
        Assert.Null(RevertedAt(Ran("git checkout src/a.py; echo done", 0, $"{Unknown}\ndone")));
        Assert.Null(RevertedAt(Ran("git checkout src/a.py && make", 1, "fatal: Unable to create '.git/index.lock'")));
        Assert.Equal(2, RevertedAt(Ran("git checkout src/a.py && make", 2, "make: *** [all] Error 2")));
    }

    [Fact]
    public void A_change_after_that_counts_from_there()
    {
        var session = Some.Session(
            Edit("a.py", "1", "2\n3"),
            Edit("a.py", "2", "4"),
            Bash("git checkout a.py"),
            Bash("git checkout a.py"),
            Edit("a.py", "1", "5\n6\n7")
        );

        Assert.Equal(new FileChange("a.py", 8, 1, 3, 1, IsWritten: false), Assert.Single(new FileChanges(session).Last));
    }

    [Fact]
    public void What_was_written_before_is_not_what_a_file_holds_then()
    {
        var write = Bash("cat > a.py <<'EOF'\none\ntwo\nEOF");

        Assert.Equal(2, Assert.Single(new FileChanges(Some.Session(write, Bash("git checkout a.py"), write)).Last).Added);
    }

    [Fact]
    public void A_file_that_was_deleted_is_back() =>
        Assert.Equal(
            new FileChange("src/a.py", 0, 1, 0, 0, IsWritten: false, RevertedAt: 4),
            Assert.Single(new FileChanges(Some.Session(Edited, Bash("rm src/a.py"), Bash("git checkout src/a.py"))).Last)
        );

    [Theory]
    [InlineData("git checkout .", false)]
    [InlineData("git stash", false)]
    [InlineData("git checkout a.py || true", false)]
    [InlineData("git checkout a.py", true)]
    [InlineData("git stash -u", true)]
    public void A_file_that_the_session_wrote_is_reverted_only_if_git_has_it(string command, bool isReverted)
    {
        var changes = new FileChanges(Some.Session(Bash("echo x > a.py"), Bash(command)));

        Assert.Equal(isReverted ? 2 : null, Assert.Single(changes.Last).RevertedAt);
    }

    [Theory]
    [InlineData("git stash pop", null)]
    [InlineData("git stash apply -q", null)]
    [InlineData("git stash drop", 2)]
    public void What_is_stashed_counts_again_when_it_is_applied(string command, int? revertedAt)
    {
        var changes = new FileChanges(Some.Session(Edited, Bash("git stash"), Bash("make test"), Bash(command)));

        Assert.Equal(revertedAt, Assert.Single(changes.Last).RevertedAt);
    }

    [Fact]
    public void Where_nothing_was_stashed_nothing_is_reverted()
    {
        var changes = new FileChanges(Some.Session(Edited, Ran("git stash", 0, "No local changes to save\n")));

        Assert.Null(Assert.Single(changes.Last).RevertedAt);
    }

    [Fact]
    public void A_change_that_was_committed_is_not_taken_back_with_what_came_after()
    {
        var session = Some.Session(
            Edited,
            Bash("git commit -qam 'Change a'"),
            Edited,
            Bash("sed -i s/a/b/ b.py"),
            Bash("git reset --hard")
        );

        Assert.Equal([("src/a.py", null), ("b.py", 8)], new FileChanges(session).Last.Select(one => (one.File, one.RevertedAt)));
    }
}
