using ChatSessions.Recorded;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Searches the texts of some owners in two stages: the newest candidates come from the index, then their texts are ranked by what is in
/// them. Where few have all that was asked for, what was typed is taken in part, then with a word fewer, then any of the words.
/// </summary>
internal sealed class ArchiveSearch(
    SqliteConnection connection,
    IReadOnlyList<string> owners,
    SearchFilter filter,
    OutgoingDoor door,
    CancellationToken cancellationToken
)
{
    /// <summary>More are no better, as was measured from 40 to 200, and their texts are most of the time.</summary>
    private const int MaxCandidates = 60;

    /// <summary>With fewer, the query is loosened. Where three texts have all that was asked for, others are beside the point.</summary>
    private const int Enough = 3;

    /// <summary>Of one session so many hits are told before the next one's.</summary>
    private const int AtATime = 2;

    /// <param name="limit">How many hits at most.</param>
    public SearchPage Run(SearchQuery query, int limit, string? cursor)
    {
        var search = SearchCursor.NumberOf(query, filter, owners);
        var start = cursor is null
            ? new SearchCursor(search, Number("select value from counter where name = 'next_event'") ?? 0, [])
            : SearchCursor.Decode(cursor, search);
        var ownerNos = owners.Select(owner => Number("select no from owner where name = ?1", owner)).OfType<long>().ToList();
        var sessions = ownerNos.Sum(owner => Number($"select sessions from owner where no = {owner}") ?? 0);
        var tool = filter.Tool is null ? null : Number("select no from tool where name = ?1", filter.Tool);
        if (query.IsEmpty || ownerNos.Count == 0 || (filter.Tool is not null && tool is null))
            return new([], null, sessions, HasAll: false);
        using var candidates = new Candidates(connection, ownerNos, tool, filter, query.Without, start.Below);
        using var vocabulary = new Vocabulary(connection);
        var clauses = Collect(candidates, vocabulary, [.. query.Clauses.Select(clause => WithEndings(clause, vocabulary))]);
        using var texts = new ArchivedTexts(connection);
        var ranked = Ranked(candidates.Found, clauses, texts);
        var rest = ranked.Where(hit => !start.Told.Contains(hit.Id)).ToList();
        var page = rest.Take(limit).ToList();
        return new(
            [.. page.Select(hit => Hit(hit, clauses, texts))],
            rest.Count > page.Count ? (start with { Told = [.. start.Told, .. page.Select(hit => hit.Id)] }).Encode() : null,
            sessions,
            ranked.Any(hit => hit.Rank.Found == clauses.Count)
        );
    }

    /// <summary>Collects candidates; answers the clauses that they are to be ranked by.</summary>
    private static IReadOnlyList<SearchClause> Collect(Candidates candidates, Vocabulary vocabulary, IReadOnlyList<SearchClause> clauses)
    {
        if (MatchExpression.Near(clauses) is { } near)
            candidates.Collect(near, MaxCandidates * 2 / 3);
        candidates.Collect(MatchExpression.All(clauses), MaxCandidates - candidates.Found.Count);
        if (candidates.Found.Count >= Enough)
            return clauses;

        // Of a question that is answered nowhere word for word, the small words are not what was looked for.
        var telling = candidates.Found.Count == 0 ? SmallWords.Without(clauses) : clauses;
        List<SearchClause> loose = [.. telling.SelectMany(clause => Loosened(clause, candidates, vocabulary))];
        if (!loose.SequenceEqual(clauses))
            candidates.Collect(MatchExpression.All(loose), MaxCandidates / 2);
        var quoted = loose.Where(IsQuoted).ToList();
        var others = loose.Where(clause => !IsQuoted(clause)).ToList();
        if (candidates.Found.Count < Enough && others.Count is 3 or 4)
            foreach (var left in others)
                candidates.Collect(MatchExpression.All(loose.Where(clause => clause != left)), MaxCandidates / 4);
        if (candidates.Found.Count < Enough && others.Count > 1)
            candidates.Collect(
                string.Join(
                    " AND ",
                    (string[])[$"({MatchExpression.Any(others)})", .. quoted.Select(one => $"({MatchExpression.Of(one)})")]
                ),
                MaxCandidates / 2
            );
        return loose;
    }

    /// <summary>
    /// What stands nowhere as typed is taken as a beginning; of several words in a row, such as an identifier, else without the last, else
    /// apart. A beginning is then followed to all words that begin so.
    /// </summary>
    private static IEnumerable<SearchClause> Loosened(SearchClause clause, Candidates candidates, Vocabulary vocabulary)
    {
        if (clause.Alternatives is [{ Endings.Count: > 0 } beginning])
            return [new([beginning with { Endings = null }])];
        if (clause.Alternatives is not [{ IsPrefix: false, IsQuoted: false } term] || candidates.Exists(MatchExpression.Of(term)))
            return [clause];
        var last = term.Words[^1];
        var enough = term.Words.Count == 1 || last.Any(char.IsAsciiDigit) ? 3 : 4;
        var begun = WithEndings(term with { IsPrefix = true }, vocabulary);
        if (last.Length >= enough && (term.Words.Count == 1 || candidates.Exists(MatchExpression.Of(begun))))
            return [new([begun])];
        if (term.Words.Count == 1)
            return [clause];
        var shorter = term with { Words = [.. term.Words.SkipLast(1)] };
        return candidates.Exists(MatchExpression.Of(shorter))
            ? [new([shorter])]
            : term.Words.Select(word => new SearchClause([term with { Words = [word], Typed = word }]));
    }

    private static SearchClause WithEndings(SearchClause clause, Vocabulary vocabulary) =>
        new([.. clause.Alternatives.Select(term => WithEndings(term, vocabulary))]);

    private static SearchTerm WithEndings(SearchTerm term, Vocabulary vocabulary) =>
        term.IsPrefix ? term with { Endings = vocabulary.Endings(term) } : term;

    private List<Ranked> Ranked(Dictionary<long, long> found, IReadOnlyList<SearchClause> clauses, ArchivedTexts texts)
    {
        var ranking = new Ranking(clauses);
        var hits = new List<Ranked>();
        foreach (var (id, session) in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = texts.Get(id);
            if (ranking.Of(text.Text, text.Kind) is { Found: > 0 } rank)
                hits.Add(new(id, session, rank));
        }
        // Sessions come by their best hit. Of each two hits are told, then of each two more.
        return
        [
            // What has all comes before what has a part of it.
            .. hits.OrderBy(hit => hit.Rank.Found < clauses.Count)
                .ThenByDescending(hit => hit.Rank.Score)
                .ThenByDescending(hit => hit.Id)
                .GroupBy(hit => hit.Session)
                .SelectMany((session, place) => session.Select((hit, number) => (Round: number / AtATime, place, hit)))
                .OrderBy(one => (one.Round, one.place))
                .Select(one => one.hit),
        ];
    }

    private SearchHit Hit(Ranked hit, IReadOnlyList<SearchClause> clauses, ArchivedTexts texts)
    {
        var text = texts.Get(hit.Id);
        var (@event, start) = texts.Event(hit.Id, hit.Session);
        var (offset, snippet) = ShownPlace.Of(door, @event, text.Text, start, hit.Rank.At, clauses);
        return new(
            door.Show(texts.Summary(hit.Session)),
            (int)(hit.Id - hit.Session),
            (int)(hit.Id - hit.Session) + text.Events - 1,
            offset,
            text.Kind,
            text.Tool is null ? null : door.Replace(text.Tool, "name"),
            text.Outcome,
            snippet,
            hit.Rank.Score
        );
    }

    private static bool IsQuoted(SearchClause clause) => clause.Alternatives.Any(term => term.IsQuoted);

    private long? Number(string sql, string? name = null)
    {
        using var statement = new Statement(connection, sql);
        return (name is null ? statement : statement.Bind(1, name)).ReadNumber();
    }
}

/// <summary>A candidate that was ranked.</summary>
/// <param name="Session">The session's number.</param>
internal readonly record struct Ranked(long Id, long Session, Rank Rank);
