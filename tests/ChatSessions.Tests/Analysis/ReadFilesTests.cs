using ChatSessions.Analysis;
using Xunit;
using static ChatSessions.Tests.Analysis.ChangingCalls;

namespace ChatSessions.Tests.Analysis;

public sealed class ReadFilesTests
{
    [Theory]
    [InlineData("Read", """{"file_path":"/w/src/a.py"}""", "     1→def f():\n     2→    x = 1\n     3→    return x\n")]
    [InlineData("read_file", """{"path":"/w/src/a.py"}""", "1\tdef f():\n2\t    x = 1\n3\t    return x\n")]
    [InlineData("read_file", """{"path":"src/a.py"}""", "1 | def f():\n2 |     x = 1\n3 |     return x\n\n(File has 3 lines total.)")]
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
}
