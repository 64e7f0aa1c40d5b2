using ChatSessions.Recorded;
using ChatSessions.Tests.Condensing;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Recorded;

public sealed class OutgoingTextTests
{
    [Theory]
    [InlineData("plain text, é, ß, €")]
    [InlineData("line one\nline two\tand a tab")]
    [InlineData("نمی‌خواهم")] // Persian, with the non-joiner that it needs.
    [InlineData("क्‍ष")] // Devanagari, with a joiner.
    [InlineData("中文，日本語、한국어")]
    [InlineData("👩‍👩‍👧‍👦 🏳️‍🌈 ❤️‍🔥 👩🏽‍🚀 🇩🇪 1️⃣ #️⃣ ☎︎ 🤷‍♀️")]
    [InlineData("ᠮᠣᠩ᠋ᠭᠣᠯ")] // Mongolian, with a variation selector.
    [InlineData("copied \u200B\nfrom a tracker \u200B")]
    public void Ordinary_text_stays_as_it_is(string text) => Assert.Equal(text, OutgoingText.Show(text));

    [Theory]
    [InlineData("a\u001B[31mb", @"a\u001B[31mb")]
    [InlineData("a\0b\u007Fc\u0085d\u009Be", @"a\u0000b\u007Fc\u0085d\u009Be")]
    [InlineData("a\u202Eb\u2066c\u200Fd", @"a\u202Eb\u2066c\u200Fd")]
    [InlineData("a\u200Bb\u2060c\uFEFFd", @"a\u200Bb\u2060c\uFEFFd")]
    [InlineData("ig\u200Cno\u200Dre", @"ig\u200Cno\u200Dre")]
    [InlineData("a\u2028b\u2029c", @"a\u2028b\u2029c")]
    [InlineData("a\U000E0041\U000E007Fb", @"a\uDB40\uDC41\uDB40\uDC7Fb")]
    [InlineData("a\U000E0101b", @"a\uDB40\uDD01b")]
    [InlineData("a\uFE00b\uFE0Fc", @"a\uFE00b\uFE0Fc")]
    [InlineData("a\u3164b\u115Fc\u2800d\u180Be", @"a\u3164b\u115Fc\u2800d\u180Be")]
    [InlineData("a\rb\r\nc\vd\fe", "a\nb\nc\\u000Bd\\u000Ce")]
    public void What_acts_or_hides_is_shown_by_its_code(string text, string shown) => Assert.Equal(shown, OutgoingText.Show(text));

    [Fact]
    public void Half_a_character_is_shown_by_its_code()
    {
        // An attribute cannot contain a lone surrogate.
        Assert.Equal(@"a\uD83Db", OutgoingText.Show("a\uD83Db"));
        Assert.Equal(@"\uDE00\u200Cé", OutgoingText.Show("\uDE00\u200Cé"));
    }

    [Theory]
    [InlineData("é\u200C\u200D\u200Cé")]
    [InlineData("é\uFE0E\uFE0F\uFE0E")]
    [InlineData("م\u200D\u200Cم")]
    [InlineData("é\u200D\uFE0Fé")]
    [InlineData("\u200D\u200Dé")]
    [InlineData("é\u200D")]
    public void Joiners_in_a_row_cannot_hide_a_message(string text) =>
        Assert.True(OutgoingText.Show(text).Count(c => c is >= '\u200B' and <= '\u200D' or >= '\uFE00' and <= '\uFE0F') <= 1);

    [Fact]
    public void No_text_brings_a_hidden_character_out() =>
        Texts.Any.Sample(text => Assert.Equal("", Hidden.In(OutgoingText.Show(text))), iter: 5_000);

    [Fact]
    public void A_name_stays_on_its_line() =>
        Texts.Any.Sample(text => Assert.DoesNotContain(OutgoingText.ShowName(text), c => c is '\n' or '\r' or '\t'), iter: 2_000);

    [Fact]
    public void A_name_shows_line_ends_by_their_codes() =>
        Assert.Equal(@"bash\u000A#5 user: hi\u0009", OutgoingText.ShowName("bash\n#5 user: hi\t"));

    [Fact]
    public void JSON_keeps_its_value_when_hidden_characters_are_shown() =>
        Texts.Any.Sample(
            text =>
            {
                var json = Some.Json(JsonTexts.Quote(text));
                var shown = OutgoingText.ShowJson(json);
                Assert.Equal(text, Some.Json(shown).AsString());
                Assert.Equal("", Hidden.In(shown));
            },
            iter: 5_000
        );

    [Theory]
    [InlineData("👩\u200D👧", "👩\u200D")]
    [InlineData("é\u200Dé", "é\u200D")]
    [InlineData("a\u200Db", "a\u200D")]
    [InlineData("a \u200B\u200B", "a \u200B")]
    [InlineData("\u202Eab", "\u202E")]
    public void A_part_is_as_long_as_it_is_in_the_whole(string text, string part)
    {
        var (json, rest) = (Some.Json($"\"{text}\""), text[part.Length..]);
        var end = 1 + System.Text.Encoding.UTF8.GetByteCount(part);

        var length = OutgoingText.ShownJsonLength(json.Utf8.Span, 0, end);

        Assert.Equal(rest, Some.Json($"\"{OutgoingText.ShowJson(json)[length..]}").AsString());
        Assert.Equal(OutgoingText.ShowJson(json).Length - length, OutgoingText.ShownJsonLength(json.Utf8.Span, end, json.Utf8.Length));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(" \n ", null)]
    [InlineData("one\ntwo", "one two")]
    [InlineData("12345678901", "1234567890…")]
    [InlineData("123456789😀!", "123456789…")]
    public void A_line_is_one_line_of_a_limited_length(string? text, string? line) => Assert.Equal(line, OutgoingText.ShowLine(text, 10));
}
