using ChatSessions.Analysis;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public class LikenessTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("""{"n":1}""", """{"n":20}""")]
    [InlineData("""{"n":0}""", """{"n":33.3}""")]
    [InlineData("""{"n":-1,"m":"x"}""", """{"n":7,"m":"x"}""")]
    [InlineData("\"10% of step-2\"", "\"9% of step-13\"")]
    [InlineData("\"2026-04-22T12:34:41.342245\"", "\"2026-12-01T00:00:00.1\"")]
    [InlineData("\"8f3a12bc-cafe-4d5e-9f10-aabbccddeeff\"", "\"01234567-dada-4d5e-9f10-001122334455\"")]
    [InlineData("\"漢字12\"", "\"漢字7\"")]
    public void Values_that_differ_in_numbers_and_long_ids_are_alike(string one, string other)
    {
        Assert.True(Likeness.IsSameButForNumbers(Some.Json(one), Some.Json(other)));
        Assert.True(Likeness.IsSameButForNumbers(Some.Json(other), Some.Json(one)));
    }

    [Theory]
    [InlineData("{}", "[]")]
    [InlineData("\"\"", "\"a\"")]
    [InlineData("""{"n":1}""", """{"n":null}""")]
    [InlineData("""{"n":1}""", """{"m":1}""")]
    [InlineData("\"running\"", "\"failed\"")]
    [InlineData("\"running\"", "\"running1\"")]
    [InlineData("\"src/foo1.py\"", "\"src/bar2.py\"")]
    [InlineData("\"A17\"", "\"B22\"")]
    [InlineData("\"test_parser_regression_12\"", "\"test_lexer_unicode_errors_3\"")]
    [InlineData("[1,2]", "[1,2,3]")]
    [InlineData("\"漢\"", "\"漣\"")]
    [InlineData("[1,2,3,4,5,6,7,8,9,10]", "[2,3,4,5,6,7,8,9,10,11]")]
    public void Values_that_differ_in_words_or_in_many_numbers_are_not(string one, string other)
    {
        Assert.False(Likeness.IsSameButForNumbers(Some.Json(one), Some.Json(other)));
        Assert.False(Likeness.IsSameButForNumbers(Some.Json(other), Some.Json(one)));
    }
}
