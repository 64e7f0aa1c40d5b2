using System.Text;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// The words that begin with three letters, by their beginnings. FTS5 answers <c>test*</c> by reading every place of every word that
/// begins so, half a second in a large archive; named one by one, the words are read no further than to the newest places.
/// camelCase words are noted by their parts only: there are more of them than of all others.
/// </summary>
internal sealed class Vocabulary(SqliteConnection connection) : IDisposable
{
    private const int MinLetters = SearchTerm.MinPrefix;

    private readonly Statement add = new(connection, "insert or ignore into word values (?1)");

    private readonly Statement find = new(
        connection,
        "select text from word where text >= ?1 and text < ?2 order by length(text), text limit ?3"
    );

    /// <summary>Notes words that are parted by blanks.</summary>
    public void Add(ReadOnlySpan<byte> words, NotedWords noted)
    {
        foreach (var range in words.Split((byte)' '))
        {
            var word = words[range];
            if (BeginsWithLetters(word) && noted.Add(word))
                add.BindText(1, word).Run();
        }
    }

    /// <summary>The words that begin so, the shortest first; null where those are not noted, such as numbers.</summary>
    public IReadOnlyList<string>? Endings(string beginning, int limit)
    {
        if (!BeginsWithLetters(Encoding.UTF8.GetBytes(beginning)))
            return null;
        // No word has a character of a higher number than that.
        find.Bind(1, beginning).Bind(2, beginning + "\U0010FFFF").Bind(3, limit);
        var words = new List<string>();
        while (find.Read())
            words.Add(find.Text(0));
        return words;
    }

    public void Dispose()
    {
        add.Dispose();
        find.Dispose();
    }

    private static bool BeginsWithLetters(ReadOnlySpan<byte> word) =>
        word.Length >= MinLetters && !word[..MinLetters].ContainsAnyExceptInRange((byte)'a', (byte)'z');
}
