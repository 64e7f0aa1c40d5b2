using ChatMcpServer.Installing;
using Xunit;

namespace ChatMcpServer.Tests.Installing;

public sealed class TextDifferenceTests
{
    [Fact]
    public void It_has_what_was_added_and_removed_with_two_lines_around() =>
        Assert.Equal([" 2", " 3", "-4", "+x", " 5", "+y", " 6", " 7"], Of("1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\nx\n5\ny\n6\n7\n8\n"));

    [Fact]
    public void A_file_of_one_long_line_is_shown_where_it_differs()
    {
        var start = new string('a', 1_000_000);

        var lines = Of($"{start}b", $"{start}c");

        Assert.Equal([$"-…{new string('a', 40)}b", $"+…{new string('a', 40)}c"], lines);
    }

    [Fact]
    public void A_new_file_is_all_added() => Assert.Equal(["+1", "+2"], Of("", "1\n2\n"));

    private static IEnumerable<string> Of(string before, string after) =>
        TextDifference.Of(before, after).Select(line => $"{line.Sign}{line.Line}");
}
