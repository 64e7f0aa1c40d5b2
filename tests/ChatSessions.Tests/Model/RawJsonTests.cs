using System.Text;
using System.Text.Json;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public class RawJsonTests
{
    [Theory]
    [InlineData("\"a\"", JsonValueKind.String)]
    [InlineData("{}", JsonValueKind.Object)]
    [InlineData("[]", JsonValueKind.Array)]
    [InlineData("true", JsonValueKind.True)]
    [InlineData("false", JsonValueKind.False)]
    [InlineData("null", JsonValueKind.Null)]
    [InlineData("-1", JsonValueKind.Number)]
    public void A_value_knows_its_kind(string json, JsonValueKind kind) => Assert.Equal(kind, Some.Json(json).Kind);

    [Fact]
    public void What_is_missing_is_not_null_and_has_nothing_in_it()
    {
        var missing = default(RawJson);

        Assert.True(missing.IsMissing);
        Assert.False(Some.Json("null").IsMissing);
        Assert.Equal(JsonValueKind.Undefined, missing.Kind);
        Assert.Equal(JsonValueKind.Undefined, missing.ToElement().ValueKind);
        Assert.Null(missing.AsString());
        Assert.True(missing.Property("a").IsMissing);
        Assert.Empty(missing.Properties());
        Assert.Empty(missing.Items());
        Assert.Equal("", missing.ToString());
    }

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"plain é 漢 😀\"", "plain é 漢 😀")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t")]
    [InlineData("\"\\u0041\\u00e9\\uD83D\\ude00\"", "Aé😀")]
    [InlineData("\"é\\né\\\\\"", "é\né\\")]
    public void A_string_is_decoded(string json, string text) => Assert.Equal(text, Some.Json(json).AsString());

    [Fact]
    public void A_lone_surrogate_stays_one() =>
        Assert.True(Some.Json("\"a\\ud83db\\ude00\"").AsString().AsSpan().SequenceEqual(['a', '\ud83d', 'b', '\ude00']));

    [Fact]
    public void Bytes_that_are_no_utf8_become_the_replacement_character() =>
        Assert.Equal("a\ufffd\nb\ufffd", new RawJson((byte[])[.. "\"a"u8, 0xFF, .. "\\nb"u8, 0xC3, .. "\""u8]).AsString());

    [Fact]
    public void Of_a_repeated_property_the_last_counts()
    {
        var json = Some.Json("""{"a":1,"b":2,"a":3}""");

        Assert.Equal("3", json.Property("a").ToString());
        Assert.Equal(["a", "b", "a"], json.Properties().Select(property => property.Key));
    }

    [Theory]
    [InlineData("""{"\u0061":1}""", "a")]
    [InlineData("""{"\ud800a":2, "a":1}""", "a")]
    [InlineData("""{"a\nb":1}""", "a\nb")]
    [InlineData("""{"é":1}""", "é")]
    [InlineData("""{"nested":{"a":2},"a":1}""", "a")]
    public void A_property_is_found_however_its_name_is_spelled(string json, string name) =>
        Assert.Equal("1", Some.Json(json).Property(name).ToString());

    [Fact]
    public void Parts_are_given_as_they_came()
    {
        var json = Some.Json("""{ "n" : 1.50e+3 , "list" : [ 1e999 , "\u00e9", { } ] }""");

        Assert.Equal("1.50e+3", json.Property("n").ToString());
        Assert.Equal(["1e999", "\"\\u00e9\"", "{ }"], json.Property("list").Items().Select(item => item.ToString()));
    }

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("1e3", 1000L)]
    [InlineData("12.0", 12L)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("1234567890123456789012345678901234567890", null)]
    [InlineData("1e999", null)]
    [InlineData("0.5", null)]
    [InlineData("\"12\"", null)]
    public void A_whole_number_is_one_that_64_bits_hold(string json, long? number) => Assert.Equal(number, Some.Json(json).AsInt64());

    [Fact]
    public void A_number_that_no_double_holds_is_kept_as_text_only()
    {
        Assert.Null(Some.Json("1e999").AsDouble());
        Assert.Equal("1e999", Some.Json("1e999").ToElement().GetRawText());
        Assert.Equal(1.5, Some.Json("1.5").AsDouble());
    }

    [Fact]
    public void Nesting_has_no_limit()
    {
        var nested = Nested(100_000);

        Assert.Equal(nested.Utf8.Length - 2, Assert.Single(nested.Items()).Utf8.Length);
        Assert.Equal(nested.Utf8.Length, Some.Json($$"""{"a":{{nested}},"b":1}""").Property("a").Utf8.Length);
    }

    [Fact]
    public void As_an_element_a_value_is_followed_to_a_depth_and_is_its_text_below()
    {
        var (shallow, deep) = (Nested(512), Nested(100_000));

        Assert.Equal(shallow.ToString(), shallow.ToElement().GetRawText());
        Assert.Equal(JsonValueKind.String, deep.ToElement().ValueKind);
        Assert.Equal(deep.ToString(), deep.ToElement().GetString());
    }

    [Fact]
    public void A_string_of_5_MB_full_of_escapes_is_decoded()
    {
        var text = string.Concat(Enumerable.Repeat("line\n\"é\"", 600_000));

        Assert.Equal(text, Some.Json(Some.Quoted(text)).AsString());
    }

    private static RawJson Nested(int depth) => new(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)));
}
