using ChatMcpServer.Cli;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class ProgressLineTests : IDisposable
{
    private readonly StringWriter error = new() { NewLine = "\n" };
    private readonly FakeTimeProvider time = new();

    public void Dispose() => error.Dispose();

    [Fact]
    public void A_line_is_drawn_over_itself_and_taken_away_at_the_end()
    {
        var line = new ProgressLine(error, () => 40, time);

        line.Show(0.5, "5 of 10 files");
        time.Advance(TimeSpan.FromSeconds(1));
        line.Show(1, "done");
        line.Clear();
        line.Clear();

        Assert.Equal(
            ["", "[========         ]  50%  5 of 10 files", "[==========================] 100%  done", new string(' ', 39), ""],
            error.ToString().Split('\r')
        );
    }

    [Theory]
    [InlineData(120, "[====================                    ]  50%  some  more")]
    [InlineData(30, "[=====     ]  50%  some  more")]
    [InlineData(29, " 50%  some  more")]
    [InlineData(16, " 50%  some")]
    [InlineData(5, " 50%")]
    [InlineData(4, "")]
    public void It_takes_no_more_columns_than_there_are(int columns, string shown)
    {
        new ProgressLine(error, () => columns, time).Show(0.5, "some", "more");

        Assert.Equal(shown, error.ToString().TrimStart('\r'));
        Assert.True(shown.Length < columns);
    }

    [Fact]
    public void It_is_drawn_no_more_often_than_people_can_read()
    {
        var line = new ProgressLine(error, () => 80, time);

        line.Show(0.1);
        line.Show(0.2);
        time.Advance(TimeSpan.FromMilliseconds(100));
        line.Show(0.3);

        Assert.DoesNotContain("20%", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("30%", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_else_the_terminal_is_told_has_a_line_of_its_own()
    {
        using var output = new StringWriter();
        var line = new ProgressLine(error, () => 20, time);
        var terminal = new Terminal(output, error, 20, isColored: false, line);

        line.Show(0.1);
        terminal.Fail("broken");
        line.Show(0.2);

        Assert.Equal("broken\n", error.ToString().Split('\r')[3]);
        Assert.Contains("20%", error.ToString().Split('\r')[4], StringComparison.Ordinal);
    }
}
