using System.Text;

namespace ChatSessions.Archive.Postgres;

/// <summary>What is stored of a text to find it.</summary>
/// <param name="InOrder">Its words in their order, between spaces, the first and the last too.</param>
/// <param name="Marks">Its <see cref="Mark"/> words, each before a space, without those of the SQL.</param>
/// <param name="Pairs">Its <see cref="WordPairs"/>.</param>
internal readonly record struct WordsOfText(string InOrder, string Marks, string Pairs)
{
    /// <summary>Of a text longer than this the index has only marks, and its words themselves decide. As in the SQL.</summary>
    public const int MostBytes = 900_000;

    /// <param name="ofSession">The marks of its session.</param>
    public static WordsOfText Of(PreparedText prepared, string ofSession)
    {
        var words = prepared.Words.Span;
        return new(
            words.IsEmpty ? " " : $" {Encoding.UTF8.GetString(words)} ",
            Mark.OfText(prepared.Text) + ofSession,
            // With a space before and after.
            words.Length + 2
            > MostBytes
                ? ""
                : WordPairs.Of(words)
        );
    }
}
