using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public sealed class IsoMomentTests
{
    [Theory]
    [InlineData("2026-04-22T12:34:41.342245", "2026-04-22T12:34:41.3422450+00:00")]
    [InlineData("2026-04-22T12:34:41+02:00", "2026-04-22T10:34:41.0000000+00:00")]
    [InlineData(" 2026-04-22", "2026-04-22T00:00:00.0000000+00:00")]
    [InlineData("10:00", null)]
    [InlineData("Monday", null)]
    [InlineData("2026-13-01", null)]
    [InlineData("22 April 2026", null)]
    [InlineData("", null)]
    public void A_date_or_a_time_of_a_date_is_a_moment_and_nothing_else(string text, string? moment)
    {
        Assert.Equal(moment, IsoMoment.Find(text)?.ToString("O"));
        Assert.Equal(moment, new SessionSummary("s", text, null, [], null).LastUpdated?.ToString("O"));
    }
}
