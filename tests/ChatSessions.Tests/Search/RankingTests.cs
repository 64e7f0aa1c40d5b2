using System.Text;
using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Search;

public sealed class RankingTests
{
    [Theory]
    [InlineData("red lamp", "a red lamp", "a red and lamp", "red is the colour of a lamp", "red\nlamp", "only red")]
    [InlineData("red lamp", "red lamp", "lamp red")]
    [InlineData("Foo.Bar", "Foo.Bar", "foo bar")]
    [InlineData("lamp", "lamp lamp lamp", "lamp")]
    [InlineData("AttributeError attribute", "AttributeError: 'x' has no attribute 'y'", "AttributeError")]
    public void The_better_text_comes_first(string query, params string[] bestFirst)
    {
        var ranking = new Ranking(SearchQuery.Parse(query).Clauses);

        var scores = bestFirst
            .Select(text => ranking.Of(Text(text), SearchKind.Answer, TestContext.Current.CancellationToken).Score)
            .ToList();

        Assert.Equal(scores.OrderDescending(), scores);
        Assert.Equal(scores.Count, scores.Distinct().Count());
    }

    [Fact]
    public void A_text_with_a_word_as_typed_is_better_than_one_with_another_form()
    {
        var ranking = new Ranking([.. SearchQuery.Parse("lamp crash").Clauses.Select(clause => clause.WithForms())]);

        var scores = new[] { "lamp crash", "lamp crashed crashed crashed", "the crashed" }
            .Select(text => ranking.Of(Text(text), SearchKind.Answer, TestContext.Current.CancellationToken))
            .ToList();

        Assert.Equal([2, 2, 1], scores.Select(rank => rank.Found));
        Assert.Equal(scores.OrderByDescending(rank => rank.Score), scores);
    }

    [Fact]
    public void A_phrase_of_repeated_words_is_found()
    {
        var ranking = new Ranking(SearchQuery.Parse("\"a a b\"").Clauses);

        Assert.Equal(2, ranking.Of(Text("a a a b"), SearchKind.Answer, TestContext.Current.CancellationToken).At);
        Assert.Equal(0, ranking.Of(Text("a b a"), SearchKind.Answer, TestContext.Current.CancellationToken).Found);
    }

    [Fact]
    public void A_snippet_tears_no_word_no_character_and_no_escape()
    {
        var text = Encoding.UTF8.GetBytes(
            "\"" + string.Concat(Enumerable.Repeat(@"é\u00e9 \n", 200)) + "lamp " + new string('x', 5_000) + "\""
        );
        var clauses = SearchQuery.Parse("lamp").Clauses;
        var search = new SearchText(text, IsJson: true);

        var snippet = Snippet.Around(
            search,
            new Ranking(clauses).Of(search, SearchKind.Answer, TestContext.Current.CancellationToken).At,
            clauses
        );

        Assert.StartsWith("éé \néé", snippet.Text);
        Assert.Equal("lamp", snippet.Text[Assert.Single(snippet.Matches)]);
        Assert.EndsWith("xxx", snippet.Text);
        Assert.True(snippet is { BeginsWithin: true, EndsWithin: true, Text.Length: < 300 });
    }

    [Fact]
    public void A_long_text_is_not_read_to_its_end_when_the_search_is_cancelled() =>
        Assert.Throws<OperationCanceledException>(() =>
            new Ranking(SearchQuery.Parse("lamp").Clauses).Of(Text("lamp"), SearchKind.Answer, new CancellationToken(true))
        );

    private static SearchText Text(string text) => new(Encoding.UTF8.GetBytes(text), IsJson: false);
}
