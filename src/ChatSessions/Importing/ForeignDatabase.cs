using ChatSessions.Model;
using ChatSessions.Sources.Files;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Importing;

/// <summary>
/// A copy of another program's SQLite database. Only the copy is opened: SQLite would lock the original, and write files next to it. What the
/// program has written but not yet moved into its database (<c>-wal</c>, <c>-journal</c>) is copied with it. The copy is in a private temporary
/// folder, and deleted when it is disposed.
/// </summary>
internal sealed class ForeignDatabase : IDisposable
{
    private const int Tries = 4;
    private const int BufferBytes = 1 << 20;

    /// <summary>Where a write-ahead log has the numbers that change when it begins again.</summary>
    private const int LogHeadBytes = 32;

    private static readonly string[] Companions = ["-wal", "-journal"];
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    private readonly DirectoryInfo folder;
    private readonly SqliteConnection connection;

    private ForeignDatabase(DirectoryInfo folder, SqliteConnection connection) => (this.folder, this.connection) = (folder, connection);

    /// <summary>Whether a file begins as every SQLite database does.</summary>
    public static bool IsDatabase(ImportFile file)
    {
        try
        {
            using var stream = file.OpenRaw();
            Span<byte> start = stackalloc byte[16];
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
                && start.SequenceEqual("SQLite format 3\0"u8);
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            return false; // Reading it will say why.
        }
    }

    /// <summary>A database's stamp together with that of the files that belong to it: most changes are only there for a while.</summary>
    public static FileStamp Whole(string path, FileStamp stamp)
    {
        foreach (var companion in Companions.Select(ending => FileStamp.Read(path + ending)))
            if (companion != default)
                stamp = new(
                    stamp.Length + companion.Length,
                    companion.LastWriteUtc > stamp.LastWriteUtc ? companion.LastWriteUtc : stamp.LastWriteUtc
                );
        return stamp;
    }

    /// <summary>Copies a database and opens the copy.</summary>
    /// <param name="maxBytes">The size limit of the database, in bytes.</param>
    /// <param name="maxValueBytes">The size limit of a value, in bytes; reading a larger one fails.</param>
    /// <exception cref="ChatSessionException">It is too large, or changes all the time.</exception>
    /// <exception cref="SqliteException">It is damaged.</exception>
    public static ForeignDatabase Open(string path, long maxBytes, long maxValueBytes, CancellationToken cancellationToken)
    {
        if (Whole(path, FileStamp.Read(path)).Length > maxBytes)
            throw new ChatSessionException(
                ChatSessionError.TooLarge,
                $"{path} is over the size limit of {maxBytes.Grouped()} bytes for a database. No option changes it."
            );
        var folder = Directory.CreateTempSubdirectory("chat-mcp-server-");
        try
        {
            var copy = Path.Combine(folder.FullName, "copy.db");
            Copy(path, copy, maxBytes, cancellationToken);
            var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = copy,
                    Mode = SqliteOpenMode.ReadWrite,
                    Pooling = false,
                }.ToString()
            );
            try
            {
                connection.Open();
                _ = raw.sqlite3_limit(connection.Handle, raw.SQLITE_LIMIT_LENGTH, (int)Math.Min(maxValueBytes, int.MaxValue));
                var database = new ForeignDatabase(folder, connection);
                // A schema may hold functions; those of an untrusted one are not run.
                database.Execute("pragma trusted_schema = off; pragma cell_size_check = on; pragma synchronous = off");
                return database;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch
        {
            Delete(folder);
            throw;
        }
    }

    /// <summary>Whether there is a table with these columns.</summary>
    public bool Has(string table, params IEnumerable<string> columns)
    {
        var known = Rows("select name from pragma_table_info(?1)", table).Select(row => row.GetString(0)).ToHashSet();
        return Rows("select 1 from sqlite_schema where type = 'table' and rootpage > 0 and name = ?1", table).Any()
            && columns.All(known.Contains);
    }

    /// <summary>Makes an index in the copy, unless there is one: without it, each session would read the whole table.</summary>
    public void Index(string table, string column)
    {
        if (
            !Rows("select 1 from sqlite_schema where type = 'index' and tbl_name = ?1 and sql like ?2", table, $"%({column}%").Any()
            && !Rows("select 1 from sqlite_schema where type = 'index' and tbl_name = ?1 and sql like ?2", table, $"%(_{column}%").Any()
        )
            Execute($"create index \"found by {column}\" on \"{table}\" (\"{column}\")");
    }

    /// <summary>Runs a query. Each row is valid until the next one is read.</summary>
    /// <param name="values">The values of <c>?1</c>, <c>?2</c> and so on.</param>
    public IEnumerable<SqliteDataReader> Rows(string sql, params IReadOnlyList<string> values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var index = 0; index < values.Count; index++)
            command.Parameters.AddWithValue($"?{index + 1}", values[index]);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader;
    }

    public void Dispose()
    {
        connection.Dispose();
        Delete(folder);
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Copies until nothing was moved into the database while it was copied: then it is one state of it, with a log that may only have grown.
    /// </summary>
    private static void Copy(string path, string copy, long maxBytes, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var before = (FileStamp.Read(path), LogHead(path), FileStamp.Read(path + "-journal"));
            var bytes = CopyFile(path, copy, maxBytes, cancellationToken);
            foreach (var ending in Companions)
                if (File.Exists(path + ending))
                    bytes += CopyFile(path + ending, copy + ending, maxBytes - bytes, cancellationToken);
                else
                    File.Delete(copy + ending);
            if (before == (FileStamp.Read(path), LogHead(path), FileStamp.Read(path + "-journal")))
                return;
            if (tried == Tries)
                throw new ChatSessionException(
                    ChatSessionError.Unavailable,
                    $"{path} was changed again and again while it was read. Import it again when its program is idle."
                );
            cancellationToken.WaitHandle.WaitOne(BetweenTries);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static string LogHead(string path)
    {
        if (!File.Exists(path + "-wal"))
            return "";
        using var log = SessionFile.OpenUnlocked(path + "-wal");
        Span<byte> head = stackalloc byte[LogHeadBytes];
        return Convert.ToHexString(head[..log.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
    }

    private static long CopyFile(string from, string to, long maxBytes, CancellationToken cancellationToken)
    {
        using var source = SessionFile.OpenUnlocked(from);
        using var target = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[BufferBytes];
        long bytes = 0;
        for (int count; (count = source.Read(buffer)) > 0; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            bytes += count;
            if (bytes > maxBytes)
                throw new ChatSessionException(
                    ChatSessionError.TooLarge,
                    $"{from} grew over the size limit of {maxBytes.Grouped()} bytes for a database while it was read. No option changes it."
                );
            target.Write(buffer, 0, count);
        }
        return bytes;
    }

    private static void Delete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            // A virus scanner may have it open; it is in the folder for temporary files.
        }
    }
}
