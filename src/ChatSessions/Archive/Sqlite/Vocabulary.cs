using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// The words that begin with three letters, searchable by prefix. FTS5 answers <c>test*</c> by reading every occurrence of every such
/// word, half a second in a large archive; if the words are listed one by one, it reads only their newest occurrences. Whole
/// camelCase words are a sixth more words, and less than a hundredth of an archive's file.
/// </summary>
internal sealed class Vocabulary(SqliteConnection connection) : IDisposable
{
    private readonly Statement add = new(connection, "insert or ignore into word values (?1)");

    private readonly Statement find = new(
        connection,
        "select text from word where text >= ?1 and text < ?2 order by length(text), text limit ?3"
    );

    /// <summary>Stores words.</summary>
    public void Add(IEnumerable<VocabularyWord> words, NotedWords noted)
    {
        foreach (var word in words)
            if (noted.Add(word.Hash))
                add.BindText(1, word.Utf8.Span).Run();
    }

    /// <summary>
    /// Removes the words that no text has any more. All words of the index are read for that. Processes that noted words as stored see
    /// that they must forget them.
    /// </summary>
    public static void TakeOutWhatIsUnused(SqliteConnection connection) =>
        Statement.Execute(
            connection,
            """
            delete from word where text not in (select term from indexed_word);
            update counter set value = value + 1 where name = 'compactions'
            """
        );

    /// <summary>Finds the words with this prefix, shortest first; null if such words are not stored, for example numbers.</summary>
    public IReadOnlyList<string>? Endings(string beginning, int limit)
    {
        if (!VocabularyWord.AreListed(beginning))
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
}
