using ChatSessions.Analysis;
using Xunit;
using static ChatSessions.Tests.Analysis.ChangingCalls;

namespace ChatSessions.Tests.Analysis;

public sealed class CommandChangesTests
{
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
    public void Blank_lines_of_a_document_count()
    {
        var changes = new FileChanges(Some.Session(Bash("cat > a.py <<'EOF'\n\none\n\n\ntwo\n\nEOF"), Bash("echo >> a.py")));

        Assert.Equal(7, Assert.Single(changes.Last).Added);
    }

    [Fact]
    public void Of_a_document_written_again_the_new_lines_are_found_in_the_command()
    {
        var session = Some.Session(
            Bash("cat > a.py <<'EOF'\none\ntwo\nEOF"),
            Bash("cd /repo && cat > a.py <<'EOF'\none\n\"2\"\nEOF\ncat a.py")
        );

        Assert.Equal(["command: \"2\""], Changed(session, 2));
    }

    [Theory]
    [InlineData("sed -i 's/a/b/' src/a.py")]
    [InlineData("cd /repo && sed -i.bak -e 's/a/b/' -e 5d src/a.py && git diff")]
    [InlineData("python3 - <<'EOF'\np = 'src/a.py'\ns = open(p).read()\nwith open(p, 'w') as f:\n    f.write(s.replace('a', 'b'))\nEOF")]
    [InlineData("python -c \"from pathlib import Path; Path('src/a.py').write_text('b')\"")]
    public void A_command_edits_files(string command) =>
        Assert.Equal("src/a.py", Assert.Single(new FileChanges(Some.Session(Bash(command))).Last).File);

    [Fact]
    public void Words_of_a_script_that_an_apostrophe_ends_are_no_files() =>
        Assert.Empty(new FileChanges(Some.Session(Bash(@"sed -i '5a\# it doesn\'t match the user\'s name.' src/a.py"))).Last);

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

    [Theory]
    [InlineData("rm -rf src/legacy/ && rm src/old.py", "src/legacy src/old.py")]
    [InlineData("git rm -r src/legacy", "src/legacy")]
    [InlineData("cd src && rm old.py; ls", "src/old.py")]
    [InlineData("rm -r a.d", "a.d/b.py")]
    [InlineData("rm -f src/old.py || true", "")]
    [InlineData("make || rm src/old.py", "")]
    [InlineData("grep -q x src/old.py && rm src/old.py; ls", "")]
    [InlineData("find . -name '*.pyc' | xargs rm -f old.py", "")]
    [InlineData("rm -rf build/* \"$OUT\" /tmp/old.py .", "")]
    [InlineData("cd $(mktemp -d) && rm old.py", "")]
    [InlineData("git rm --cached src/old.py", "")]
    public void A_file_that_the_session_did_not_change_is_deleted_if_it_is_sure(string command, string files)
    {
        var changes = new FileChanges(Some.Session(Bash("cd /repo && echo x > a.d/b.py"), Bash(command)));

        Assert.Equal(files, string.Join(' ', changes.Last.Where(one => one.DeletedAt == 2).Select(one => one.File)));
    }
}
