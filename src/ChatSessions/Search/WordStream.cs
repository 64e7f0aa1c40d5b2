using ChatSessions.Words;

namespace ChatSessions.Search;

/// <summary>
/// The words of one text as an index takes them, separated by spaces. First the words in order, with camelCase words whole. Then, so that
/// phrases stay intact, each name that may be read otherwise: its camelCase words as their parts, and escapes as letters of the words after
/// them. The index only has to split at spaces.
/// </summary>
internal sealed class WordStream
{
    /// <summary>Stands between names, so that no phrase runs from one into the next. No text can contain it.</summary>
    public static ReadOnlySpan<byte> Gap => "\uE000"u8;

    private readonly Words words = new();
    private readonly Words names = new();
    private readonly Words name = new();
    private readonly Words gluedName = new();
    private readonly Words plain = new();

    /// <summary>The words of the last text, each in every way that it may be read.</summary>
    public ReadOnlySpan<byte> Plain => plain.All;

    /// <summary>Reads the words of a text. The result is valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(SearchText text)
    {
        words.Clear();
        names.Clear();
        name.Clear();
        gluedName.Clear();
        plain.Clear();
        var (hasParts, isGlued) = (false, false);
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var reader = new WordReader(text.Utf8.Span, text.IsJson, scratch);
        while (reader.Read())
        {
            if (!reader.IsJoined)
                EndName();
            var glued = reader.Glued;
            hasParts |= reader.IsPart;
            isGlued |= !glued.IsEmpty;
            name.Add(reader.Word);
            gluedName.Add(glued.IsEmpty ? reader.Word : glued);
            plain.Add(reader.Word);
            if (!glued.IsEmpty)
                plain.Add(glued);
            if (!reader.IsPart)
                words.Add(reader.Word);
            else if (!reader.Whole.IsEmpty)
            {
                words.Add(reader.Whole);
                plain.Add(reader.Whole);
            }
        }
        EndName();
        words.Add(names.All);
        return words.All;

        void EndName()
        {
            if (hasParts)
                AddName(name);
            if (isGlued)
                AddName(gluedName);
            name.Clear();
            gluedName.Clear();
            (hasParts, isGlued) = (false, false);
        }

        void AddName(Words read)
        {
            names.Add(Gap);
            names.Add(read.All);
        }
    }

    /// <summary>Words separated by spaces.</summary>
    private sealed class Words
    {
        private byte[] bytes = new byte[4 << 10];
        private int length;

        public ReadOnlySpan<byte> All => bytes.AsSpan(0, Math.Max(0, length - 1));

        public void Clear() => length = 0;

        public void Add(ReadOnlySpan<byte> word)
        {
            if (word.IsEmpty)
                return;
            if (length + word.Length + 1 > bytes.Length)
                Array.Resize(ref bytes, 2 * (length + word.Length + 1));
            word.CopyTo(bytes.AsSpan(length));
            length += word.Length;
            bytes[length++] = (byte)' ';
        }
    }
}
