using System.Text;
using ChatSessions.Words;

namespace ChatSessions.Search;

/// <summary>Finds a term in a stream of words: exactly where an index with the words of a <see cref="WordStream"/> finds it.</summary>
internal sealed class TermMatch
{
    /// <summary>A reading of the term that is one word, which needs no memory of the words before.</summary>
    private readonly byte[]? single;

    /// <summary>Other forms of the word, if it is one.</summary>
    private readonly byte[][] forms;
    private readonly bool isPrefix;

    /// <summary>The readings that are several words, in the text as it is.</summary>
    private readonly Row[] rows;

    /// <summary>The same, within a name whose words are read in parts.</summary>
    private readonly Row[] inNames;

    /// <summary>The same, with the letters of escapes as those of the words after them.</summary>
    private readonly Row[] inGluedNames;

    /// <summary>Whether the current name has such a letter.</summary>
    private bool hasGlued;

    public TermMatch(SearchTerm term)
    {
        Typed = Encoding.UTF8.GetBytes(term.Typed);
        isPrefix = term.IsPrefix;
        single = term.Words is [var word] ? Encoding.UTF8.GetBytes(word) : null;
        forms = [.. term.Forms.Select(Encoding.UTF8.GetBytes)];
        (rows, inNames, inGluedNames) = (Rows(), Rows(), Rows());

        Row[] Rows() => [.. term.Readings.Where(words => words.Count > 1).Select(words => new Row(words, isPrefix))];
    }

    public byte[] Typed { get; }

    /// <summary>Whether what was found last is another form of the word.</summary>
    public bool IsForm { get; private set; }

    public void Begin()
    {
        foreach (var row in rows)
            row.Begin();
        BeginName();
    }

    /// <summary>Takes the reader's current word. Returns where the term begins, in bytes, if it ends with this word; otherwise null.</summary>
    public int? Read(ref WordReader reader)
    {
        var found = single is null ? null : ReadSingle(ref reader);
        return rows.Length == 0 ? found : ReadRows(ref reader) ?? found;
    }

    private int? ReadSingle(ref WordReader reader)
    {
        IsForm = false;
        var found = StartOf(ref reader, isForm: false);
        if (found is null && forms.Length > 0)
        {
            found = StartOf(ref reader, isForm: true);
            IsForm = found is not null;
        }
        return found;
    }

    private int? StartOf(ref WordReader reader, bool isForm) =>
        Is(reader.Word, isForm) ? reader.Start
        : reader.IsPart && Is(reader.Whole, isForm) ? reader.WholeStart
        : reader.IsGlued && Is(reader.Glued, isForm) ? reader.Start - 1
        : null;

    private int? ReadRows(ref WordReader reader)
    {
        int? found = null;
        if (!reader.IsJoined)
            BeginName();
        if (reader.IsGlued && !hasGlued)
        {
            // Up to here both are the same.
            hasGlued = true;
            for (var number = 0; number < inNames.Length; number++)
                inGluedNames[number].Follow(inNames[number]);
        }
        foreach (var row in inNames)
            found = row.Read(reader.Word, reader.Start) ?? found;
        if (hasGlued)
            foreach (var row in inGluedNames)
                found = (reader.IsGlued ? row.Read(reader.Glued, reader.Start - 1) : row.Read(reader.Word, reader.Start)) ?? found;
        if (!reader.IsPart)
            foreach (var row in rows)
                found = row.Read(reader.Word, reader.Start) ?? found;
        else if (!reader.Whole.IsEmpty)
            foreach (var row in rows)
                found = row.Read(reader.Whole, reader.WholeStart) ?? found;
        return found;
    }

    private bool Is(ReadOnlySpan<byte> word, bool isForm)
    {
        if (!isForm)
            return isPrefix ? word.StartsWith(single) : word.SequenceEqual(single);
        foreach (var form in forms)
            if (word.SequenceEqual(form))
                return true;
        return false;
    }

    private void BeginName()
    {
        hasGlued = false;
        foreach (var row in inNames)
            row.Begin();
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

        /// <summary>Goes on from where another row with the same words is.</summary>
        public void Follow(Row other)
        {
            (places, number) = (other.places, other.number);
            other.starts.CopyTo(starts, 0);
        }

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
