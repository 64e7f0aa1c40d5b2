using System.Text;
using ChatSessions.Words;

namespace ChatSessions.Reviewing;

/// <summary>The words of a message, to compare what two messages ask.</summary>
internal static class MessageWords
{
    /// <summary>Only so many different words of a message are compared.</summary>
    private const int MostWords = 400;

    private const int MostCharacters = 8_000;

    public static HashSet<string> Of(string text)
    {
        var words = new HashSet<string>();
        Span<byte> scratch = stackalloc byte[WordReader.ScratchBytes];
        var utf8 = Encoding.UTF8.GetBytes(text.Length > MostCharacters ? text[..MostCharacters] : text);
        var reader = new WordReader(utf8, isJson: false, scratch);
        while (words.Count < MostWords && reader.Read())
            words.Add(Encoding.UTF8.GetString(reader.Word));
        return words;
    }

    /// <summary>How many words both have.</summary>
    public static int Shared(HashSet<string> one, HashSet<string> other) => one.Count(other.Contains);
}
