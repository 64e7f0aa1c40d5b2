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
            [("src/a.py", 2, 3, 2), ("test.py", 4, 0, 0)],
            new FileChanges(session).Last.Select(one => (one.File, one.Position, one.Added, one.Removed))
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

    [Theory]
    [InlineData("edit 5:7\nend_of_edit", 0, 3)]
    [InlineData("edit 7:7\na\nb\nend_of_edit", 2, 1)]
    [InlineData("edit 7:5\na\nend_of_edit", 1, 0)]
    [InlineData("edit 1:99999999999\na\nend_of_edit", 1, 0)]
    [InlineData("insert 5\na\nend_of_insert", 1, 0)]
    public void An_edit_takes_away_the_lines_that_it_names(string edit, int added, int removed)
    {
        var session = Some.Session(Command("bash", "open a.py 10"), Command("bash", edit));

        Assert.Equal((added, removed), Assert.Single(new FileChanges(session).Last) is var one ? (one.Added, one.Removed) : default);
    }

    [Fact]
    public void The_blank_line_of_a_file_that_was_only_created_was_not_there_before()
    {
        var session = Some.Session(
            Command("bash", "create a.py"),
            Command("bash", "edit 1:1\na\nb\nend_of_edit"),
            Command("bash", "edit 1:1\nc\nend_of_edit")
        );

        Assert.Equal(new FileChange("a.py", 4, 3, 3, 1, IsWritten: true), Assert.Single(new FileChanges(session).Last));
    }

    [Fact]
    public void An_edit_may_replace_what_is_between_the_cursors()
    {
        var session = Some.Session(
            Command("bash", "open a.py 10"),
            Command("bash", "set_cursors 3 4"),
            Command("bash", "edit\na\nend_of_edit"),
            Command("bash", "edit\nb\nend_of_edit")
        );

        Assert.Equal((2, 2), Assert.Single(new FileChanges(session).Last) is var one ? (one.Added, one.Removed) : default);
    }

    [Fact]
    public void The_actions_of_the_editor_may_be_tools()
    {
        var session = Some.Session(
            Some.ToolUse("create", """{"filename":"test.py"}""", "\"[File: test.py (1 lines total)]\""),
            Some.ToolUse("insert", """{"text":"one\ntwo"}""", "\"done\""),
            Some.ToolUse("open", """{"path":"src/a.py","line_number":9}""", "\"[File: src/a.py (10 lines total)]\""),
            Some.ToolUse("edit", """{"search":"x\ny","replace":"x\nz\nz"}""", "\"done\""),
            Some.ToolUse("edit", """{"replacement_text":"four","start_line":4,"end_line":5}""", "\"done\""),
            Some.ToolUse("edit", """{"search":"a","replace":"b"}""", "\"Your proposed edit has introduced new syntax error(s).\"")
        );

        Assert.Equal(
            [new FileChange("test.py", 2, 2, 2, 0, IsWritten: true), new FileChange("src/a.py", 8, 2, 3, 3, IsWritten: false)],
            new FileChanges(session).Last
        );
        Assert.Equal(["text: one|two"], Changed(session, 2));
        Assert.Equal(["search: y", "replace: z|z"], Changed(session, 6));
        Assert.Equal(["replacement_text: four"], Changed(session, 8));
    }

    [Fact]
    public void A_tool_of_such_a_name_that_names_its_file_is_of_another_program()
    {
        var session = Some.Session(
            Some.ToolUse("open", """{"path":"a.py"}"""),
            Some.ToolUse("edit", """{"path":"b.py","old_string":"a","new_string":"b"}"""),
            Some.ToolUse("edit", """{"query":"a"}"""),
            Some.ToolUse("insert", """{"row":1}""")
        );

        Assert.Equal("b.py", Assert.Single(new FileChanges(session).Last).File);
    }
}
