using ChatSessions.Analysis;
using Xunit;
using static ChatSessions.Tests.Analysis.ChangingCalls;

namespace ChatSessions.Tests.Analysis;

public sealed class ShellErrorsTests
{
    private const string Unclosed =
        "bash: -c: line 1: unexpected EOF while looking for matching `\"'\nbash: -c: line 2: syntax error: unexpected end of file\n";

    private static IEnumerable<string> FilesOf(string command, int code, string output) =>
        new FileChanges(Some.Session(Ran(command, code, output))).Last.Select(one => one.File);

    [Theory]
    [InlineData("sed -i '5a\\# it\\'s \"{self.name}' a.py", Unclosed)]
    [InlineData("cp a.py b.py; echo \"x > c.py", Unclosed)]
    [InlineData("cp a.py b.py; echo \"x > c.py", "/bin/sh: 1: Syntax error: Unterminated quoted string\n")]
    [InlineData("cp a.py b.py; echo \"x > c.py", "zsh:1: unmatched \"\n")]
    [InlineData("cp a.py b.py; echo \"x > c.py", "/bin/bash: eval: line 7: unexpected EOF while looking for matching `\"'\n")]
    [InlineData("sed -i s/(/b/ a.py", "bash: -c: line 1: syntax error near unexpected token `('\n")]
    public void Of_a_line_that_the_shell_cannot_read_nothing_runs(string command, string output) =>
        Assert.Empty(FilesOf(command, 2, output));

    [Fact]
    public void The_lines_before_it_ran()
    {
        const string Command =
            "\ncat > a.py <<'EOF'\none\n\"\nEOF\ncp a.py b.py &&\n\ncp a.py c.py\ncp a.py d.py |\n  tee \"e.py\ncp a.py f.py";

        Assert.Equal(["a.py", "b.py", "c.py"], FilesOf(Command, 2, "bash: -c: line 10: unexpected EOF while looking for matching `\"'\n"));
    }

    [Theory]
    [InlineData("cp a.py b.py && bash run.sh", "run.sh: line 1: syntax error near unexpected token `('\n")]
    [InlineData("cp a.py b.py && bash < run.sh", "bash: line 1: syntax error near unexpected token `('\n")]
    [InlineData("cp a.py b.py && python x.py", "  File \"x.py\", line 1\nSyntaxError: unmatched ')'\n")]
    public void What_another_program_cannot_read_says_nothing_of_the_command(string command, string output) =>
        Assert.Equal(["b.py"], FilesOf(command, 2, output));

    [Theory]
    [InlineData("cat > src/a.py <<'EOF'\none\nEOF", 1, "bash: line 1: src/a.py: No such file or directory\n")]
    [InlineData("echo one > src/a.py; ls", 0, "/bin/sh: 1: src/a.py: Permission denied\nb.py\n")]
    [InlineData("tee src/a.py <<'EOF'\none\nEOF", 1, "tee: src/a.py: Is a directory\none\n")]
    [InlineData("sed -i s/a/b src/a.py", 1, "sed: -e expression #1, char 5: unterminated `s' command\n")]
    [InlineData("sed -i s/a/b src/a.py; make", 2, "sed: -e expression #1, char 5: unterminated `s' command\nmake: *** Error\n")]
    public void A_file_that_could_not_be_written_is_not_changed(string command, int code, string output) =>
        Assert.Empty(FilesOf(command, code, output));

    [Theory]
    [InlineData("cat > a.py <<'EOF'\none\nEOF\npython a.py", 1, "cat: a.py: No such file or directory\n")]
    [InlineData("sed -i s/a/b/ a.py && make", 2, "make: *** Error\n")]
    public void What_fails_after_a_change_does_not_undo_it(string command, int code, string output) =>
        Assert.Equal(["a.py"], FilesOf(command, code, output));
}
