namespace ChatSessions.Search;

/// <summary>
/// The words of one text, parted by blanks, as an index takes them: those that were read, then camelCase words whole (apart, so that
/// phrases stay phrases), then marks, which no text can hold. An index so needs to know nothing but blanks.
/// </summary>
internal sealed class WordStream
{
    private byte[] words = new byte[64 << 10];
    private byte[] wholes = new byte[4 << 10];
    private int length;
    private int plainLength;
    private int wholesLength;

    /// <summary>The words that were read last, without camelCase words as a whole and without marks.</summary>
    public ReadOnlySpan<byte> Plain => words.AsSpan(0, plainLength);

    /// <summary>The words of a text with its marks, until the next.</summary>
    public ReadOnlySpan<byte> Of(SearchText text, params ReadOnlySpan<string> marks)
    {
        (length, wholesLength) = (0, 0);
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var reader = new WordReader(text.Utf8.Span, text.IsJson, scratch);
        while (reader.Read())
        {
            Append(ref words, ref length, reader.Word);
            if (!reader.Whole.IsEmpty)
                Append(ref wholes, ref wholesLength, reader.Whole);
        }
        plainLength = length;
        if (wholesLength > 0)
            Append(ref words, ref length, wholes.AsSpan(0, wholesLength - 1));
        foreach (var mark in marks)
            Append(ref words, ref length, System.Text.Encoding.UTF8.GetBytes(mark));
        return words.AsSpan(0, length);
    }

    private static void Append(ref byte[] buffer, ref int length, ReadOnlySpan<byte> word)
    {
        if (length + word.Length + 1 > buffer.Length)
            Array.Resize(ref buffer, 2 * (length + word.Length + 1));
        word.CopyTo(buffer.AsSpan(length));
        length += word.Length;
        buffer[length++] = (byte)' ';
    }
}
