using ChatMcpServer.Cli;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class ShellTests
{
    [Theory]
    [InlineData("ses-abc123", "ses-abc123")]
    [InlineData("/home/me/sessions.jsonl", "/home/me/sessions.jsonl")]
    [InlineData("", "''")]
    [InlineData("two words", "'two words'")]
    [InlineData("$(rm -r ~)", "'$(rm -r ~)'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("~root", "'~root'")]
    [InlineData("a\nb'c", @"$'a\nb\'c'")]
    public void A_word_is_quoted_where_a_shell_would_act_on_it(string word, string quoted) => Assert.Equal(quoted, Shell.Quote(word));

    [Theory]
    [InlineData("two words")]
    [InlineData("it's $HOME `x` \"y\" \\ !")]
    [InlineData("ses-abc123")]
    public async Task A_shell_reads_the_word_back(string word)
    {
        var run = await CliProcess.RunInShellAsync($"printf %s {Shell.Quote(word)}");

        Assert.Equal(word, run.Output);
    }
}
