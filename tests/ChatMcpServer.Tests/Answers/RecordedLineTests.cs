using ChatMcpServer.Answers;
using Xunit;

namespace ChatMcpServer.Tests.Answers;

public sealed class RecordedLineTests
{
    [Theory]
    [InlineData("test_comprehensive.py", "test_comprehensive.py")]
    [InlineData("a text of one line\nand another, which is long", "a text of one li…[+29 characters, #7]")]
    // What the end takes to show counts, not what is recorded.
    [InlineData("a text of one line\u202E\u202E\u202E\u202E\u202E\u202E\u202E\u202E", "a text of one li…[+10 characters, #7]")]
    public void What_is_not_longer_than_the_mark_of_a_cut_is_not_cut(string text, string shown) =>
        Assert.Equal(shown, RecordedLine.Write(text, 16, 7));

    [Theory]
    [InlineData("cd /testbed && sed -n '1,40p' setup.py", "cd /testbed && sed -n '1,40p' setup.py")]
    [InlineData("cd /testbed/and/a/folder/further/down && sed -n '1,40p' setup.py", "[+45 characters before]…-n '1,40p' setup.py")]
    public void What_is_before_a_place_is_not_cut_either(string text, string shown) =>
        Assert.Equal(shown, RecordedLine.From(text, text.IndexOf("1,40p", StringComparison.Ordinal), 30, 7));
}
