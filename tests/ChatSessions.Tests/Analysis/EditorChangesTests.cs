using ChatSessions.Analysis;
using Xunit;
using static ChatSessions.Tests.Analysis.ChangingCalls;

namespace ChatSessions.Tests.Analysis;

public sealed class EditorChangesTests
{
    [Fact]
    public void The_editor_of_an_agent_edits_the_file_it_has_open()
    {
        var session = Some.Session(
            Command("open", "open src/a.py 10"),
            Command("edit", "edit 3:4\n    a = b\n\n    return a\nend_of_edit"),
            Command("create", "create test.py")
        );

        Assert.Equal(
            [("src/a.py", 2, 3), ("test.py", 4, 0)],
            new FileChanges(session).Last.Select(one => (one.File, one.Position, one.Added))
        );
        Assert.Equal(["command:     a = b||    return a"], Changed(session, 2));
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
}
