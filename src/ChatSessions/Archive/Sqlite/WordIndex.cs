using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Writes the words of texts into the index, each with filter words, which no text can contain, within the caller's transaction.</summary>
/// <param name="secrets">No word of a secret that it finds is in the index.</param>
internal sealed class WordIndex(SqliteConnection connection, NotedWords noted, OutgoingDoor secrets) : IDisposable
{
    private readonly ArrayBufferWriter<byte> row = new();
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

    /// <summary>Adds the words of a chunk's texts.</summary>
    /// <param name="session">
    /// The id of the session's first event. Ids must increase from call to call, or the index writes to the disk each time.
    /// </param>
    public void Add(long session, long owner, PreparedChunk chunk)
    {
        foreach (var text in chunk.Texts)
            Add(session + text.Text.Position, owner, text);
        vocabulary.Add(chunk.NewWords, noted);
    }

    private void Add(long id, long owner, PreparedText prepared)
    {
        var text = prepared.Text;
        long? tool = text.Tool is { Length: > 0 } name ? NumberOf(name) : null;
        addEntry
            .Bind(1, id)
            .Bind(2, (long)text.Kind)
            .Bind(3, tool)
            .Bind(4, (long?)text.Outcome)
            .Bind(5, prepared.Offset)
            .Bind(6, text.Recorded.Utf8.Length)
            .Bind(7, text.LastPosition - text.Position + 1)
            .Run();
        AddWords(id, owner, text.Kind, tool, text.Tool is not null, text.Outcome, prepared.Words.Span);
    }

    /// <summary>Replaces the words of a text that is in the index.</summary>
    public void Replace(long id, long owner, SearchKind kind, long? tool, ToolOutcomeKind? outcome, SearchText text)
    {
        deleteText.Bind(1, id).Run();
        var stream = new WordStream();
        AddWords(id, owner, kind, tool, outcome is not null, outcome, stream.Of(text.Without(secrets)));
        var found = ImmutableArray.CreateBuilder<VocabularyWord>();
        VocabularyWord.Find(stream.Plain, [], found);
        vocabulary.Add(found, noted);
    }

    private void AddWords(
        long id,
        long owner,
        SearchKind kind,
        long? tool,
        bool isOfTool,
        ToolOutcomeKind? outcome,
        ReadOnlySpan<byte> text
    )
    {
        row.ResetWrittenCount();
        row.Write(text);
        AddWord(WordStream.Gap);
        AddFilter(FilterWord.For(kind));
        AddFilter(FilterWord.ForOwner(owner));
        if (kind == SearchKind.Error && isOfTool)
            AddFilter(FilterWord.For(SearchKind.Result));
        if (tool is { } number)
            AddFilter(FilterWord.ForTool(number));
        if (outcome is { } known)
            AddFilter(FilterWord.For(known));
        addWords.Bind(1, id).BindText(2, row.WrittenSpan).Run();

        void AddFilter(string word) => AddWord(Encoding.UTF8.GetBytes(word));

        void AddWord(ReadOnlySpan<byte> word)
        {
            if (row.WrittenCount > 0)
                row.Write(" "u8);
            row.Write(word);
        }
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
