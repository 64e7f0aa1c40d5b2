using ChatSessions.Model;
using ChatSessions.ToolCalls;
using Xunit;

namespace ChatSessions.Tests.ToolCalls;

public sealed class CallPatternTests
{
    [Theory]
    [InlineData("GREP", true)]
    [InlineData("rep table", true)]
    [InlineData("\"no such table\"", true)]
    [InlineData("\"such no\"", false)]
    [InlineData("-rn", true)]
    [InlineData("grep missing", false)]
    [InlineData("/usr/lib/python3", true)]
    [InlineData("/gr.p/", true)]
    [InlineData("/GREP/", false)]
    [InlineData("\"/gr.p.*tail/I\"", false)]
    [InlineData("/GREP/i", true)]
    [InlineData("/^no such table$/", true)]
    [InlineData("/such$/", false)]
    [InlineData("5\" wide", false)]
    public void Words_may_stand_anywhere_and_expressions_match_within_one_text(string pattern, bool matches) =>
        Assert.Equal(matches, IsMatch(pattern, "grep -rn x /usr/lib/python3", "first line\nno such table\n"));

    [Fact]
    public void The_places_that_match_are_found_in_order()
    {
        Assert.Equal([(2, 1), (6, 2)], CallPattern.Parse("cc b").Places("a b   cc b"));
        Assert.Equal([(2, 3)], CallPattern.Parse("/b.*c/").Places("a bcc\nbc"));
        Assert.Empty(CallPattern.Parse("/x*/").Places("abc"));
    }

    [Theory]
    [InlineData(
        "/(/",
        "Invalid expression /(/ at character 1: insufficient closing parentheses. Correct it, or pass words without slashes."
    )]
    [InlineData("/(?<=a)b/", "The expression /(?<=a)b/ has a look-around, a back-reference or another part")]
    [InlineData("/(a)\\1/", "The expression /(a)\\1/ has a look-around, a back-reference or another part")]
    [InlineData("/gr.p.*tail/I", "Unknown flag 'I' of the expression /gr.p.*tail/. Only i is known")]
    [InlineData("  ", "matching '  ' contains no words.")]
    [InlineData("\"\"", "matching '\"\"' contains no words.")]
    public void An_invalid_pattern_is_refused_with_what_is_wrong(string pattern, string message)
    {
        var exception = Assert.Throws<ChatSessionException>(() => CallPattern.Parse(pattern));

        Assert.Equal(ChatSessionError.InvalidArgument, exception.Error);
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_pattern_is_refused()
    {
        var exception = Assert.Throws<ChatSessionException>(() => CallPattern.Parse(new string('x', 1_001)));

        Assert.Equal("matching has 1,001 characters, and at most 1,000 are allowed.", exception.Message);
    }

    [Fact]
    public void An_expression_that_takes_too_long_is_refused()
    {
        var pattern = CallPattern.Parse("/x/");

        var exception = Assert.Throws<ChatSessionException>(() => pattern.IsMatch(["abc"], () => TimeSpan.Zero));

        Assert.StartsWith(
            "The expression takes more than 5 seconds for this session. Simplify it,",
            exception.Message,
            StringComparison.Ordinal
        );
    }

    private static bool IsMatch(string pattern, params string[] texts) =>
        CallPattern.Parse(pattern).IsMatch(texts, () => TimeSpan.MaxValue);
}
