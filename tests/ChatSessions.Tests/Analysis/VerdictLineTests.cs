using ChatSessions.Analysis;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public sealed class VerdictLineTests
{
    [Theory]
    [InlineData("collected 3 items\n===== 3 passed in 0.12s =====\n", "===== 3 passed in 0.12s =====")]
    [InlineData("....\nRan 5 tests in 0.004s\n", "Ran 5 tests in 0.004s")]
    [InlineData("x\ntest result: ok. 7 passed; 0 failed\nwarning", "test result: ok. 7 passed; 0 failed")]
    [InlineData("Passed!  - Failed: 0, Passed: 12", "Passed!  - Failed: 0, Passed: 12")]
    public void The_line_that_counts_is_found(string output, string line)
    {
        var (start, end) = VerdictLine.Last(output)!.Value;

        Assert.Equal(line, output[start..end]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("def passed(): return 3")]
    public void Other_output_has_none(string output) => Assert.Null(VerdictLine.Last(output));
}
