using ChatSessions.Analysis;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public sealed class UsedWordsTests
{
    [Fact]
    public void A_word_that_a_result_says_first_and_the_agent_uses_later_is_found()
    {
        var used = Used(
            Some.UserInput("Where is the parser?"),
            Some.ToolUse("grep", """{"pattern":"class"}""", Some.Quoted("src/lib/parser.py:12\nanother line\ncode 40417")),
            Some.Text("It is in src/lib/parser.py:12."),
            Some.ToolUse("read", """{"ticket":40417}""", Some.Quoted("text"))
        );

        Assert.Equal(["src/lib/parser.py:12", "40417"], used.In(2));
    }

    [Fact]
    public void What_the_user_or_the_agent_said_before_is_not_found_out()
    {
        var used = Used(
            Some.UserInput("Look at src/lib/parser.py"),
            Some.Text("I think of user_id_42."),
            Some.ToolUse("grep", """{"pattern":"class"}""", Some.Quoted("src/lib/parser.py user_id_42")),
            Some.Text("src/lib/parser.py has user_id_42")
        );

        Assert.Empty(used.In(3));
    }

    [Theory]
    [InlineData("ordinary words", "ordinary words")]
    [InlineData("first\\nsecond", "nsecond")]
    [InlineData("new_name", "")]
    public void What_is_common_or_never_used_is_not_found(string result, string later) =>
        Assert.Empty(Used(Some.ToolUse("run", """{"a":"b"}""", Some.Quoted(result)), Some.Text(later)).In(1));

    [Fact]
    public void The_letter_of_an_escape_is_no_part_of_a_word()
    {
        var used = Used(Some.ToolUse("run", """{"a":"b"}""", Some.Quoted("one\nfile_one.py\ttwo\n")), Some.Text("See file_one.py"));

        Assert.Equal(["file_one.py"], used.In(1));
    }

    [Theory]
    [InlineData("src/parser_of_lines.py:12")]
    [InlineData("onlylowercaseletters")]
    [InlineData("40417")]
    [InlineData("parseLine")]
    [InlineData("a/very/long/path/which/needs/more/than/sixty-four/bytes/and/so/lies/in/several/blocks.txt")]
    public void A_word_is_found_wherever_it_stands(string word)
    {
        for (var before = 0; before < 140; before++)
        {
            var result = $"{new string(' ', before)}\n{word} and more";
            var used = Used(Some.ToolUse("run", """{"a":"b"}""", Some.Quoted(result)), Some.Text($"See \"{word}\"."));

            Assert.Equal([word], used.In(1));
        }
    }

    private static UsedWords Used(params SomeEvents[] events) => new(Some.Session(events));
}
