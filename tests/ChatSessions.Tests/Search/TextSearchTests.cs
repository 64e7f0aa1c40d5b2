using ChatSessions.Recorded;
using ChatSessions.Search;
using Xunit;

namespace ChatSessions.Tests.Search;

public sealed class TextSearchTests
{
    /// <summary>A query that is loosened in every possible way, so that the index is called many times.</summary>
    private static readonly SearchQuery Query = SearchQuery.Parse("alpha_beta gamma_delta begin* -absent");

    [Fact]
    public async Task A_search_that_is_cancelled_between_two_questions_asks_no_more()
    {
        var whole = new EmptyIndex(_ => { });
        await new TextSearch(whole, Query, new OutgoingDoor(), CancellationToken.None).RunAsync(Start, 5);
        Assert.True(whole.Asked > 10);

        for (var last = 1; last < whole.Asked; last++)
        {
            using var cancel = new CancellationTokenSource();
            var index = new EmptyIndex(asked =>
            {
                if (asked == last)
                    cancel.Cancel();
            });

            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                await new TextSearch(index, Query, new OutgoingDoor(), cancel.Token).RunAsync(Start, 5)
            );
            Assert.Equal(last, index.Asked);
        }
    }

    [Fact]
    public async Task What_is_left_out_is_left_out_of_every_question()
    {
        var index = new EmptyIndex(_ => { });

        await new TextSearch(index, Query, new OutgoingDoor(), CancellationToken.None).RunAsync(Start, 5);

        Assert.All(index.Matches, match => Assert.Equal("absent", AbsentWord(match)));
        Assert.NotEmpty(index.Matches);

        static string AbsentWord(TextMatch match) =>
            Assert.Single(Assert.IsType<TextMatch.Words>(Assert.Single(Assert.IsType<TextMatch.Without>(match).Others)).InARow);
    }

    [Theory]
    [InlineData(1_000_000, 100, "begin*")]
    // Few texts have the words, or there are few texts: then every word is searched.
    [InlineData(1_000_000, 50)]
    [InlineData(1_000, 100)]
    public async Task Of_very_many_words_with_a_prefix_the_shortest_are_searched_and_the_page_says_so(
        long texts,
        int found,
        params string[] cut
    )
    {
        var index = new EmptyIndex(_ => { })
        {
            Texts = texts,
            All = [.. Enumerable.Range(0, found).Select(n => new TextAddress(found - n, 0))],
            Endings = [.. Enumerable.Range(0, 200).Select(n => $"begin{n}")],
        };
        var query = SearchQuery.Parse("begin*");

        var page = await new TextSearch(index, query, new OutgoingDoor(), CancellationToken.None).RunAsync(
            SearchCursor.Read(null, query, SearchFilter.All, []),
            5
        );

        Assert.Equal(cut, page.CutPrefixes);
        Assert.Equal(found, page.Found.Hits);
    }

    [Theory]
    [InlineData("value")]
    [InlineData("the value")]
    [InlineData("the value of it")]
    [InlineData("value limit")]
    [InlineData("the value and the limit")]
    public async Task Of_very_many_texts_only_a_few_are_read(string query)
    {
        var index = new EmptyIndex(_ => { }) { All = [.. Enumerable.Range(0, 5_000).Select(n => new TextAddress(5_000 - n, 0))] };

        var found = await new Collecting(index, SearchQuery.Parse(query), CancellationToken.None).RunAsync();

        Assert.Equal(5_000, found.All.Count);
        Assert.InRange(found.Candidates.Count, 20, 60);
    }

    [Theory]
    [InlineData("value limit", 5_000)]
    // An index may have to read each text to find words in a row.
    [InlineData("\"the value\" limit", 2_000)]
    [InlineData("get_value limit", 2_000)]
    public async Task Older_texts_than_those_that_are_counted_are_not_ranked(string query, int counted)
    {
        var index = new EmptyIndex(_ => { }) { All = [.. Enumerable.Range(0, 12_000).Select(n => new TextAddress(12_000 - n, 0))] };

        var found = await new Collecting(index, SearchQuery.Parse(query), CancellationToken.None).RunAsync();

        Assert.True(found.IsMore);
        Assert.Equal(counted, found.All.Count);
        Assert.Equal(index.All[counted - 1].Number, index.Oldest[0]);
        Assert.Equal(found.All.Count, found.Count.Hits);
    }

    [Fact]
    public async Task A_term_that_is_found_nowhere_is_looked_up_once()
    {
        var index = new EmptyIndex(_ => { });

        await new Collecting(index, SearchQuery.Parse("ab"), CancellationToken.None).RunAsync();

        Assert.Single(index.Matches);
    }

    [Fact]
    public async Task A_word_too_short_to_be_a_beginning_is_not_looked_up_as_one()
    {
        var index = new EmptyIndex(_ => { }) { Texts = 1_000_000 };

        await new Loosening(index, Query, CancellationToken.None).LoosenAsync(SearchQuery.Parse("ab").Clauses[0]);
        await new Loosening(index, Query, CancellationToken.None).LoosenAsync(SearchQuery.Parse("abc").Clauses[0]);

        Assert.Equal(["abc"], index.Beginnings);
    }

    private static SearchCursor Start => SearchCursor.Read(null, Query, SearchFilter.All, []);

    /// <summary>An index that finds nothing, and checks the token as every engine does.</summary>
    private sealed class EmptyIndex(Action<int> asking) : ITextIndex
    {
        public int Asked { get; private set; }

        public List<TextMatch> Matches { get; } = [];

        public List<string> Beginnings { get; } = [];

        /// <summary>The numbers that the newest texts were looked for from.</summary>
        public List<long> Oldest { get; } = [];

        public long Sessions => 1;

        public long LeftOut => 0;

        public long Outdated => 0;

        public long Texts { get; init; } = 1;

        public IReadOnlyList<TextAddress> All { get; init; } = [];

        public IReadOnlyList<string> Endings { get; init; } = [];

        public long Next => 1;

        public uint Archive => 1;

        public ValueTask<bool> ExistsAsync(TextMatch match, CancellationToken cancellationToken)
        {
            Matches.Add(match);
            return Answer(false, cancellationToken);
        }

        public ValueTask<IReadOnlyList<TextAddress>> FindNewestAsync(
            TextMatch match,
            IReadOnlySet<TextAddress> known,
            long from,
            int limit,
            CancellationToken cancellationToken
        )
        {
            Matches.Add(match);
            Oldest.Add(from);
            return Answer<IReadOnlyList<TextAddress>>([.. All.Where(text => !known.Contains(text)).Take(limit)], cancellationToken);
        }

        public ValueTask<IReadOnlyList<TextAddress>> FindAllAsync(
            TextMatch match,
            long from,
            long? before,
            int limit,
            CancellationToken cancellationToken
        )
        {
            Matches.Add(match);
            return Answer<IReadOnlyList<TextAddress>>([.. All.Take(limit)], cancellationToken);
        }

        public ValueTask<IReadOnlyList<string>?> FindEndingsAsync(string beginning, int limit, CancellationToken cancellationToken)
        {
            Beginnings.Add(beginning);
            return Answer<IReadOnlyList<string>?>([.. Endings.Take(limit)], cancellationToken);
        }

        public IAsyncEnumerable<FoundText> ReadAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<FoundText>();

        public IAsyncEnumerable<FoundEvent> ReadEventsAsync(IEnumerable<TextAddress> addresses, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<FoundEvent>();

        public ValueTask<IReadOnlyDictionary<long, long>> FindUpdatedAsync(
            IReadOnlyCollection<long> sessions,
            CancellationToken cancellationToken
        ) => new(new Dictionary<long, long>());

        public IAsyncEnumerable<FoundSession> ReadSessionsAsync(IEnumerable<long> sessions, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<FoundSession>();

        private ValueTask<T> Answer<T>(T answer, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            asking(++Asked);
            return new(answer);
        }
    }
}
