namespace ChatSessions.Search;

/// <summary>Tells terms that no text has from those that only texts have which a search may not find.</summary>
internal static class LeftOutTerms
{
    /// <summary>So many texts of a term are counted: that there are any is what matters.</summary>
    private const int MostCounted = 100;

    /// <summary>Counts where these terms are.</summary>
    /// <param name="index">Without the filter of the search.</param>
    public static async ValueTask<IReadOnlyList<UnmetTerm>> CountAsync(
        ITextIndex index,
        SearchQuery query,
        IReadOnlyList<UnmetTerm> unmet,
        CancellationToken cancellationToken
    )
    {
        var clauses = await new Loosening(index, query, cancellationToken).WithEndingsAsync(query.Clauses);
        var counted = new List<UnmetTerm>(unmet.Count);
        foreach (var term in unmet)
        {
            var match = Matching.Of(clauses.First(clause => clause.Typed == term.Typed));
            var texts = await index.FindAllAsync(match, from: 0, before: null, MostCounted + 1, cancellationToken);
            var sessions = texts.Take(MostCounted).Select(text => text.Session).Distinct().Count();
            counted.Add(term with { LeftOut = new(Math.Min(texts.Count, MostCounted), sessions, texts.Count > MostCounted) });
        }
        return counted;
    }
}
