using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Search;

public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("two words", "two + words")]
    [InlineData("\"a phrase\" word", "[a phrase] + word")]
    [InlineData("get_user.by", "get user by")]
    [InlineData("pre* a*", "pre* + a")]
    [InlineData("a -be -\"c d\" -错", "a - be - [c d] - 错")]
    [InlineData("a OR b c OR d OR e", "a | b + c | d | e")]
    [InlineData("--flag - x", "flag + x")]
    // What is no syntax is words.
    [InlineData("OR a OR", "or + a + or")]
    [InlineData("a OR -be", "a + or - be")]
    [InlineData("an \"open quote", "an + open + quote")]
    [InlineData("-ab -be", "ab + be")]
    [InlineData("sed -n -", "sed + n")]
    [InlineData("NEAR(a b) AND c:d^ {e}", "near a + b + and + c d + e")]
    [InlineData("数据", "数 据")]
    [InlineData("… \"\" *", "")]
    public void A_query_is_what_must_be_found_and_what_must_not(string query, string read) =>
        Assert.Equal(read, Shown(SearchQuery.Parse(query)));

    [Fact]
    public void Of_a_pasted_page_the_beginning_counts() =>
        Assert.Equal(24, SearchQuery.Parse(string.Join(' ', Enumerable.Range(0, 1_000))).Clauses.Count);

    private static string Shown(SearchQuery query) =>
        string.Join(" + ", query.Clauses.Select(clause => string.Join(" | ", clause.Alternatives.Select(Shown))))
        + string.Concat(query.Without.Select(term => " - " + Shown(term)));

    private static string Shown(SearchTerm term)
    {
        var words = string.Join(' ', term.Words) + (term.IsPrefix ? "*" : "");
        return term.IsQuoted ? $"[{words}]" : words;
    }
}
