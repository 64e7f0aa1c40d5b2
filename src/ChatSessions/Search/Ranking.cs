using System.Text;
using ChatSessions.Words;

namespace ChatSessions.Search;

/// <summary>
/// Scores how well a text matches a query, by its content alone: how many of the terms it has, how near and in what order they are, how
/// often they occur, and whether exactly as typed: another form of a word counts less. Of a part of the query, the rarer terms count more.
/// </summary>
internal sealed class Ranking
{
    /// <summary>Extra distance for a space, so that words of one identifier or path are nearer than separate words.</summary>
    private const int Blank = 2;

    /// <summary>Extra distance for a line break: as much as six words with spaces.</summary>
    private const int LineBreak = 6 * (1 + Blank);

    private const int Disorder = 2;

    /// <summary>What it counts that a text has a word, and what if only in another form.</summary>
    private const double AsTyped = 10;
    private const double InAnotherForm = 8;

    private readonly TermMatch[] terms;
    private readonly double[] weights;
    private readonly byte[] typed;
    private readonly int[] clauseOf;
    private readonly int[] last;
    private readonly int[] count;
    private readonly bool[] isTyped;

    /// <param name="weights">How much each clause says, relative to the others; null if all say the same.</param>
    /// <param name="typed">The query as typed.</param>
    public Ranking(IReadOnlyList<SearchClause> clauses, IReadOnlyList<double>? weights = null, string typed = "")
    {
        this.weights = [.. weights ?? [.. clauses.Select(_ => 1.0)]];
        this.typed = Encoding.UTF8.GetBytes(typed);
        terms = [.. clauses.SelectMany(clause => clause.Alternatives).Select(term => new TermMatch(term))];
        clauseOf = [.. clauses.SelectMany((clause, number) => clause.Alternatives.Select(_ => number))];
        (last, count, isTyped) = (new int[clauses.Count], new int[clauses.Count], new bool[clauses.Count]);
    }

    public Rank Of(SearchText text, SearchKind kind, CancellationToken cancellationToken)
    {
        Array.Clear(count);
        Array.Clear(isTyped);
        var rank = Read(text, kind, isNeeded: _ => true, cancellationToken);
        if (rank.Found < 2 || rank.Found == count.Length)
            return rank;
        // How near the terms are that it has.
        bool[] has = [.. count.Select(times => times > 0)];
        Array.Clear(count);
        return Read(text, kind, clause => has[clause], cancellationToken);
    }

    private Rank Read(SearchText text, SearchKind kind, Func<int, bool> isNeeded, CancellationToken cancellationToken)
    {
        int[] needed = [.. Enumerable.Range(0, count.Length).Where(isNeeded)];
        Array.Fill(last, -1);
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
                isTyped[clause] |= !terms[number].IsForm;
                isFound = true;
                if (at < 0)
                    at = start;
            }
            if (isFound && IsComplete(needed) && AreApart(needed, starts, ends) && Span(needed) is var span && span < nearest)
                (nearest, at) = (span, needed.Min(clause => starts[clause]));
            place++;
            // A text may be megabytes long.
            if (length++ % 4_096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
        }
        return new(Score(utf8, kind, nearest, length), Math.Max(at, 0), count.Count(times => times > 0));
    }

    /// <summary>Whether no word counts for two terms, as "AttributeError" would for itself and for "attribute".</summary>
    private static bool AreApart(int[] needed, int[] starts, int[] ends)
    {
        for (var one = 1; one < needed.Length; one++)
        for (var other = 0; other < one; other++)
            if (starts[needed[one]] < ends[needed[other]] && starts[needed[other]] < ends[needed[one]])
                return false;
        return true;
    }

    private bool IsComplete(int[] needed)
    {
        foreach (var clause in needed)
            if (last[clause] < 0)
                return false;
        return true;
    }

    /// <summary>The distance between the first and the last of the latest occurrences of the clauses.</summary>
    private int Span(int[] needed)
    {
        var (least, most, isOrdered) = (int.MaxValue, 0, true);
        for (var number = 0; number < needed.Length; number++)
        {
            var place = last[needed[number]];
            least = Math.Min(least, place);
            most = Math.Max(most, place);
            isOrdered &= number == 0 || place >= last[needed[number - 1]];
        }
        return most - least + (isOrdered ? 0 : Disorder);
    }

    private double Score(ReadOnlySpan<byte> utf8, SearchKind kind, int nearest, int length)
    {
        var (found, score, total) = (0, 0.0, weights.Sum());
        for (var clause = 0; clause < count.Length; clause++)
        {
            found += count[clause] > 0 ? 1 : 0;
            score += weights[clause] / total * (ForHaving(clause) + count[clause] / (count[clause] + 1.5));
        }
        if (found > 1 && nearest < int.MaxValue)
            score += 6.0 * found / count.Length / (1 + Math.Max(0, nearest - (found - 1)) / 4.0);
        foreach (var term in terms)
            score += utf8.IndexOf(term.Typed) >= 0 ? 0.5 / terms.Length : 0;
        if (count.Length > 1 && typed.Length > 0 && utf8.IndexOf(typed) >= 0)
            score += 2;
        score -= 0.0625 * Math.Log2(1 + length / 64.0);
        return kind == SearchKind.Error ? score + 0.2 : score;
    }

    private double ForHaving(int clause) =>
        count[clause] == 0 ? 0
        : isTyped[clause] ? AsTyped
        : InAnotherForm;

    private static bool IsLineBreak(ReadOnlySpan<byte> between, bool isJson) =>
        isJson ? between.IndexOf("\\n"u8) >= 0 : between.Contains((byte)'\n');
}

/// <summary>How well a text matches a query.</summary>
/// <param name="Score">Higher is better.</param>
/// <param name="At">Where the best match begins, in bytes.</param>
/// <param name="Found">How many clauses match.</param>
internal readonly record struct Rank(double Score, int At, int Found);
