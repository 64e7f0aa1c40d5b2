using ChatSessions.Model;
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
    [InlineData("a OR ? c", "a + c")]
    [InlineData("--flag - x", "flag + x")]
    // Invalid syntax is read as plain words.
    [InlineData("OR a OR", "or + a + or")]
    [InlineData("a OR -be", "a + or - be")]
    [InlineData("an \"open quote", "an + open + quote")]
    [InlineData("-ab -be", " - ab - be")]
    [InlineData("sed -n -", "sed + n")]
    [InlineData("NEAR(a b) AND c:d^ {e}", "near a + b + and + c d + e")]
    [InlineData("数据", "数 据")]
    [InlineData("… \"\" *", "")]
    public void A_query_is_what_must_be_found_and_what_must_not(string query, string read) =>
        Assert.Equal(read, Shown(SearchQuery.Parse(query)));

    [Theory]
    [InlineData("fl* *light fl*ght a", "fl* *light fl*ght")]
    [InlineData("flight NOT hotel", "NOT")]
    [InlineData("NOT NULL constraint failed", "")]
    [InlineData("flight* \"*light NOT hotel\" * not OR -fli", "")]
    public void Words_that_look_like_an_operator_that_there_is_not_are_named(string query, string named) =>
        Assert.Equal(named, string.Join(' ', SearchQuery.Parse(query).Misread));

    [Fact]
    public void In_a_plain_text_nothing_looks_like_an_operator() => Assert.Empty(SearchQuery.OfText("int *x is NOT here").Misread);

    [Theory]
    [InlineData(" ")]
    [InlineData(" OR ")]
    [InlineData(" x OR ")]
    public void Of_many_terms_the_first_24_are_searched_alternatives_too_and_the_others_are_counted(string between)
    {
        var query = SearchQuery.Parse("ab" + between + string.Join(between, Enumerable.Range(100, 150)));

        var read = query.Clauses.Sum(clause => clause.Alternatives.Count);
        Assert.Equal(24, read);
        Assert.Equal(between.Contains('x') ? 301 - 24 : 151 - 24, query.Passed);
    }

    [Fact]
    public void What_must_not_be_found_counts_wherever_it_stands_and_takes_no_place_of_a_word()
    {
        var words = string.Join(' ', Enumerable.Range(100, 30));
        var query = SearchQuery.Parse($"-before {words} -after {string.Join(' ', Enumerable.Range(500, 30).Select(n => $"-{n}"))}");

        Assert.Equal(24, query.Clauses.Count);
        Assert.Equal(6, query.Passed);
        Assert.Equal(["before", "after", .. Enumerable.Range(500, 30).Select(n => $"{n}")], query.Without.Select(term => term.Typed));
    }

    [Fact]
    public void A_query_that_is_too_long_is_refused_with_the_length_that_is_allowed()
    {
        SearchQuery.Parse(new string('x', 2_000));

        var error = Assert.Throws<ChatSessionException>(() => SearchQuery.Parse(string.Join(" OR ", Enumerable.Range(0, 20_000))));

        Assert.Equal(ChatSessionError.InvalidArgument, error.Error);
        Assert.StartsWith("The query is too long: 168,886 characters, and at most 2,000 are allowed.", error.Message);
    }

    [Theory]
    [InlineData("-garden")]
    [InlineData("-garden -\"red lamp\"")]
    public void A_query_of_nothing_but_words_to_leave_out_is_refused(string query)
    {
        var error = Assert.Throws<ChatSessionException>(() => SearchQuery.Require(query));

        Assert.Equal(ChatSessionError.InvalidArgument, error.Error);
        Assert.Equal(
            $"The query '{query}' has only words to leave out. Add a word to find, or remove the dash to find these.",
            error.Message
        );
        Assert.NotEmpty(SearchQuery.OfText(query).Clauses);
    }

    private static string Shown(SearchQuery query) =>
        string.Join(" + ", query.Clauses.Select(clause => string.Join(" | ", clause.Alternatives.Select(Shown))))
        + string.Concat(query.Without.Select(term => " - " + Shown(term)));

    private static string Shown(SearchTerm term)
    {
        var words = string.Join(' ', term.Words) + (term.IsPrefix ? "*" : "");
        return term.IsQuoted ? $"[{words}]" : words;
    }
}
