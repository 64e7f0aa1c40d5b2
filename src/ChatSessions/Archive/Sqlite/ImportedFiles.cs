using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Records which files of one owner were imported. Used within the caller's transaction.</summary>
internal sealed class ImportedFiles(SqliteConnection connection, string owner) : IDisposable
{
    private readonly Statement find = new(
        connection,
        "select 1 from imported where owner = (select no from owner where name = ?1) and path = ?2 and bytes = ?3 and modified = ?4"
    );
    private readonly Statement addOwner = new(connection, "insert or ignore into owner (name) values (?1)");

    // "insert … values", since "insert … select" opens a savepoint, and at a savepoint the word index writes to the disk.
    private readonly Statement add = new(
        connection,
        """
        insert into imported values ((select no from owner where name = ?1), ?2, ?3, ?4, ?5)
        on conflict do update set bytes = excluded.bytes, modified = excluded.modified, at = excluded.at
        """
    );

    /// <summary>Whether the file was imported, and has not changed since.</summary>
    public bool Contains(ImportedFile file) => Bind(find, file).ReadNumber() is not null;

    /// <summary>The owner's imported files.</summary>
    public static IReadOnlyList<ImportedFile> List(SqliteConnection connection, string owner)
    {
        using var rows = new Statement(
            connection,
            "select path, bytes, modified from imported where owner = (select no from owner where name = ?1) order by path"
        );
        rows.Bind(1, owner);
        var files = new List<ImportedFile>();
        while (rows.Read())
            files.Add(ImportedFile.OfStored(rows.Text(0), rows.Number(1), rows.Number(2)));
        return files;
    }

    /// <summary>Records a file. The entry of an unchanged file keeps its time of import.</summary>
    public void Add(ImportedFile file, DateTimeOffset at)
    {
        if (Contains(file))
            return;
        addOwner.Bind(1, owner).Run();
        Bind(add, file).Bind(5, at.UtcTicks).Run();
    }

    private Statement Bind(Statement statement, ImportedFile file) =>
        statement.Bind(1, owner).Bind(2, file.Path).Bind(3, file.Stamp.Length).Bind(4, file.Stamp.LastWriteUtc.Ticks);

    public void Dispose()
    {
        foreach (var statement in (Statement[])[find, addOwner, add])
            statement.Dispose();
    }
}
