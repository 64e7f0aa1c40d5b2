using System.Text;
using ChatSessions.Words;

namespace ChatSessions.Search;

/// <summary>
/// Scores how well a text matches a query, by its content alone: how many of the terms it has, how near and in what order they are, how
/// often they occur, and whether exactly as typed. It needs no statistics of the archive, so nothing goes stale.
/// </summary>
internal sealed class Ranking
{
    /// <summary>Extra distance for a space, so that words of one identifier or path are nearer than separate words.</summary>
    private const int Blank = 2;

    /// <summary>Extra distance for a line break: as much as six words with spaces.</summary>
    private const int LineBreak = 6 * (1 + Blank);

    private const int Disorder = 2;

    private readonly TermMatch[] terms;
    private readonly int[] clauseOf;
    private readonly int[] last;
    private readonly int[] count;

    public Ranking(IReadOnlyList<SearchClause> clauses)
    {
        terms = [.. clauses.SelectMany(clause => clause.Alternatives).Select(term => new TermMatch(term))];
        clauseOf = [.. clauses.SelectMany((clause, number) => clause.Alternatives.Select(_ => number))];
        (last, count) = (new int[clauses.Count], new int[clauses.Count]);
    }

    public Rank Of(SearchText text, SearchKind kind, CancellationToken cancellationToken)
    {
        Array.Fill(last, -1);
        Array.Clear(count);
        var (place, length, nearest, at, end) = (0, 0, int.MaxValue, -1, 0);
        foreach (var term in terms)
            term.Begin();
        var (starts, ends) = (new int[count.Length], new int[count.Length]);
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var utf8 = text.Utf8.Span;
        var reader = new WordReader(utf8, text.IsJson, scratch);
        while (reader.Read())
        {
            var between = utf8[end..reader.Start];
            if (IsLineBreak(between, text.IsJson))
                place += LineBreak;
            else if (between.Contains((byte)' '))
                place += Blank;
            end = reader.End;
            var isFound = false;
            for (var number = 0; number < terms.Length; number++)
            {
                if (terms[number].Read(ref reader) is not { } start)
                    continue;
                var clause = clauseOf[number];
                (last[clause], starts[clause], ends[clause]) = (place, start, reader.End);
                count[clause]++;
                isFound = true;
                if (at < 0)
                    at = start;
            }
            if (isFound && !last.Contains(-1) && AreApart(starts, ends) && Span() is var span && span < nearest)
                (nearest, at) = (span, starts.Min());
            place++;
            // A text may be megabytes long.
            if (length++ % 4_096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
        }
        return new(Score(utf8, kind, nearest, length), Math.Max(at, 0), count.Count(times => times > 0));
    }

    /// <summary>Whether no word counts for two terms, as "AttributeError" would for itself and for "attribute".</summary>
    private static bool AreApart(int[] starts, int[] ends)
    {
        for (var one = 1; one < starts.Length; one++)
        for (var other = 0; other < one; other++)
            if (starts[one] < ends[other] && starts[other] < ends[one])
                return false;
        return true;
    }

    /// <summary>The distance between the first and the last of the latest occurrences of all clauses.</summary>
    private int Span()
    {
        var (least, most, isOrdered) = (int.MaxValue, 0, true);
        for (var clause = 0; clause < last.Length; clause++)
        {
            least = Math.Min(least, last[clause]);
            most = Math.Max(most, last[clause]);
            isOrdered &= clause == 0 || last[clause] >= last[clause - 1];
        }
        return most - least + (isOrdered ? 0 : Disorder);
    }

    private double Score(ReadOnlySpan<byte> utf8, SearchKind kind, int nearest, int length)
    {
        double clauses = count.Length;
        var score = 10 * count.Count(times => times > 0) / clauses;
        score += count.Sum(times => times / (times + 1.5)) / clauses;
        if (clauses > 1 && nearest < int.MaxValue)
            score += 6 / (1 + Math.Max(0, nearest - (clauses - 1)) / 4);
        foreach (var term in terms)
            score += utf8.IndexOf(term.Typed) >= 0 ? 0.5 / terms.Length : 0;
        score -= 0.0625 * Math.Log2(1 + length / 64.0);
        return kind == SearchKind.Error ? score + 0.2 : score;
    }

    private static bool IsLineBreak(ReadOnlySpan<byte> between, bool isJson) =>
        isJson ? between.IndexOf("\\n"u8) >= 0 : between.Contains((byte)'\n');
}

/// <summary>How well a text matches a query.</summary>
/// <param name="Score">Higher is better.</param>
/// <param name="At">Where the best match begins, in bytes.</param>
/// <param name="Found">How many clauses match.</param>
internal readonly record struct Rank(double Score, int At, int Found);

/// <summary>Finds a term in a stream of words.</summary>
internal sealed class TermMatch
{
    private readonly byte[][] words;
    private readonly bool isPrefix;
    private readonly int[] starts;
    private ulong places;
    private int number;

    public TermMatch(SearchTerm term)
    {
        words = [.. term.Words.Select(Encoding.UTF8.GetBytes)];
        Typed = Encoding.UTF8.GetBytes(term.Typed);
        isPrefix = term.IsPrefix;
        starts = new int[words.Length];
    }

    public byte[] Typed { get; }

    public void Begin() => (places, number) = (0, 0);

    /// <summary>Takes the reader's current word. Returns where the term begins, in bytes, if it ends with this word; otherwise null.</summary>
    public int? Read(ref WordReader reader)
    {
        // Bit n is set if the last n + 1 words of the text match the first n + 1 words of the term.
        var here = 0UL;
        for (var place = 0; place < words.Length; place++)
            if ((place == 0 || (places >> (place - 1) & 1) == 1) && IsAt(place, reader.Word))
                here |= 1UL << place;
        places = here;
        starts[number++ % starts.Length] = reader.Start;
        if ((here >> (words.Length - 1) & 1) == 1)
            return starts[number % starts.Length];
        return words.Length == 1 && !reader.Whole.IsEmpty && IsAt(0, reader.Whole) ? reader.WholeStart : null;
    }

    private bool IsAt(int place, ReadOnlySpan<byte> word) =>
        isPrefix && place == words.Length - 1 ? word.StartsWith(words[place]) : word.SequenceEqual(words[place]);
}
