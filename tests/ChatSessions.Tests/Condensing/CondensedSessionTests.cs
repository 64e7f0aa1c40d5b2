using ChatSessions.Condensing;
using Xunit;

namespace ChatSessions.Tests.Condensing;

public sealed class CondensedSessionTests
{
    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(5, "5 ms")]
    [InlineData(999, "999 ms")]
    [InlineData(1000, "1 s")]
    [InlineData(48_213, "48.2 s")]
    public void A_short_run_is_not_said_to_have_taken_no_time(double milliseconds, string said) =>
        Assert.Equal(said, new SessionUsage(milliseconds, null, null, null).ToString());

    [Theory]
    [InlineData(1, 1, "1 token in, 1 token out")]
    [InlineData(0, 2, "0 tokens in, 2 tokens out")]
    public void One_token_is_not_said_in_the_plural(long input, long output, string said) =>
        Assert.Equal(said, new SessionUsage(null, input, output, null).ToString());
}
