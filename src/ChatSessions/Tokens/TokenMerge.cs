namespace ChatSessions.Tokens;

/// <summary>
/// Byte pair encoding. The parts of a piece are at first its single bytes. The two neighbours whose union is the token of the lowest rank
/// become one part, the leftmost first if ranks are equal, until no two neighbours form a token. The parts that remain are the tokens.
/// </summary>
internal static class TokenMerge
{
    /// <summary>Up to this length, searching all pairs for the lowest rank is faster than keeping them in a queue.</summary>
    private const int Short = 128;

    /// <summary>The number of tokens of a piece that is not a token itself.</summary>
    public static int Count(TokenVocabulary vocabulary, ReadOnlySpan<byte> piece) =>
        piece.Length <= Short ? CountShort(vocabulary, piece) : CountLong(vocabulary, piece);

    private static int CountShort(TokenVocabulary vocabulary, ReadOnlySpan<byte> piece)
    {
        // Part i begins at starts[i]; ranks[i] is the rank of parts i and i+1 together.
        Span<int> starts = stackalloc int[Short + 1];
        Span<int> ranks = stackalloc int[Short];
        int parts = piece.Length;
        for (int i = 0; i <= parts; i++)
            starts[i] = i;
        for (int i = 0; i < parts - 1; i++)
            ranks[i] = vocabulary.Rank(piece.Slice(i, 2));

        while (parts > 1)
        {
            int lowest = 0;
            for (int i = 1; i < parts - 1; i++)
            {
                if (ranks[i] < ranks[lowest])
                    lowest = i;
            }
            if (ranks[lowest] == TokenVocabulary.NoRank)
                break;

            starts[(lowest + 2)..(parts + 1)].CopyTo(starts[(lowest + 1)..]);
            ranks[(lowest + 1)..(parts - 1)].CopyTo(ranks[lowest..]);
            parts--;
            if (lowest < parts - 1)
                ranks[lowest] = vocabulary.Rank(piece[starts[lowest]..starts[lowest + 2]]);
            if (lowest > 0)
                ranks[lowest - 1] = vocabulary.Rank(piece[starts[lowest - 1]..starts[lowest + 1]]);
        }
        return parts;
    }

    /// <summary>A part of a long piece, in a linked list. Its index is that of its first byte.</summary>
    private struct Part
    {
        public int Previous;
        public int End;

        /// <summary>The rank of this part and the next together. A queue entry with another rank is out of date.</summary>
        public int RankWithNext;
    }

    private static int CountLong(TokenVocabulary vocabulary, ReadOnlySpan<byte> piece)
    {
        var parts = new Part[piece.Length];
        // One number has the rank and the first byte of the left part, so that equal ranks come from left to right.
        var pairs = new PriorityQueue<int, long>(piece.Length);
        for (int i = 0; i < parts.Length; i++)
            parts[i] = new() { Previous = i - 1, End = i + 1 };
        for (int i = 0; i < parts.Length; i++)
            Rank(i, piece);

        int count = piece.Length;
        while (pairs.TryDequeue(out int left, out long priority))
        {
            if (parts[left].RankWithNext != (int)(priority >> 32))
                continue;
            int right = parts[left].End;
            int next = parts[right].End;
            parts[left].End = next;
            parts[right].RankWithNext = TokenVocabulary.NoRank;
            if (next < parts.Length)
                parts[next].Previous = left;
            count--;
            Rank(left, piece);
            if (left > 0)
                Rank(parts[left].Previous, piece);
        }
        return count;

        void Rank(int left, ReadOnlySpan<byte> piece)
        {
            int right = parts[left].End;
            int rank = right < parts.Length ? vocabulary.Rank(piece[left..parts[right].End]) : TokenVocabulary.NoRank;
            parts[left].RankWithNext = rank;
            if (rank != TokenVocabulary.NoRank)
                pairs.Enqueue(left, ((long)rank << 32) | (uint)left);
        }
    }
}
