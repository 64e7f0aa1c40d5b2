using System.Text;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Finds the sessions whose titles may contain a text, by its trigrams (each three characters in a row).</summary>
internal sealed class TitleParts(SqliteConnection connection) : IDisposable
{
    private const int Length = 3;

    private readonly Statement add = new(connection, "insert into title_part (rowid, title) values (?1, ?2)");
    private readonly Statement delete = new(connection, "delete from title_part where rowid = ?1");
    private readonly Statement find = new(connection, "select rowid from title_part where title_part match ?1 limit ?2");

    /// <param name="title">In folded case.</param>
    public void Add(long session, ReadOnlySpan<byte> title) => add.Bind(1, session).BindText(2, title).Run();

    public void Delete(long session) => delete.Bind(1, session).Run();

    /// <summary>Finds the numbers of the sessions; null if there are more than the limit, or the text has no trigram.</summary>
    /// <param name="text">In folded case.</param>
    public IReadOnlyList<long>? Find(string text, int limit)
    {
        // FTS5's tokenizer skips NUL, too.
        Rune[] letters = [.. text.EnumerateRunes().Where(letter => letter.Value != 0)];
        if (letters.Length < Length)
            return null;
        var parts = Enumerable.Range(0, letters.Length - Length + 1).Select(at => string.Concat(letters.Skip(at).Take(Length))).Distinct();
        find.Bind(1, string.Join(" AND ", parts.Select(part => $"\"{part.Replace("\"", "\"\"")}\""))).Bind(2, limit + 1);
        var sessions = new List<long>();
        while (find.Read())
            sessions.Add(find.Number(0));
        return sessions.Count > limit ? null : sessions;
    }

    public void Dispose()
    {
        add.Dispose();
        delete.Dispose();
        find.Dispose();
    }
}
