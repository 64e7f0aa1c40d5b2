using System.Text;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// The words that begin with three letters, searchable by prefix. FTS5 answers <c>test*</c> by reading every occurrence of every such
/// word, half a second in a large archive; if the words are listed one by one, it reads only their newest occurrences. CamelCase words
/// are stored whole and as their parts: whole ones are a sixth more words, and less than a hundredth of an archive's file.
/// </summary>
internal sealed class Vocabulary(SqliteConnection connection) : IDisposable
{
    private const int MinLetters = SearchTerm.MinPrefix;

    private readonly Statement add = new(connection, "insert or ignore into word values (?1)");

    private readonly Statement find = new(
        connection,
        "select text from word where text >= ?1 and text < ?2 order by length(text), text limit ?3"
    );

    /// <summary>Stores words that are separated by spaces.</summary>
    public void Add(ReadOnlySpan<byte> words, NotedWords noted)
    {
        foreach (var range in words.Split((byte)' '))
        {
            var word = words[range];
            if (BeginsWithLetters(word) && noted.Add(word))
                add.BindText(1, word).Run();
        }
    }

    /// <summary>Finds the words with this prefix, shortest first; null if such words are not stored, for example numbers.</summary>
    public IReadOnlyList<string>? Endings(string beginning, int limit)
    {
        if (!BeginsWithLetters(Encoding.UTF8.GetBytes(beginning)))
            return null;
        // No character sorts after this one.
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
