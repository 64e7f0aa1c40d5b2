namespace ChatSessions.Search;

/// <summary>What to search instead of a term that is found nowhere, and which words a prefix stands for.</summary>
internal sealed class Loosening(ITextIndex index, SearchQuery query, CancellationToken cancellationToken)
{
    /// <summary>If more words have the prefix, the shortest are searched: they are usually meant, and usually the frequent ones.</summary>
    private const int MaxEndings = 100;

    /// <summary>Fewer for a prefix at the end of a phrase, since the whole phrase is searched again for each.</summary>
    private const int MaxEndingsAfterOthers = 20;

    /// <summary>In an archive with fewer texts than this, reading every occurrence of every word with a prefix takes less time.</summary>
    private const long FewTexts = 40_000;

    private readonly List<string> cut = [];

    /// <summary>The typed prefixes that more words have than are searched.</summary>
    public IReadOnlyList<string> CutPrefixes => cut;

    /// <summary>
    /// A term that is found nowhere as typed is tried as a prefix. Several words in a row, such as an identifier, are then tried without
    /// the last, then as separate words.
    /// </summary>
    /// <returns>The clauses to search instead, and a text for the reader that names them; null if there is nothing to try.</returns>
    public async ValueTask<(IReadOnlyList<SearchClause> Clauses, string? Instead)> LoosenAsync(SearchClause clause)
    {
        if (clause.Alternatives is not [{ IsPrefix: false, IsQuoted: false } term])
            return ([], null);
        var last = term.Words[^1];
        var enough = term.Words.Count == 1 || last.Any(char.IsAsciiDigit) ? 3 : 4;
        if (last.Length >= enough)
        {
            var begun = await WithEndingsAsync(term.AsPrefix(), isTyped: false);
            if (await ExistsAsync(begun))
                return ([new([begun])], $"{term.Typed.TrimEnd('.', ',', ':', ';', '?', '!', ')', '*')}*");
        }
        if (term.Words.Count > 1)
        {
            var shorter = term with { Words = [.. term.Words.SkipLast(1)], Otherwise = null };
            if (await ExistsAsync(shorter))
                return ([new([shorter])], string.Join(' ', shorter.Words));
        }
        string[] parts = [.. (term.Otherwise ?? term.Words).Distinct()];
        if (parts.Length < 2)
            return ([], null);
        var clauses = parts.Select(part => new SearchClause([term with { Words = [part], Otherwise = null, Typed = part }]));
        return ([.. clauses], string.Join(", ", parts));
    }

    public async ValueTask<IReadOnlyList<SearchClause>> WithEndingsAsync(IReadOnlyList<SearchClause> clauses)
    {
        var followed = new List<SearchClause>(clauses.Count);
        foreach (var clause in clauses)
        {
            var terms = new List<SearchTerm>(clause.Alternatives.Count);
            foreach (var term in clause.Alternatives)
                terms.Add(await WithEndingsAsync(term, isTyped: true));
            followed.Add(new(terms));
        }
        return followed;
    }

    /// <summary>The same clauses, with every word for each prefix.</summary>
    public IReadOnlyList<SearchClause> WithAllEndings(IReadOnlyList<SearchClause> clauses)
    {
        cut.Clear();
        return
        [
            .. clauses.Select(clause => new SearchClause([
                .. clause.Alternatives.Select(term => term with { Endings = new Dictionary<string, IReadOnlyList<string>>() }),
            ])),
        ];
    }

    private async ValueTask<SearchTerm> WithEndingsAsync(SearchTerm term, bool isTyped)
    {
        if (!term.IsPrefix || index.Texts < FewTexts)
            return term;
        var known = new Dictionary<string, IReadOnlyList<string>>();
        var isCut = false;
        foreach (var reading in term.Readings)
        {
            var limit = reading.Count == 1 ? MaxEndings : MaxEndingsAfterOthers;
            if (await index.FindEndingsAsync(reading[^1], limit + 1, cancellationToken) is not { } endings)
                continue;
            isCut |= endings.Count > limit;
            known[reading[^1]] = [.. endings.Take(limit)];
        }
        if (isCut && isTyped)
            cut.Add(term.Typed + "*");
        return term with { Endings = known };
    }

    private ValueTask<bool> ExistsAsync(SearchTerm term) => index.ExistsAsync(query.Allowed(Matching.Of(term)), cancellationToken);
}
