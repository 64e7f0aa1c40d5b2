using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Writes the words of texts into the index, within the caller's transaction.</summary>
/// <param name="secrets">No word of a secret that it finds is in the index.</param>
internal sealed class WordIndex(SqliteConnection connection, NotedWords noted, OutgoingDoor secrets) : IDisposable
{
    private readonly WordStream words = new();
    private readonly Vocabulary vocabulary = new(connection);
    private readonly Dictionary<string, long> tools = [];
    private readonly Statement addTool = new(connection, "insert or ignore into tool (name) values (?1)");
    private readonly Statement findTool = new(connection, "select no from tool where name = ?1");
    private readonly Statement addEntry = new(connection, "insert into entry values (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    private readonly Statement addWords = new(connection, "insert into words (rowid, text) values (?1, ?2)");
    private readonly Statement deleteWords = new(
        connection,
        "delete from words where rowid in (select id from entry where id >= ?1 and id < ?2)"
    );
    private readonly Statement deleteText = new(connection, "delete from words where rowid = ?1");
    private readonly Statement deleteEntries = new(connection, "delete from entry where id >= ?1 and id < ?2");

    /// <param name="id">The id of the text's event. Ids must increase from call to call, or the index writes to the disk each time.</param>
    /// <param name="offset">Where the text begins in its chunk, in bytes.</param>
    public void Add(long id, int offset, long owner, EventText text)
    {
        long? tool = text.Tool is { Length: > 0 } name ? NumberOf(name) : null;
        addEntry
            .Bind(1, id)
            .Bind(2, (long)text.Kind)
            .Bind(3, tool)
            .Bind(4, (long?)text.Outcome)
            .Bind(5, offset)
            .Bind(6, text.Recorded.Utf8.Length)
            .Bind(7, text.LastPosition - text.Position + 1)
            .Run();
        AddWords(id, owner, text.Kind, tool, text.Tool is not null, text.Outcome, text.Recorded.Text);
    }

    /// <summary>Replaces the words of a text that is in the index.</summary>
    public void Replace(long id, long owner, SearchKind kind, long? tool, ToolOutcomeKind? outcome, SearchText text)
    {
        deleteText.Bind(1, id).Run();
        AddWords(id, owner, kind, tool, outcome is not null, outcome, text);
    }

    private void AddWords(long id, long owner, SearchKind kind, long? tool, bool isOfTool, ToolOutcomeKind? outcome, SearchText text)
    {
        var marks = new List<string>(5) { FilterWord.For(kind), FilterWord.ForOwner(owner) };
        if (kind == SearchKind.Error && isOfTool)
            marks.Add(FilterWord.For(SearchKind.Result));
        if (tool is { } number)
            marks.Add(FilterWord.ForTool(number));
        if (outcome is { } known)
            marks.Add(FilterWord.For(known));
        addWords.Bind(1, id).BindText(2, words.Of(text.Without(secrets), [.. marks])).Run();
        vocabulary.Add(words.Plain, noted);
    }

    /// <summary>Removes all texts with ids from the first up to, but not including, the end.</summary>
    public void Delete(long first, long end)
    {
        deleteWords.Bind(1, first).Bind(2, end).Run();
        deleteEntries.Bind(1, first).Bind(2, end).Run();
    }

    private long NumberOf(string tool)
    {
        if (tools.TryGetValue(tool, out var number))
            return number;
        addTool.Bind(1, tool).Run();
        return tools[tool] = findTool.Bind(1, tool).RequireNumber();
    }

    public void Dispose()
    {
        vocabulary.Dispose();
        foreach (var statement in (Statement[])[addTool, findTool, addEntry, addWords, deleteWords, deleteText, deleteEntries])
            statement.Dispose();
    }
}
