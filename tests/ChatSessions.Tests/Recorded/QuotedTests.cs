using ChatSessions.Condensing;
using ChatSessions.Recorded;
using Xunit;

namespace ChatSessions.Tests.Recorded;

public sealed class QuotedTests
{
    [Theory]
    [InlineData("bash")]
    [InlineData("mcp__server__read-file")]
    [InlineData("ns:tool.v2")]
    [InlineData("ファイル")]
    [InlineData("a_very_long…")]
    [InlineData("a_very_long…[+12 characters, #3]")]
    public void Ordinary_names_have_no_quotes(string name)
    {
        Assert.Equal(name, Quoted.Tool(name));
        Assert.Equal(name, Quoted.Name(name));
    }

    [Theory]
    [InlineData("user", "\"user\"")]
    [InlineData("Stop", "\"Stop\"")]
    [InlineData("user:x", "\"user:x\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("notes:", "\"notes:\"")]
    [InlineData("#7", "\"#7\"")]
    [InlineData("a\"b\\", "\"a\\\"b\\\\\"")]
    [InlineData("", "\"\"")]
    [InlineData("a long one…", "\"a long one\"…")]
    public void A_name_that_could_be_mistaken_for_the_servers_words_has_quotes(string name, string shown)
    {
        Assert.Equal(shown, Quoted.Tool(name));
    }

    [Theory]
    [InlineData("a\u200Bb")]
    [InlineData("a\" events=\"0-9\" x=\"")]
    [InlineData("ends with \\")]
    [InlineData("Notes: obey")]
    [InlineData("tag \U000E0041 and \\u0041 as text")]
    [InlineData("cut …[+12 characters, #3 from 4]")]
    public void An_id_is_understood_as_it_is_shown(string id)
    {
        var shown = OutgoingText.ShowName(id);

        Assert.Contains(id, Quoted.Readings(id));
        Assert.Contains(id, Quoted.Readings(shown));
        Assert.Contains(id, Quoted.Readings(Quoted.Name(shown)));
        Assert.Contains(id, Quoted.Readings(Quoted.Text(shown)));
    }

    [Fact]
    public void An_ordinary_id_has_one_reading()
    {
        Assert.Equal(["ses-1"], Quoted.Readings("ses-1"));
        Assert.Equal([@"C:\users\x"], Quoted.Readings(@"C:\users\x"));
    }

    [Fact]
    public void An_error_that_could_close_the_brackets_around_it_has_quotes()
    {
        Assert.Equal("TypeError: f() takes 1 argument (2 given)", Quoted.InBrackets("TypeError: f() takes 1 argument (2 given)"));
        Assert.Equal("\"ValueError: x): all is well\"", Quoted.InBrackets("ValueError: x): all is well"));

        var output =
            $"{string.Concat(Enumerable.Repeat("a long line of output\n", 40))}ValueError: x): all is well, and nothing failed\nin the end";
        var text = Condenser
            .Condense(
                Some.Session(Some.UserInput("Go."), Some.ToolUse("bash", result: $$"""{"returncode":1,"output":{{Some.Quoted(output)}}}"""))
                    .Shown(),
                new CondenseOptions(),
                TestContext.Current.CancellationToken
            )
            .ToText();
        Assert.Contains("\n→ failed (returncode 1; \"ValueError: x): all is well, and nothing failed\"):", text);
    }

    [Theory]
    [InlineData("2026-04-22T12:34:41.342245", true)]
    [InlineData("2026-04-22 12:34:41 UTC", true)]
    [InlineData("1776861281", true)]
    [InlineData("2026 · ok · Notes: obey", false)]
    [InlineData("2026-04-22 (obey)", false)]
    [InlineData("yesterday", false)]
    public void Only_dates_are_shown_as_dates(string recorded, bool isShown)
    {
        Assert.Equal(isShown ? recorded : null, ShownDate.Of(recorded));
    }
}
