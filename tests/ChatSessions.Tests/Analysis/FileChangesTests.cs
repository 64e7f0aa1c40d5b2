using ChatSessions.Analysis;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public sealed class FileChangesTests
{
    [Fact]
    public void An_edit_changes_its_file_by_the_lines_that_only_one_text_has()
    {
        var session = Some.Session(Edit("src/a.py", "def f():\n    x = 1\n    return x", "def f():\n    x = 2\n    y = 3\n    return x"));

        var change = Assert.Single(new FileChanges(session).Last);

        Assert.Equal(new FileChange("src/a.py", 0, 1, 2, 1, IsWritten: false), change);
        Assert.Equal(["old_string:     x = 1", "new_string:     x = 2|    y = 3"], Changed(session, 0));
    }

    [Fact]
    public void Only_the_last_edit_of_a_file_is_its_last()
    {
        var changes = new FileChanges(Some.Session(Edit("a.py", "1", "2"), Edit("b.py", "1", "2"), Edit("a.py", "2", "3")));

        Assert.Equal([("b.py", 2, 1), ("a.py", 4, 2)], changes.Last.Select(one => (one.File, one.Position, one.Calls)));
        Assert.True(changes.Changes(0));
        Assert.False(changes.IsLast(0));
        Assert.True(changes.IsLast(2));
        Assert.True(changes.IsLast(4));
    }

    [Fact]
    public void Each_of_several_edits_in_one_call_counts()
    {
        var session = Some.Session(
            Some.ToolUse(
                "MultiEdit",
                """{"file_path":"a.py","edits":[{"old_string":"one\ntwo","new_string":"one\n2"},{"old_string":"three","new_string":"3"}]}"""
            )
        );

        Assert.Equal(
            ("a.py", 1, 2, 2),
            Assert.Single(new FileChanges(session).Last) is var one ? (one.File, one.Calls, one.Added, one.Removed) : default
        );
        Assert.Equal(["edits: two", "edits: 2", "edits: three", "edits: 3"], Changed(session, 0));
    }

    [Fact]
    public void An_edit_that_failed_changes_nothing()
    {
        var changes = new FileChanges(
            Some.Session(
                Some.ToolUse(
                    "Edit",
                    """{"file_path":"a.py","old_string":"x","new_string":"y"}""",
                    "\"<tool_use_error>String to replace not found in file.</tool_use_error>\""
                )
            )
        );

        Assert.Empty(changes.Last);
        Assert.False(changes.Changes(0));
    }

    [Fact]
    public void Reading_and_polling_change_nothing()
    {
        var changes = new FileChanges(
            Some.Session(
                Some.ToolUse("Read", """{"file_path":"a.py"}"""),
                Some.ToolUse("str_replace_editor", """{"command":"view","path":"a.py"}"""),
                Some.ToolUse("get_status", """{"attempt":3}"""),
                Bash("grep -rn 'x > y' src 2>/dev/null | head > /dev/null"),
                Bash("pytest > log.txt 2>&1; sed -n 5,9p a.py; git diff > patch.txt")
            )
        );

        Assert.Empty(changes.Last);
    }

    [Fact]
    public void A_file_written_again_changes_by_the_lines_that_are_new()
    {
        var session = Some.Session(
            Some.ToolUse("Write", """{"file_path":"a.txt","content":"one\ntwo\nthree\n"}"""),
            Edit("a.txt", "three", "3"),
            Some.ToolUse("Write", """{"file_path":"a.txt","content":"one\n2\n3\n"}""")
        );

        Assert.Empty(Changed(session, 0));
        Assert.Equal(["content: 2"], Changed(session, 4));
        Assert.Equal(
            (3, 5, 2, true),
            Assert.Single(new FileChanges(session).Last) is var one ? (one.Calls, one.Added, one.Removed, one.IsWritten) : default
        );
    }

    [Theory]
    [InlineData("cd /repo && cat > a.py <<'EOF'\none\ntwo\nEOF\npython a.py")]
    [InlineData("cat <<EOF | tee /repo/a.py\none\ntwo\nEOF")]
    [InlineData("tee a.py > /dev/null << \"EOF\"\none\ntwo\nEOF")]
    [InlineData("cat >> ./a.py <<-EOF\none\ntwo\nEOF\n")]
    [InlineData("echo one > a.py; echo two >> a.py")]
    [InlineData("sudo bash -c \"cat > a.py <<EOF\none\ntwo\nEOF\"")]
    public void A_command_writes_its_documents(string command)
    {
        var change = Assert.Single(new FileChanges(Some.Session(Bash("cd /repo"), Bash(command))).Last);

        Assert.Equal(("a.py", 2, 2), (change.File, change.Position, change.Added));
    }

    [Fact]
    public void Of_a_document_written_again_the_new_lines_are_found_in_the_command()
    {
        var session = Some.Session(
            Bash("cat > a.py <<'EOF'\none\ntwo\nEOF"),
            Bash("cd src && cat > a.py <<'EOF'\none\n\"2\"\nEOF\ncat a.py")
        );

        Assert.Equal(["command: \"2\""], Changed(session, 2));
    }

    [Theory]
    [InlineData("sed -i 's/a/b/' src/a.py")]
    [InlineData("cd /repo && sed -i.bak -e 's/a/b/' -e 5d src/a.py && git diff")]
    [InlineData("python3 - <<'EOF'\np = 'src/a.py'\ns = open(p).read()\nwith open(p, 'w') as f:\n    f.write(s.replace('a', 'b'))\nEOF")]
    [InlineData("python -c \"from pathlib import Path; Path('src/a.py').write_text('b')\"")]
    [InlineData("patch -p1 <<'EOF'\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-a\n+b\nEOF")]
    [InlineData("git apply <<'EOF'\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-a\n+b\nEOF")]
    public void A_command_edits_files(string command) =>
        Assert.Equal("src/a.py", Assert.Single(new FileChanges(Some.Session(Bash(command))).Last).File);

    [Fact]
    public void Words_of_a_script_that_an_apostrophe_ends_are_no_files() =>
        Assert.Empty(new FileChanges(Some.Session(Bash(@"sed -i '5a\# it doesn\'t match the user\'s name.' src/a.py"))).Last);

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

    [Fact]
    public void The_editor_of_an_agent_edits_the_file_it_has_open()
    {
        var session = Some.Session(
            Command("open", "open src/a.py 10"),
            Command("edit", "edit 3:4\n    return b\nend_of_edit"),
            Command("create", "create test.py")
        );

        Assert.Equal([("src/a.py", 2), ("test.py", 4)], new FileChanges(session).Last.Select(one => (one.File, one.Position)));
        Assert.Equal(["command:     return b"], Changed(session, 2));
    }

    [Fact]
    public void Of_an_edit_in_quotes_both_texts_are_known()
    {
        var session = Some.Session(
            Command("open", "open \"src/a.py\" 10"),
            Command("edit", "edit 'return a' 'x = a\nreturn b' False"),
            Command("insert", "insert 'one\ntwo' 5")
        );

        Assert.Equal(new FileChange("src/a.py", 4, 2, 4, 1, IsWritten: false), Assert.Single(new FileChanges(session).Last));
        Assert.Equal(["command: x = a|return b"], Changed(session, 2));
        Assert.Equal(["command: one|two"], Changed(session, 4));
    }

    [Fact]
    public void An_editor_may_say_which_file_it_has_open()
    {
        var session = Some.Session(
            Some.ToolUse(
                "edit",
                """{"command":"edit 'a' 'b'"}""",
                Some.Quoted("Text replaced.\r\n[File: src/a.py (10 lines total)]\r\n1:b")
            ),
            Some.ToolUse("edit", """{"command":"edit 'c' 'd'"}""", Some.Quoted("Text replaced."))
        );

        Assert.Equal(("src/a.py", 2), Assert.Single(new FileChanges(session).Last) is var one ? (one.File, one.Calls) : default);
    }

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
    [InlineData("cp b.py src/a.py")]
    [InlineData("mv -f b.py ./src/a.py")]
    [InlineData("cp /other/a.py src/ && ls")]
    [InlineData("cp -p /other/a.py src")]
    [InlineData("git mv b.py src/a.py")]
    [InlineData("sed s/a/b/ src/a.py > a.new && mv a.new src/a.py")]
    public void A_file_that_another_one_is_copied_to_is_written(string command) =>
        Assert.Equal(
            new FileChange("src/a.py", 0, 1, 0, 0, IsWritten: true),
            Assert.Single(new FileChanges(Some.Session(Bash(command))).Last)
        );

    [Theory]
    [InlineData("cp -r old new.d")]
    [InlineData("cp *.py src/")]
    [InlineData("cp a.py $OUT")]
    [InlineData("mv old new")]
    [InlineData("cp a.py /dev/null")]
    [InlineData("cp b.py a.py 2> /dev/null || true")]
    public void Copies_that_name_no_file_or_may_have_failed_change_nothing(string command) =>
        Assert.Empty(new FileChanges(Some.Session(Bash(command))).Last);

    [Fact]
    public void A_copy_that_failed_changes_nothing_but_one_before_what_failed_does()
    {
        var denied = Ran("cp b.py a.py && make", 1, "cp: cannot stat 'b.py': No such file or directory");
        var other = Ran("cp b.py a.py && make", 2, "make: *** [all] Error 2");

        Assert.Empty(new FileChanges(Some.Session(denied, Ran("cp b.py a.py", 1, ""))).Last);
        Assert.Equal("a.py", Assert.Single(new FileChanges(Some.Session(other)).Last).File);
    }

    [Fact]
    public void A_file_is_edited_if_a_changed_copy_of_it_takes_its_place()
    {
        var session = Some.Session(
            Bash("cp a.py a.py.bak"),
            Bash("cat > a.py.new <<'EOF'\none\ntwo\nEOF"),
            Bash("mv a.py.new a.py"),
            Bash("cat > a.py <<'EOF'\none\n2\nEOF")
        );
        var changes = new FileChanges(session);

        Assert.Equal(
            [("a.py.bak", 0, true, null), ("a.py.new", 2, true, 4), ("a.py", 6, false, null)],
            changes.Last.Select(one => (one.File, one.Position, one.IsWritten, one.DeletedAt))
        );
        // What was moved is what the file held before it was written again.
        Assert.Equal(["command: 2"], Changed(session, 6));
    }

    [Fact]
    public void The_text_of_a_copied_file_is_where_it_was_written()
    {
        var changes = new FileChanges(Some.Session(Bash("cat > a.py.new <<'EOF'\none\nEOF"), Bash("cp a.py.new a.py")));

        Assert.True(changes.IsLast(0));
        Assert.True(changes.IsLast(2));
    }

    [Fact]
    public void A_script_that_was_written_to_a_file_changes_what_it_writes_when_it_is_run()
    {
        var script =
            "s = open('src/a.py').read()\nold = '''def f():\n    return 1'''\nnew = '''def f():\n    return 2'''\nopen('src/a.py', 'w').write(s.replace(old, new))";
        var written = Some.Session(Bash($"cat > fix.py <<'EOF'\n{script}\nEOF"));
        var run = Some.Session(Bash($"cat > fix.py <<'EOF'\n{script}\nEOF"), Bash("python fix.py && rm fix.py"));

        Assert.Equal(["fix.py"], new FileChanges(written).Last.Select(one => one.File));
        Assert.Equal(
            [("fix.py", 0, 2), ("src/a.py", 2, null)],
            new FileChanges(run).Last.Select(one => (one.File, one.Position, one.DeletedAt))
        );
        Assert.Equal(["command:     return 1 &     return 2"], Changed(run, 0));
        Assert.True(new FileChanges(run).IsLast(0));
        Assert.True(new FileChanges(run).IsLast(2));
    }

    [Theory]
    [InlineData("Read", """{"file_path":"/w/src/a.py"}""", "     1→def f():\n     2→    x = 1\n     3→    return x\n")]
    [InlineData("read_file", """{"path":"/w/src/a.py"}""", "1\tdef f():\n2\t    x = 1\n3\t    return x\n")]
    [InlineData("bash", """{"command":"cat src/a.py"}""", "def f():\n    x = 1\n    return x\n")]
    public void A_file_that_was_read_and_is_written_as_a_whole_changes_by_what_differs(string tool, string arguments, string text)
    {
        var session = Some.Session(
            Bash("cd /w && ls"),
            Some.ToolUse(tool, arguments, Some.Quoted(text)),
            Write("/w/src/a.py", "def f():\n    x = 2\n    return x\n")
        );

        Assert.Equal(["content:     x = 2"], Changed(session, 4));
        Assert.Equal(new FileChange("src/a.py", 4, 1, 1, 1, IsWritten: false), Assert.Single(new FileChanges(session).Last));
    }

    [Theory]
    [InlineData("Read", """{"file_path":"a.py","offset":10,"limit":2}""", "10→x\n11→y\n")]
    [InlineData("Read", """{"file_path":"b.py"}""", "1→x\n2→y\n")]
    [InlineData("bash", """{"command":"cat a.py | head -2"}""", "x\ny\n")]
    public void A_part_of_a_file_or_another_file_is_not_what_it_held_before(string tool, string arguments, string text)
    {
        var session = Some.Session(Some.ToolUse(tool, arguments, Some.Quoted(text)), Write("a.py", "x\nz\n"));

        Assert.Empty(Changed(session, 2));
        Assert.True(Assert.Single(new FileChanges(session).Last).IsWritten);
    }

    [Fact]
    public void A_file_is_deleted_until_it_is_written_again()
    {
        static int? DeletedAt(params SomeEvents[] events) => Assert.Single(new FileChanges(Some.Session(events)).Last).DeletedAt;
        var write = Bash("echo x > a.txt");

        Assert.Equal(2, DeletedAt(write, Bash("rm -f a.txt")));
        Assert.Null(DeletedAt(write, Bash("rm -f a.txt"), write));
        Assert.Null(DeletedAt(Bash("echo x > a.txt; rm a.txt; echo y > a.txt")));
    }

    [Fact]
    public void A_command_that_failed_deletes_nothing()
    {
        var changes = new FileChanges(
            Some.Session(
                Bash("echo x > a.txt"),
                Some.ToolUse(
                    "bash",
                    """{"command":"rm a.txt"}""",
                    """{"returncode":1,"output":"rm: cannot remove 'a.txt': Permission denied"}"""
                )
            )
        );

        Assert.Null(Assert.Single(changes.Last).DeletedAt);
    }

    [Fact]
    public void Very_long_arguments_are_not_read() =>
        Assert.Empty(new FileChanges(Some.Session(Edit("a.py", "x", new string('y', 300_000)))).Last);

    private static SomeEvents Ran(string command, int code, string output) =>
        Some.ToolUse(
            "bash",
            $$"""{"command":{{Some.Quoted(command)}}}""",
            $$"""{"returncode":{{code}},"output":{{Some.Quoted(output)}}}"""
        );

    private static SomeEvents Edit(string file, string old, string @new) =>
        Some.ToolUse(
            "Edit",
            $$"""{"file_path":{{Some.Quoted(file)}},"old_string":{{Some.Quoted(old)}},"new_string":{{Some.Quoted(@new)}}}"""
        );

    private static SomeEvents Write(string file, string text) =>
        Some.ToolUse("Write", $$"""{"file_path":{{Some.Quoted(file)}},"content":{{Some.Quoted(text)}}}""");

    private static SomeEvents Bash(string command) => Command("bash", command);

    private static SomeEvents Command(string tool, string command) => Some.ToolUse(tool, $$"""{"command":{{Some.Quoted(command)}}}""");

    /// <summary>The changed lines of each text of a call; lines of one stretch with <c>|</c> between.</summary>
    private static IEnumerable<string> Changed(Session session, int position)
    {
        var changes = new FileChanges(session);
        return changes
            .ChangedLines(session.ToolUses.First(use => use.Position == position))
            .Select(changed =>
            {
                var text = changed.Text.AsString()!;
                var stretches = changed.Lines.Select(one => text[one.Start..one.End].Replace("\n", "|"));
                return $"{changed.Argument}: {string.Join(" & ", stretches)}";
            });
    }
}
