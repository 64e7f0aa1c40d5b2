using ChatSessions.Sources;
using Xunit;

namespace ChatSessions.Tests.Sources;

public sealed class LastUsedTests
{
    private readonly LastUsed<string, int> values = new(most: 3);

    [Fact]
    public void What_was_used_longest_ago_goes()
    {
        foreach (var key in (string[])["a", "b", "c"])
            values.Set(key, key[0]);
        Assert.True(values.TryGet("a", out var value));
        Assert.Equal('a', value);

        values.Set("d", 'd');

        Assert.False(values.TryGet("b", out _));
        Assert.All((string[])["a", "c", "d"], key => Assert.True(values.TryGet(key, out _)));
    }

    [Fact]
    public void A_value_that_is_set_again_takes_no_second_place()
    {
        for (var value = 0; value < 10; value++)
            values.Set("a", value);
        values.Set("b", 1);
        values.Set("c", 1);
        Assert.True(values.TryGet("a", out var last));
        Assert.Equal(9, last);
        values.Remove("a");
        Assert.False(values.TryGet("a", out _));
    }
}
