namespace ChatSessions.Search;

/// <summary>Reads texts that were found, and ranks them by what they say.</summary>
internal sealed class RankedTexts(ITextIndex index, string typed, Collected found, CancellationToken cancellationToken)
{
    /// <summary>How many hits of one session are shown before those of the next.</summary>
    private const int AtATime = 2;

    /// <summary>How much it counts that a session has the words in its other texts.</summary>
    private const double ForSession = 3;

    /// <summary>How much it counts that a text has the small words too.</summary>
    private const double ForSmallWords = 1;

    private readonly Ranking ranking = new(found.Clauses, found.Weights, typed.Trim());

    /// <summary>For texts that have everything as typed, so that other forms do not change their order.</summary>
    private readonly Ranking ofTyped = new([.. found.Clauses.Select(clause => clause.AsTyped())], found.Weights, typed.Trim());

    private readonly Ranking? withSmallWords = found.Typed is { } clauses ? new(clauses) : null;

    /// <summary>
    /// Orders texts by what they say. Sessions are ordered by their best hit. Two hits of each are shown, then two more of each. If other forms of words were
    /// looked for, all that have everything as typed come first, in the order that they have without the others.
    /// </summary>
    public async ValueTask<IReadOnlyList<Ranked>> BestFirstAsync(IEnumerable<TextAddress> texts) =>
        [
            // Full matches come before partial ones.
            .. Joined(
                    (await ReadAsync(texts))
                        .OrderBy(hit => hit.Rank.Found < found.Clauses.Count)
                        .ThenByDescending(hit => hit.IsTyped)
                        .ThenByDescending(hit => hit.Score)
                        .ThenByDescending(hit => hit.Address.Number)
                )
                .GroupBy(hit => (hit.IsTyped, hit.Address.Session))
                .SelectMany((session, place) => session.Select((hit, number) => (Round: number / AtATime, place, hit)))
                .OrderBy(one => (!one.hit.IsTyped, one.Round, one.place))
                .Select(one => one.hit),
        ];

    /// <summary>Reads texts in this order. Those without anything to mark are left out.</summary>
    public async ValueTask<IReadOnlyList<Ranked>> ReadAsync(IEnumerable<TextAddress> texts)
    {
        var hits = new List<Ranked>();
        await foreach (var text in index.ReadAsync(texts, cancellationToken))
            if (found.Clauses.Count == 0)
                Add(text, TellingPlace.Of(text.Text, text.Kind, cancellationToken), isTyped: false);
            else if (
                found.AsTyped.Contains(text.Address) is var isTyped
                && (isTyped ? ofTyped : ranking).Of(text.Text, text.Kind, cancellationToken) is { Found: > 0 } rank
            )
                Add(text, rank, isTyped);
        return hits;

        void Add(FoundText text, Rank rank, bool isTyped) =>
            hits.Add(new(text.Address, rank, ScoreOf(text, rank), Snippet.Key(text.Text, rank.At)) { IsTyped = isTyped });
    }

    /// <summary>Texts of several sessions that are the same around the hit become one.</summary>
    public static List<Ranked> Joined(IEnumerable<Ranked> hits)
    {
        var joined = new List<Ranked>();
        var byText = new Dictionary<string, Ranked>();
        foreach (var hit in hits)
            if (!byText.TryGetValue(hit.Around, out var same))
            {
                byText.Add(hit.Around, hit);
                joined.Add(hit);
            }
            else if (same.Address.Session == hit.Address.Session)
                joined.Add(hit);
            else
                same.Same.AddRange(hit.All);
        return joined;
    }

    private double ScoreOf(FoundText text, Rank rank)
    {
        var score = rank.Score + ForSession * found.ShareOfSession.GetValueOrDefault(text.Address.Session);
        return withSmallWords?.Of(text.Text, text.Kind, cancellationToken) is { } typedRank && typedRank.Found == found.Typed!.Count
            ? score + ForSmallWords * typedRank.Score
            : score;
    }
}

/// <summary>A text that was ranked.</summary>
/// <param name="Around">The text around the hit, to compare.</param>
internal sealed record Ranked(TextAddress Address, Rank Rank, double Score, string Around)
{
    /// <summary>Whether it has everything as typed, and hits were looked for that have another form of a word.</summary>
    public bool IsTyped { get; init; }

    /// <summary>Hits of other sessions with the same text around them.</summary>
    public List<TextAddress> Same { get; } = [];

    public IEnumerable<TextAddress> All => Same.Prepend(Address);
}
