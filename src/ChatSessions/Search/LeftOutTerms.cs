using ChatSessions.Recorded;

namespace ChatSessions.Search;

/// <summary>Tells terms that no text has from those that only texts have which a search may not find.</summary>
internal static class LeftOutTerms
{
    /// <summary>So many texts of a term are counted, as a search counts those of a part of its query.</summary>
    private const int MostCounted = 2_000;

    /// <summary>So many of the newest texts are read for the names of tools.</summary>
    private const int MostRead = 20;

    /// <summary>Counts where these terms are.</summary>
    /// <param name="index">Without the filter of the search.</param>
    /// <param name="door">Every name passes through it before it is returned; null if no names of tools are wanted.</param>
    public static async ValueTask<IReadOnlyList<UnmetTerm>> CountAsync(
        ITextIndex index,
        SearchQuery query,
        IReadOnlyList<UnmetTerm> unmet,
        OutgoingDoor? door,
        CancellationToken cancellationToken
    )
    {
        var clauses = await new Loosening(index, query, cancellationToken).WithEndingsAsync(query.Clauses);
        var counted = new List<UnmetTerm>(unmet.Count);
        foreach (var term in unmet)
        {
            // As a search finds it that has nothing else to find.
            var clause = clauses.First(clause => clause.Typed == term.Typed);
            var texts = await FindAsync(clause);
            if (texts.Count < Collecting.MaxCandidatesOfOne && clause.WithForms() is { HasForms: true } inForms)
                texts = await FindAsync(inForms);
            var sessions = texts.Take(MostCounted).Select(text => text.Session).Distinct().Count();
            counted.Add(
                term with
                {
                    LeftOut = new(Math.Min(texts.Count, MostCounted), sessions, texts.Count > MostCounted),
                    Tools = door is null ? [] : await ToolsAsync(index, texts.Take(MostRead), door, cancellationToken),
                }
            );
        }
        return counted;

        ValueTask<IReadOnlyList<TextAddress>> FindAsync(SearchClause clause) =>
            index.FindAllAsync(Matching.Of(clause), from: 0, before: null, MostCounted + 1, cancellationToken);
    }

    private static async ValueTask<IReadOnlyList<string>> ToolsAsync(
        ITextIndex index,
        IEnumerable<TextAddress> texts,
        OutgoingDoor door,
        CancellationToken cancellationToken
    ) =>
        await index
            .ReadAsync(texts, cancellationToken)
            .Select(text => text.Tool)
            .OfType<string>()
            .Distinct()
            .Select(name => door.Replace(name, "name"))
            .ToListAsync(cancellationToken);
}
