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
    [InlineData("     Failed: 2\r\nTotal: 3", "     Failed: 2\r")]
    [InlineData("Ran 5 tests in 0.004s\n\nOK\n", "OK")]
    [InlineData("Ran 5 tests in 0.004s\n\nFAILED (failures=1)\r\n", "FAILED (failures=1)\r")]
    [InlineData("OK: 'a' -> ASCII: FAIL\nOK: 'b' -> ASCII: PASS\n\n✓ All tests passed! It works.", "✓ All tests passed! It works.")]
    [InlineData("FAILED tests/a.py::test_b - KeyError", "FAILED tests/a.py::test_b - KeyError")]
    [InlineData("Some tests failed\nError: Failed to import module", "Some tests failed")]
    public void The_line_that_counts_is_found(string output, string line)
    {
        var (start, end) = VerdictLine.Last(output)!.Value;

        Assert.Equal(line, output[start..end]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("def passed(): return 3")]
    [InlineData("OK: 'a' -> ASCII: FAIL, Unicode: FAIL")]
    [InlineData("FAILED: KeyError: 'b'")]
    [InlineData("Error: Failed to import module a")]
    [InlineData("1 ✓ Passed\n2 ✗ Failed: KeyError")]
    [InlineData("The leap test passed\nThe other one: AttributeError")]
    public void Other_output_has_none(string output) => Assert.Null(VerdictLine.Last(output));
}
