using ChatSessions.Words;

namespace ChatSessions.Search;

/// <summary>
/// The words of one text as an index takes them, separated by spaces: first the words in order, then whole camelCase words (at the end,
/// so that phrases stay intact), then filter words, which no text can contain. The index only has to split at spaces.
/// </summary>
internal sealed class WordStream
{
    private byte[] words = new byte[64 << 10];
    private byte[] wholes = new byte[4 << 10];
    private int length;
    private int plainLength;
    private int wholesLength;

    /// <summary>The words of the last text, without whole camelCase words and without filter words.</summary>
    public ReadOnlySpan<byte> Plain => words.AsSpan(0, plainLength);

    /// <summary>Reads the words of a text and adds its filter words. The result is valid until the next call.</summary>
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
