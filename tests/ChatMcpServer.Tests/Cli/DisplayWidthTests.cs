using ChatMcpServer.Cli;
using CsCheck;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class DisplayWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("plain", 5)]
    [InlineData("売上の要因", 10)]
    [InlineData("ｱｲｳ", 3)]
    [InlineData("e\u0301te\u0301", 3)]
    [InlineData("✅ done", 7)]
    [InlineData("❤️", 2)]
    [InlineData("👩‍👩‍👧", 2)]
    [InlineData("👍🏽", 2)]
    [InlineData("🇩🇪", 2)]
    [InlineData("1️⃣", 2)]
    [InlineData("각", 2)]
    [InlineData("…→√", 3)]
    public void A_text_takes_the_columns_that_a_terminal_gives_it(string text, int columns) =>
        Assert.Equal(columns, DisplayWidth.Measure(text));

    [Theory]
    [InlineData("plain", 5, "plain")]
    [InlineData("plain", 4, "pla…")]
    [InlineData("plain", 1, "…")]
    [InlineData("two words", 5, "two…")]
    [InlineData("売上の要因", 10, "売上の要因")]
    [InlineData("売上の要因", 9, "売上の要…")]
    [InlineData("売上の要因", 8, "売上の…")]
    [InlineData("a👩‍👩‍👧b", 3, "a…")]
    public void A_text_is_cut_between_what_is_seen_as_characters(string text, int columns, string expected) =>
        Assert.Equal(expected, DisplayWidth.Cut(text, columns));

    [Theory]
    [InlineData("plain", 5, "plain")]
    [InlineData("plain", 4, "…ain")]
    [InlineData("plain", 1, "…")]
    [InlineData("two words", 6, "…words")]
    [InlineData("two words", 7, "…words")]
    [InlineData("売上の要因", 8, "…の要因")]
    [InlineData("a👩‍👩‍👧b", 3, "…b")]
    public void A_text_is_cut_at_its_start_too(string text, int columns, string expected) =>
        Assert.Equal(expected, DisplayWidth.CutStart(text, columns));

    [Fact]
    public void Any_text_fits_exactly() =>
        Gen.Select(Gen.OneOf("a", " ", "中", "\u0301", "😀", "\u200D", "\uFE0F", "ㅏ").Array[0, 12], Gen.Int[1, 12])
            .Sample((parts, columns) => DisplayWidth.Measure(DisplayWidth.Fit(string.Concat(parts), columns)) == columns);
}
