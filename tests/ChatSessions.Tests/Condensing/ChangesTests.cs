using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>Which lines of which files the calls of a session change last.</summary>
public sealed class ChangesTests
{
    [Fact]
    public void Of_an_edit_only_the_lines_that_differ_are_changed() =>
        Assert.Equal(
            ["src/a.py: return None|return value"],
            Of(Edit("src/a.py", "def find():\n    return None\n# end", "def find():\n    return value\n# end"))
        );

    [Fact]
    public void The_last_edit_of_each_file_counts() =>
        Assert.Equal(
            ["a.py: second|third", "b.py: other one"],
            Of(Edit("a.py", "first", "second"), Write("b.py", "other one\n"), Edit("a.py", "second", "third"))
        );

    [Fact]
    public void A_file_that_is_written_again_changes_where_it_differs() =>
        Assert.Equal(["a.py: import os|import sys"], Of(Write("a.py", "import os\nprint(1)"), Write("a.py", "import sys\nprint(1)")));

    [Fact]
    public void Several_edits_of_one_call_are_one_change() =>
        Assert.Equal(
            ["a.py: one line|two lines|four|fifth"],
            Of(
                Some.ToolUse(
                    "MultiEdit",
                    """{"file_path":"a.py","edits":[{"old_string":"one line","new_string":"two lines"},{"old_string":"four","new_string":"fifth"}]}"""
                )
            )
        );

    [Fact]
    public void An_editor_that_only_views_changes_nothing() =>
        Assert.Empty(
            Of(
                Some.ToolUse("str_replace_editor", """{"command":"view","path":"a.py"}"""),
                Some.ToolUse("read_file", """{"path":"a.py","text":"looked for"}""")
            )
        );

    [Fact]
    public void An_edit_that_was_refused_changes_nothing() =>
        Assert.Equal(
            ["a.py: first|second"],
            Of(
                Edit("a.py", "first", "second"),
                Edit("a.py", "second", "third", Some.Quoted("Error: no such text")),
                Edit("a.py", "second", "third", Some.Quoted("No replacement was performed, old_str is not there."))
            )
        );

    [Fact]
    public void A_patch_changes_the_lines_that_it_adds_and_removes() =>
        Assert.Equal(
            ["a.py: old line|new line", "b.py: all new"],
            Of(
                Some.ToolUse(
                    "apply_patch",
                    $$"""{"input":{{Some.Quoted(
                        "*** Begin Patch\n*** Update File: a.py\n@@\n same\n-old line\n+new line\n*** Add File: b.py\n+all new\n*** End Patch"
                    )}}}"""
                )
            )
        );

    [Theory]
    [InlineData("cd src && cat > a.py <<'EOF'\nimport os\n\nprint(os.name)\nEOF\npython a.py", "a.py: import os|print(os.name)")]
    [InlineData("cat <<EOF >> notes.md\nto be done\nEOF", "notes.md: to be done")]
    [InlineData("tee conf.ini <<EOF\n[main]\nEOF", "conf.ini: [main]")]
    [InlineData("sed -i 's/Inf/inf/; 3d' a.py lib/b.py", "a.py: s/Inf/inf/; 3d", "lib/b.py: s/Inf/inf/; 3d")]
    [InlineData("sed -i -e '/old/d' -e 's/x/y/' a.py", "a.py: /old/d|s/x/y/")]
    [InlineData("echo 'SECRET = 1' > settings.py", "settings.py: SECRET = 1")]
    [InlineData("git apply <<'EOF'\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-old line\n+new line\nEOF", "a.py: old line|new line")]
    [InlineData(
        "python3 - <<'EOF'\np = 'a.py'\nold = '''def f():\n    return 1\n'''\nnew = '''def f():\n    return 2\n'''\nopen(p, 'w').write(open(p).read().replace(old, new))\nEOF",
        "a.py: return 1|return 2"
    )]
    [InlineData(
        "python -c \"t = open('a.py').read()\nt = t.replace('one', 'two')\nopen('a.py', 'w').write(t)\"",
        "a.py: t = t.replace('one', 'two')"
    )]
    public void A_command_changes(string command, params string[] changes) => Assert.Equal(changes, Of(Bash(command)));

    [Theory]
    [InlineData("git diff > patch.txt")]
    [InlineData("sed -n '1,5p' a.py")]
    [InlineData("cat a.py; echo \"a > b\"")]
    [InlineData("python - <<'EOF'\nprint(open('a.py').read())\nEOF")]
    [InlineData("cat > /dev/null <<EOF\nnothing here\nEOF")]
    public void A_command_that_writes_no_text_of_its_own_changes_nothing(string command) => Assert.Empty(Of(Bash(command)));

    [Fact]
    public void A_command_that_failed_has_written_its_documents_but_its_scripts_and_patches_nothing() =>
        Assert.Equal(
            ["test.py: assert False"],
            Of(
                Bash("cat > test.py <<EOF\nassert False\nEOF\npython test.py", returnCode: 2),
                Bash("python - <<EOF\nopen('a.py', 'w').write('text')\nEOF", returnCode: 2),
                Bash("patch -p1 <<EOF\n+++ b/a.py\n+new line\nEOF", returnCode: 2)
            )
        );

    [Fact]
    public void An_edit_that_names_no_file_is_of_the_one_that_is_open() =>
        Assert.Equal(["a.py: new line"], Of(Command("open", "open a.py 10"), Command("edit", "edit 1:1\nnew line\nend_of_edit")));

    [Fact]
    public void Each_file_counts_the_same()
    {
        var session = Some.Session(Write("a.py", "one line\n"), Write("b.py", "first\nsecond\nthird\nfourth\n"));
        var expected = Expected.Of(session).FindAll(one => one.Measure == Expected.Changed);

        Assert.Equal(5, expected.Count);
        Assert.Equal(2, expected.Sum(one => one.Weight), precision: 9);
    }

    private static IEnumerable<string> Of(params SomeEvents[] events) =>
        Changes.Of(Some.Session(events)).Select(change => $"{change.File}: {string.Join('|', change.Lines)}");

    private static SomeEvents Edit(string path, string old, string @new, string result = "\"done\"") =>
        Some.ToolUse(
            "Edit",
            $$"""{"file_path":{{Some.Quoted(path)}},"old_string":{{Some.Quoted(old)}},"new_string":{{Some.Quoted(@new)}}}""",
            result
        );

    private static SomeEvents Write(string path, string content) =>
        Some.ToolUse("Write", $$"""{"file_path":{{Some.Quoted(path)}},"content":{{Some.Quoted(content)}}}""");

    private static SomeEvents Bash(string command, int returnCode = 0) =>
        Some.ToolUse("bash", $$"""{"command":{{Some.Quoted(command)}}}""", $$"""{"output":"","returncode":{{returnCode}}}""");

    private static SomeEvents Command(string name, string command) => Some.ToolUse(name, $$"""{"command":{{Some.Quoted(command)}}}""");
}
