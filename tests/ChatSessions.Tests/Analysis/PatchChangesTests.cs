using ChatSessions.Analysis;
using Xunit;
using static ChatSessions.Tests.Analysis.ChangingCalls;

namespace ChatSessions.Tests.Analysis;

public sealed class PatchChangesTests
{
    [Fact]
    public void A_patch_changes_the_files_it_names()
    {
        var session = Some.Session(
            Some.ToolUse(
                "apply_patch",
                $$"""{"input":{{Some.Quoted("*** Begin Patch\n*** Update File: a.py\n@@ def f():\n-    return 1\n+    return 2\n+    # done\n*** Add File: b.py\n+x = 1\n*** End Patch")}}}"""
            )
        );

        var changes = new FileChanges(session).Last;

        Assert.Equal(
            [("a.py", 2, 1, false), ("b.py", 1, 0, true)],
            changes.Select(one => (one.File, one.Added, one.Removed, one.IsWritten))
        );
        Assert.Equal(["input: -    return 1|+    return 2|+    # done & +x = 1"], Changed(session, 0));
    }

    [Theory]
    [InlineData("patch -p1 <<'EOF'\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-a\n+b\nEOF")]
    [InlineData("git apply <<'EOF'\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-a\n+b\nEOF")]
    public void A_patch_in_a_command_changes_the_file_it_names(string command) =>
        Assert.Equal("src/a.py", Assert.Single(new FileChanges(Some.Session(Bash(command))).Last).File);

    [Theory]
    [InlineData("patch -p1 < fix.patch", "patching file src/a.py\nHunk #1 succeeded at 3.\n")]
    [InlineData("patch -p1 -i fix.patch", "")]
    [InlineData("git apply ./fix.patch", "")]
    [InlineData("patch src/a.py fix.patch", "patching file src/a.py\n")]
    public void A_patch_in_a_file_changes_the_files_that_it_is_applied_to(string command, string output)
    {
        var patch = "--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1,2 @@\n-a\n+b\n+c\n";
        var written = Bash($"cat > fix.patch <<'EOF'\n{patch}EOF");
        var session = Some.Session(written, Ran(command, 0, output));
        var changes = new FileChanges(session);

        Assert.Equal(new FileChange("src/a.py", 2, 1, 2, 1, IsWritten: false), changes.Last[^1]);
        Assert.Equal(["command: -a|+b|+c"], Changed(session, 0));
        Assert.True(changes.IsLast(0));
        Assert.Single(new FileChanges(Some.Session(written, Ran(command, 1, output))).Last);
        Assert.Single(new FileChanges(Some.Session(written, Ran(command + " --dry-run", 0, output.Replace("patching", "checking")))).Last);
    }

    [Fact]
    public void A_patch_of_which_only_the_output_is_known_changes_the_files_that_it_names()
    {
        var session = Some.Session(
            Ran("patch -p1 < fix.patch", 0, "patching file src/a.py\r\npatching file 'b c.py'\npatching file d.py (renamed from e.py)")
        );

        Assert.Equal(["src/a.py", "b c.py", "d.py"], new FileChanges(session).Last.Select(one => one.File));
    }

    [Theory]
    [InlineData(
        "patching file a.py\nHunk #1 FAILED at 1.\n1 out of 1 hunk FAILED -- saving rejects to file a.py.rej\npatching file b.py\n"
    )]
    [InlineData(
        "patching file a.py\nApply anyway? [n] \nSkipping patch.\n2 out of 2 hunks ignored\npatching file b.py\nHunk #2 succeeded at 9.\n"
    )]
    public void A_patch_that_failed_for_one_file_changes_the_other(string output)
    {
        var changes = new FileChanges(Some.Session(Ran("patch -p1 < fix.patch", 1, output)));

        Assert.Equal("b.py", Assert.Single(changes.Last).File);
        Assert.Empty(new FileChanges(Some.Session(Ran("patch --dry-run -p1 < fix.patch", 1, output))).Last);
        Assert.Empty(new FileChanges(Some.Session(Ran("patch < fix.patch", 2, output + "patch: **** malformed patch at line 9"))).Last);
    }

    [Fact]
    public void A_patch_deletes_files_and_gives_them_other_names()
    {
        var edit = "*** Update File: own.py\n@@\n-a\n+b\n";
        var session = Some.Session(
            Patched(edit),
            Patched(
                "*** Delete File: old.py\n*** Update File: src/p.py\n*** Move to: src/grammar.py\n@@\n-a\n+b\n*** Delete File: own.py\n"
            ),
            Patched("*** Update File: src/grammar.py\n*** Move to: src/g.py\n@@\n-b\n+c\n*** Add File: new.py\n+x\n")
        );

        Assert.Equal(
            [("own.py", 0, 1, 2), ("old.py", 2, 0, 2), ("src/grammar.py", 2, 1, 4), ("src/g.py", 4, 1, null), ("new.py", 4, 1, (int?)null)],
            new FileChanges(session).Last.Select(one => (one.File, one.Position, one.Calls, one.DeletedAt))
        );
    }

    [Theory]
    [InlineData("git apply <<'EOF'\n--- a/src/old.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\nEOF", "")]
    [InlineData("patch -p1 <<'EOF'\n--- a/src/old.py\t2026-03-01\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\nEOF", "patching file src/old.py\n")]
    public void A_patch_that_leaves_nothing_of_a_file_deletes_it(string command, string output) =>
        Assert.Equal(
            new FileChange("src/old.py", 0, 0, 0, 0, IsWritten: false, DeletedAt: 0),
            Assert.Single(new FileChanges(Some.Session(Ran(command, 0, output))).Last)
        );

    [Fact]
    public void A_file_that_was_deleted_and_is_made_again_is_written()
    {
        var session = Some.Session(Patched("*** Delete File: a.py\n"), Patched("*** Add File: a.py\n+x\n"));

        Assert.Equal(new FileChange("a.py", 2, 1, 1, 0, IsWritten: true), Assert.Single(new FileChanges(session).Last));
    }

    private static SomeEvents Patched(string patch) =>
        Some.ToolUse("apply_patch", $$"""{"input":{{Some.Quoted($"*** Begin Patch\n{patch}*** End Patch")}}}""");
}
