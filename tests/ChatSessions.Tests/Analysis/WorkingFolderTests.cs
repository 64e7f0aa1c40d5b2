using ChatSessions.Analysis;
using Xunit;
using static ChatSessions.Tests.Analysis.ChangingCalls;

namespace ChatSessions.Tests.Analysis;

public sealed class WorkingFolderTests
{
    private const string Folder = "/home/ann/app";

    private static readonly SomeEvents Edited = Edit("/home/ann/app/src/a.py", "1", "2");

    [Theory]
    [InlineData("git checkout -- src/a.py")]
    [InlineData("cd src && git checkout a.py")]
    [InlineData("cd ~/app/src; git checkout .")]
    [InlineData("git checkout .")]
    [InlineData("git -C src restore a.py")]
    [InlineData("git reset --hard")]
    [InlineData("git stash")]
    [InlineData("cd docs && git checkout ../src/a.py")]
    public void What_git_takes_back_in_the_recorded_folder_is_reverted(string command) =>
        Assert.Equal(2, Assert.Single(FilesOf(Edited, Bash(command))).RevertedAt);

    [Theory]
    [InlineData("cd /tmp/clone && git checkout -- src/a.py")]
    [InlineData("cd /tmp/clone && git reset --hard")]
    [InlineData("git -C /tmp/clone stash")]
    [InlineData("cd docs && git checkout a.py")]
    [InlineData("cd docs && git checkout .")]
    [InlineData("cd \"$CLONE\" && git checkout .")]
    public void What_git_takes_back_in_another_folder_is_not(string command) =>
        Assert.Null(Assert.Single(FilesOf(Edited, Bash(command))).RevertedAt);

    [Fact]
    public void Git_takes_back_what_was_changed_in_the_other_folder_that_it_runs_in()
    {
        var files = FilesOf(
            Edited,
            Bash("cd /other && sed -i s/1/2/ lib/b.py && git commit -qam b"),
            Bash("cd /other && git reset --hard")
        );
        var reverted = FilesOf(Edited, Bash("cd /other && sed -i s/1/2/ lib/b.py"), Bash("cd /other && git reset --hard"));

        Assert.Equal([("src/a.py", null), ("/other/lib/b.py", null)], files.Select(one => (one.File, one.RevertedAt)));
        Assert.Equal([("src/a.py", null), ("/other/lib/b.py", 4)], reverted.Select(one => (one.File, one.RevertedAt)));
    }

    [Theory]
    [InlineData("rm src/a.py")]
    [InlineData("cd src && rm -f a.py")]
    [InlineData("cd / && rm /home/ann/app/src/a.py")]
    [InlineData("(cd docs && make) && rm src/a.py")]
    [InlineData("( (cd docs; ls) ; cd src; rm a.py )")]
    [InlineData("bash -c 'cd docs; ls'; rm src/a.py")]
    [InlineData("bash -c 'cd src; rm a.py'")]
    [InlineData("pushd docs && make; popd; rm src/a.py")]
    [InlineData("cd docs && make; cd -; cd src; rm a.py")]
    [InlineData("cd docs/api && cd ../.. && rm src/a.py")]
    [InlineData("case $1 in a) ls;; esac; cd src; rm a.py")]
    [InlineData("git rm -q src/a.py")]
    [InlineData("rm -r src")]
    [InlineData("cd src && rm -rf ../src/")]
    public void A_file_is_deleted_by_the_name_that_it_has_where_the_command_is(string command) =>
        Assert.Equal(2, Assert.Single(FilesOf(Edited, Bash(command))).DeletedAt);

    [Theory]
    [InlineData("cd /tmp && rm -f src/a.py")]
    [InlineData("cd src && rm src/a.py")]
    [InlineData("rm a.py")]
    [InlineData("rm src")]
    [InlineData("rm -r sr")]
    [InlineData("git rm --cached src/a.py")]
    [InlineData("cd $(mktemp -d) && rm -f src/a.py")]
    public void A_file_of_another_folder_with_the_same_name_is_not_deleted(string command) =>
        Assert.Null(FilesOf(Edited, Bash(command)).Single(one => one.File == "src/a.py").DeletedAt);

    [Theory]
    [InlineData("cd sub && echo x > a.txt", "sub/a.txt")]
    [InlineData("cd /other && sed -i s/a/b/ a.txt", "/other/a.txt")]
    [InlineData("cd sub && cat <<EOF | tee a.txt\nx\nEOF", "sub/a.txt")]
    [InlineData("cd sub && cp /etc/a.txt ../a.txt", "a.txt")]
    [InlineData("cd sub && python -c \"open('a.txt', 'w')\"", "sub/a.txt")]
    [InlineData("cd sub && patch -p1 <<'EOF'\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-a\n+b\nEOF", "sub/a.txt")]
    [InlineData("cd sub && apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: a.txt\n@@\n-a\n+b\n*** End Patch\nEOF", "sub/a.txt")]
    public void A_file_is_named_by_the_folder_that_a_command_goes_to(string command, string file) =>
        Assert.Equal(file, Assert.Single(FilesOf(Bash(command))).File);

    [Fact]
    public void A_file_that_was_deleted_is_not_deleted_again_with_its_folder()
    {
        var files = FilesOf(Edited, Bash("rm src/a.py"), Bash("rm -rf src"));

        Assert.Equal([("src/a.py", (int?)2)], files.Select(one => (one.File, one.DeletedAt)));
    }

    [Fact]
    public void A_command_that_could_not_go_to_a_folder_stays_where_it_is()
    {
        var ran = Ran("cd sub; echo x > a.txt", 0, "bash: line 1: cd: sub: No such file or directory");

        Assert.Equal("a.txt", Assert.Single(FilesOf(ran)).File);
    }

    [Fact]
    public void Files_with_one_name_in_several_folders_are_several()
    {
        var files = FilesOf(
            Bash("cd /other && sed -i s/a/b/ cfg.ini"),
            Edit("/home/ann/app/cfg.ini", "1", "2"),
            Bash("cd /home/ann/app/api && echo x > cfg.ini")
        );

        Assert.Equal(["/other/cfg.ini", "cfg.ini", "api/cfg.ini"], files.Select(one => one.File));
    }

    [Fact]
    public void A_call_that_names_its_folder_begins_there()
    {
        var files = FilesOf(
            Patched("*** Add File: /home/ann/app/src/t.py\n+x\n"),
            Patched("*** Add File: /home/ann/app/t.py\n+x\n"),
            Some.ToolUse("shell", """{"command":["bash","-lc","rm t.py"],"workdir":"/home/ann/app/src"}"""),
            Some.ToolUse("exec_command", """{"cmd":"cd .. && echo x > b.txt","workdir":"src"}""")
        );

        Assert.Equal([("src/t.py", 4), ("t.py", null), ("b.txt", (int?)null)], files.Select(one => (one.File, one.DeletedAt)));
    }

    [Theory]
    [InlineData("mv src lib", "lib/a.py")]
    [InlineData("git mv src/ lib", "lib/a.py")]
    [InlineData("git -C /home/ann/app mv src lib", "lib/a.py")]
    [InlineData("mv src lib/", "lib/src/a.py")]
    [InlineData("cd src && mv a.py ../lib/b.py", "lib/b.py")]
    public void What_is_moved_has_its_new_name(string command, string file)
    {
        var files = FilesOf(Edited, Bash(command));

        Assert.Equal([("src/a.py", 2), (file, null)], files.Select(one => (one.File, one.DeletedAt)));
    }

    [Fact]
    public void What_is_moved_into_a_folder_with_files_is_below_it()
    {
        var files = FilesOf(Edited, Bash("echo x > lib/b.py"), Bash("mv src lib"));

        Assert.Equal(["src/a.py", "lib/b.py", "lib/src/a.py"], files.Select(one => one.File));
    }

    [Fact]
    public void A_command_with_very_many_brackets_is_read() =>
        Assert.Equal("a.txt", Assert.Single(FilesOf(Bash(new string('(', 60_000) + "echo x > a.txt"))).File);

    [Theory]
    [InlineData("claude-code", "src/b.py")]
    [InlineData("openhands", "src/b.py")]
    [InlineData("swe-agent", "src/b.py")]
    [InlineData("codex", "b.py")]
    public void Where_a_command_has_gone_the_next_begins_if_the_program_keeps_its_shell(string format, string file) =>
        Assert.Equal(file, Assert.Single(FilesOf(format, Bash("cd src && ls"), Bash("ls"), Bash("echo x > b.py"))).File);

    [Fact]
    public void A_folder_that_was_not_recorded_is_learned_from_pwd()
    {
        var session = Some.Session([
            Some.UserInput("Go."),
            Ran("pwd && ls", 0, "/testbed\nsrc"),
            Bash("sed -i s/1/2/ src/a.py"),
            Bash("cp /tmp/a.py /testbed/src/a.py"),
            Bash("cd /testbed && git checkout -- src/a.py"),
        ]);

        var file = Assert.Single(new FileChanges(session).Last);
        Assert.Equal(("src/a.py", 7), (file.File, file.RevertedAt));
    }

    [Fact]
    public void A_kept_shell_goes_on_from_where_it_is()
    {
        var files = FilesOf(
            Bash("cd web"),
            Bash("(cd src && echo 1 > a.ts)"),
            Bash("cd src; bash -c 'cd lib'"),
            Bash("echo 2 > b.ts"),
            Bash("cd .. && echo 3 > c.ts"),
            Bash("cd \"$DIR\""),
            Bash("rm c.ts"),
            Bash("cd /home/ann/app && rm web/c.ts")
        );

        Assert.Equal(
            [("web/src/a.ts", null), ("web/src/b.ts", null), ("web/c.ts", (int?)14)],
            files.Where(one => one.Calls > 0).Select(one => (one.File, one.DeletedAt))
        );
    }

    [Fact]
    public void A_call_in_the_background_one_that_failed_and_one_that_names_its_folder_leave_the_shell_where_it_is()
    {
        var files = FilesOf(
            Some.ToolUse("Bash", """{"command":"cd docs && serve","run_in_background":true}"""),
            Some.FailedToolUse("Bash", "no rule to make target", """{"command":"cd docs && make all"}"""),
            Some.ToolUse("shell", """{"command":["bash","-lc","cd lib; ls"],"workdir":"/home/ann/app/src"}"""),
            Bash("echo x > a.txt")
        );

        Assert.Equal("a.txt", Assert.Single(files).File);
    }

    [Fact]
    public void A_shell_that_was_set_back_is_where_the_program_says()
    {
        var files = FilesOf(
            Bash("cd src"),
            Ran("cd /tmp/clone && ls", 0, "a.py\nShell cwd was reset to /home/ann/app/web"),
            Bash("echo x > a.txt")
        );

        Assert.Equal("web/a.txt", Assert.Single(files).File);
    }

    private static SomeEvents Patched(string patch) =>
        Some.ToolUse("apply_patch", $$"""{"input":{{Some.Quoted($"*** Begin Patch\n{patch}*** End Patch")}}}""");

    private static IReadOnlyList<FileChange> FilesOf(params SomeEvents[] events) => new FileChanges(RecordedIn(Folder, events)).Last;

    private static IReadOnlyList<FileChange> FilesOf(string format, params SomeEvents[] events) =>
        new FileChanges(Some.Imported("ses-1", $$"""{"format":"{{format}}","cwd":"{{Folder}}"}""", events)).Last;
}
