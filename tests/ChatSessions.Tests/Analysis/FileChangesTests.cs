using ChatSessions.Analysis;
using Xunit;
using static ChatSessions.Tests.Analysis.ChangingCalls;

namespace ChatSessions.Tests.Analysis;

public sealed class FileChangesTests
{
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
    public void Very_long_arguments_are_not_read() =>
        Assert.Empty(new FileChanges(Some.Session(Edit("a.py", "x", new string('y', 300_000)))).Last);
}
