using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// The words of a text as they are stored: in their order, between spaces, and after them words that say what kind of text it is and which
/// sessions are near it in number. A text of the archive cannot have such words. The index has one more, which says whose the text is.
/// </summary>
internal static class WordsOfText
{
    /// <summary>Of a text longer than this the index has only <see cref="Long"/> and the owner, and its words themselves decide. As in the SQL.</summary>
    public const int MostBytes = 900_000;

    /// <summary>In the index for every text that is too long for it.</summary>
    public const string Long = "\uE000l";

    /// <summary>In the index for every text of an owner. As in the SQL.</summary>
    public static string Owner(long owner) => string.Create(CultureInfo.InvariantCulture, $"\uE000o{owner}");

    /// <summary>
    /// Windows of so many numbers, as powers of two. A search looks through the newest window first and stops when it has enough, since the
    /// index of words gives its matches in no order.
    /// </summary>
    public static readonly int[] Windows = [12, 14, 16, 18, 20, 22, 24, 26];

    /// <summary>The word for the window of a session.</summary>
    public static string Window(int size, long index) => string.Create(CultureInfo.InvariantCulture, $"\uE000n{size}_{index}");

    public static string Tool(string name) =>
        $"\uE000t{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8))}";

    public static string Write(PreparedText prepared, long session)
    {
        var (text, words) = (prepared.Text, new StringBuilder(prepared.Words.Length + 160));
        words.Append(' ').Append(Encoding.UTF8.GetString(prepared.Words.Span));
        if (words.Length > 1)
            words.Append(' ');
        Add(Encoding.UTF8.GetString(WordStream.Gap));
        Add(FilterWord.For(text.Kind));
        if (text.Kind == SearchKind.Error && text.Tool is not null)
            Add(FilterWord.For(SearchKind.Result));
        if (text.Tool is { Length: > 0 } tool)
            Add(Tool(tool));
        if (text.Outcome is { } outcome)
            Add(FilterWord.For(outcome));
        foreach (var size in Windows)
            Add(Window(size, session >> size));
        return words.ToString();

        void Add(string word) => words.Append(word).Append(' ');
    }
}
