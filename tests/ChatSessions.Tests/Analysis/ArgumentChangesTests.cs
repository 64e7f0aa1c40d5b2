using ChatSessions.Analysis;
using Xunit;
using static ChatSessions.Tests.Analysis.ChangingCalls;

namespace ChatSessions.Tests.Analysis;

public sealed class ArgumentChangesTests
{
    [Fact]
    public void An_edit_changes_its_file_by_the_lines_that_only_one_text_has()
    {
        var session = Some.Session(Edit("src/a.py", "def f():\n    x = 1\n    return x", "def f():\n    x = 2\n    y = 3\n    return x"));

        var change = Assert.Single(new FileChanges(session).Last);

        Assert.Equal(new FileChange("src/a.py", 0, 1, 2, 1, IsWritten: false), change);
        Assert.Equal(["old_string:     x = 1", "new_string:     x = 2|    y = 3"], Changed(session, 0));
    }

    [Theory]
    [InlineData("spade\nhoe", "hoe\nspade", 1, 1)]
    [InlineData("def f():", "import re\n\n\ndef f():", 3, 0)]
    [InlineData("a = 1\n\n\nb = 2", "a = 1\nb = 2", 0, 2)]
    public void Lines_of_an_edit_that_are_blank_or_change_places_count(string old, string @new, int added, int removed)
    {
        var change = Assert.Single(new FileChanges(Some.Session(Edit("a.py", old, @new))).Last);

        Assert.Equal((added, removed), (change.Added, change.Removed));
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

    [Theory]
    [InlineData("------- SEARCH", "+++++++ REPLACE")]
    [InlineData("<<<<<<< SEARCH", ">>>>>>> REPLACE")]
    [InlineData("<<<<<<< SEARCH\n:start_line:7\n-------", ">>>>>>> REPLACE")]
    public void Edits_may_be_written_as_what_is_looked_for_and_what_is_put_there(string search, string replace)
    {
        var diff =
            $"{search}\none\ntwo\n=======\none\n2\n2b\n{replace}\n\n{search}\nold\n=======\n{replace}\n{search}\nno end\n=======\nx\n";
        var session = Some.Session(
            Some.ToolUse("write_to_file", """{"absolutePath":"/w/b.ts","content":"a\nb"}"""),
            Some.ToolUse("replace_in_file", $$"""{"absolutePath":"/w/a.ts","diff":{{Some.Quoted(diff)}}}"""),
            Some.ToolUse("read_diff", """{"path":"c.ts","diff":"@@ -1 +1 @@"}""")
        );

        Assert.Equal(
            [new FileChange("/w/b.ts", 0, 1, 2, 0, IsWritten: true), new FileChange("/w/a.ts", 2, 1, 2, 2, IsWritten: false)],
            new FileChanges(session).Last
        );
        Assert.Equal(["diff: two & 2|2b & old"], Changed(session, 2));
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
}
