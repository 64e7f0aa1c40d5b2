using ChatSessions.Analysis;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public sealed class LineDifferenceTests
{
    [Theory]
    [InlineData("", "one\n\ntwo\n\n", "+4 -0")]
    [InlineData("", "one\n\n  \ntwo", "+4 -0")]
    [InlineData("", "\n", "+1 -0")]
    [InlineData("one\n\ntwo\n", "one\ntwo\n", "+0 -1")]
    [InlineData("one\ntwo\n", "one\r\ntwo", "+0 -0")]
    [InlineData("spade\nhoe\n", "hoe\nspade\n", "+1 -1")]
    [InlineData("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n", "+2 -3")]
    public void Lines_are_counted_as_a_diff_does(string before, string after, string expected) =>
        Assert.Equal(expected, Counted(LineDifference.Between(before, after)));

    /// <summary>The last line goes on in the file, so an end of a line that is added there adds a line.</summary>
    [Theory]
    [InlineData("one", "one\n\n", "+2 -0")]
    [InlineData("one\n", "one\n\ntwo\n", "+2 -0")]
    [InlineData("one\n", "2\n", "+1 -1")]
    [InlineData("one\n\n", "", "+0 -2")]
    [InlineData("one", "", "+0 -1")]
    [InlineData("", "one\n", "+1 -0")]
    public void The_end_of_the_last_line_counts_in_a_part_of_a_file(string before, string after, string expected) =>
        Assert.Equal(expected, Counted(LineDifference.BetweenParts(before, after)));

    [Fact]
    public void As_few_lines_differ_as_can_be()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 2_000; trial++)
        {
            string[] before = [.. Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(6).ToString())];
            string[] after = [.. Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(7).ToString())];
            var common = LongestCommon(before, after);

            var found = LineDifference.Between(Joined(before), Joined(after));

            Assert.Equal($"+{after.Length - common} -{before.Length - common}", Counted(found));
            // What is left of both is the same.
            Assert.Equal(Without(Joined(before), found.Removed), Without(Joined(after), found.Added));
        }
    }

    [Fact]
    public void Blank_lines_belong_to_a_stretch_but_begin_none()
    {
        const string After = "\n\none\n\ntwo\n\n";

        var added = LineDifference.Between("", After).Added;

        Assert.Equal("one\n\ntwo\n", After[added[0].Start..added[0].End]);
        Assert.Single(added);
    }

    [Fact]
    public void Of_a_long_text_only_the_lines_that_moved_differ()
    {
        string[] lines = [.. Enumerable.Range(0, 100_000).Select(line => $"line {line}")];
        string[] moved = [.. lines[40..], .. lines[..40]];

        Assert.Equal("+40 -40", Counted(LineDifference.Between(Joined(lines), Joined(moved))));
    }

    [Fact]
    public void Of_a_long_text_in_another_order_the_lines_count_that_one_text_has_more_often()
    {
        string[] lines = [.. Enumerable.Range(0, 100_000).Select(line => $"line {line % 50_000}")];
        string[] reversed = [.. lines.Reverse().Skip(3), "other"];

        Assert.Equal("+1 -3", Counted(LineDifference.Between(Joined(lines), Joined(reversed))));
    }

    private static string Counted(LineDifference found) => $"+{found.AddedCount} -{found.RemovedCount}";

    private static string Joined(string[] lines) => string.Concat(lines.Select(line => $"{line}\n"));

    private static string Without(string text, List<LineStretch> stretches)
    {
        foreach (var stretch in Enumerable.Reverse(stretches))
            text = text.Remove(stretch.Start, stretch.End + 1 - stretch.Start);
        return text;
    }

    private static int LongestCommon(string[] first, string[] second)
    {
        var lengths = new int[first.Length + 1, second.Length + 1];
        for (var x = 1; x <= first.Length; x++)
        for (var y = 1; y <= second.Length; y++)
            lengths[x, y] = first[x - 1] == second[y - 1] ? lengths[x - 1, y - 1] + 1 : Math.Max(lengths[x - 1, y], lengths[x, y - 1]);
        return lengths[first.Length, second.Length];
    }
}
