using System.Text;
using ChatSessions.Words;

namespace ChatSessions.Search;

/// <summary>Finds a term in a stream of words: exactly where an index with the words of a <see cref="WordStream"/> finds it.</summary>
internal sealed class TermMatch
{
    private readonly Row[] rows;

    /// <summary>The same words, to be found within a name that is read otherwise.</summary>
    private readonly Row[] inNames;

    public TermMatch(SearchTerm term)
    {
        Typed = Encoding.UTF8.GetBytes(term.Typed);
        rows = [.. term.Readings.Select(words => new Row(words, term.IsPrefix))];
        inNames = [.. term.Readings.Select(words => new Row(words, term.IsPrefix))];
    }

    public byte[] Typed { get; }

    public void Begin()
    {
        foreach (var row in rows)
            row.Begin();
        foreach (var row in inNames)
            row.Begin();
    }

    /// <summary>Takes the reader's current word. Returns where the term begins, in bytes, if it ends with this word; otherwise null.</summary>
    public int? Read(ref WordReader reader)
    {
        int? found = null;
        var glued = reader.Glued;
        foreach (var row in inNames)
        {
            if (!reader.IsJoined)
                row.Begin();
            found = (glued.IsEmpty ? row.Read(reader.Word, reader.Start) : row.Read(glued, reader.Start - 1)) ?? found;
        }
        if (!reader.IsPart)
            foreach (var row in rows)
                found = row.Read(reader.Word, reader.Start) ?? found;
        else if (!reader.Whole.IsEmpty)
            foreach (var row in rows)
                found = row.Read(reader.Whole, reader.WholeStart) ?? found;
        return found;
    }

    /// <summary>Finds words in a row.</summary>
    private sealed class Row
    {
        private readonly byte[][] words;
        private readonly bool isPrefix;
        private readonly int[] starts;
        private ulong places;
        private int number;

        public Row(IReadOnlyList<string> row, bool isPrefix)
        {
            words = [.. row.Select(Encoding.UTF8.GetBytes)];
            this.isPrefix = isPrefix;
            starts = new int[words.Length];
        }

        public void Begin() => (places, number) = (0, 0);

        public int? Read(ReadOnlySpan<byte> word, int start)
        {
            // Bit n is set if the last n + 1 words of the text match the first n + 1 words of the row.
            var here = 0UL;
            for (var place = 0; place < words.Length; place++)
                if ((place == 0 || (places >> (place - 1) & 1) == 1) && IsAt(place, word))
                    here |= 1UL << place;
            places = here;
            starts[number++ % starts.Length] = start;
            return (here >> (words.Length - 1) & 1) == 1 ? starts[number % starts.Length] : null;
        }

        private bool IsAt(int place, ReadOnlySpan<byte> word) =>
            isPrefix && place == words.Length - 1 ? word.StartsWith(words[place]) : word.SequenceEqual(words[place]);
    }
}
