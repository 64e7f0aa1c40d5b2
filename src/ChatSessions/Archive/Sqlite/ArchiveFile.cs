using ChatSessions.Model;
using ChatSessions.Sources.Files;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// The file of an archive. It is readable only by its user, and migrated to the current format. A file that is not an archive, or has a
/// newer format, is never changed.
/// </summary>
internal sealed class ArchiveFile : IDisposable
{
    private readonly string path;
    private readonly string connectionString;
    private readonly SemaphoreSlim opening = new(1, 1);
    private readonly SqliteConnection? temporary;
    private bool isReady;
    private bool isUsed;
    private bool isClosed;

    public ArchiveFile(string path)
    {
        this.path = Path.GetFullPath(path);
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = this.path,
            // Never Create: SQLite would create the file with the umask's permissions, which may let others read it.
            Mode = SqliteOpenMode.ReadWrite,
        }.ToString();
    }

    /// <summary>
    /// A database without a path, for one process: SQLite keeps it in memory, and what does not fit in a file without a name, which is gone
    /// when it is closed. It has a single connection, used by one thread at a time.
    /// </summary>
    private ArchiveFile()
    {
        (path, connectionString) = ("", "Data Source=;Pooling=False");
        temporary = new(connectionString);
        try
        {
            temporary.Open();
            Migrations.Run(temporary, path, CancellationToken.None);
        }
        catch (Exception exception)
        {
            temporary.Dispose();
            if (TemporaryFailure.Find(exception) is { } failure)
                throw failure;
            throw;
        }
    }

    /// <summary>Makes an archive that is gone when it is closed.</summary>
    public static ArchiveFile Temporary() => new();

    /// <summary>Whether anything exists at the path, an archive or not.</summary>
    public bool Exists => temporary is not null || Path.Exists(path);

    /// <summary>Whether the file has no bytes: nothing was saved in it yet, or what was is lost.</summary>
    public bool IsBlank => temporary is null && File.Exists(path) && Bytes == 0;

    /// <summary>
    /// Reads a snapshot of the archive. A file that does not exist yet, or has no bytes, reads as an empty archive in memory, and stays as it is.
    /// </summary>
    public T Read<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        if (!Exists || IsBlank)
            return ReadEmpty(read, cancellationToken);
        if (temporary is not null)
            return Use(connection => Transactions.Read(connection, read, cancellationToken), cancellationToken);
        try
        {
            return Use(connection => Transactions.Read(connection, read, cancellationToken), cancellationToken);
        }
        catch (SqliteException exception) when (UnwritableArchive.IsReason(exception) && Exists)
        {
            return new UnwritableArchive(path).Read(
                connection => Migrations.FormatOf(connection, path) == Migrations.Newest ? read(connection) : throw Outdated(),
                exception,
                cancellationToken
            );
        }
    }

    /// <summary>Writes everything, or nothing if it fails or is cancelled. Creates the file if it does not exist.</summary>
    public T Write<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken) =>
        Use(
            connection =>
            {
                var result = Transactions.Write(
                    connection,
                    open =>
                    {
                        MustBeInPlace(open);
                        return write(open);
                    },
                    cancellationToken
                );
                // Check again after the commit: what went to a file that was replaced in the meantime is not saved.
                MustBeInPlace(connection);
                return result;
            },
            cancellationToken
        );

    /// <summary>Uses a connection. The first use creates the file if needed, and migrates it.</summary>
    public T Use<T>(Func<SqliteConnection, T> use, CancellationToken cancellationToken)
    {
        if (temporary is not null)
            return UseTemporary(temporary, use, cancellationToken);
        using var connection = Open(cancellationToken);
        using var interruption = new Interruption(connection, cancellationToken);
        return use(connection);
    }

    private T UseTemporary<T>(SqliteConnection only, Func<SqliteConnection, T> use, CancellationToken cancellationToken)
    {
        opening.Wait(cancellationToken);
        try
        {
            if (isClosed)
                throw Refused("The temporary archive was closed during the search. Try again.");
            using var stop = new Interruption(only, cancellationToken);
            return use(only);
        }
        finally
        {
            opening.Release();
        }
    }

    private T ReadEmpty<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        using var empty = new SqliteConnection("Data Source=:memory:");
        empty.Open();
        Migrations.Run(empty, path, cancellationToken);
        using var interruption = new Interruption(empty, cancellationToken);
        return Transactions.Read(empty, read, cancellationToken);
    }

    /// <summary>Opens a connection, from the pool if possible.</summary>
    private SqliteConnection Open(CancellationToken cancellationToken)
    {
        while (true)
        {
            MakeReady(cancellationToken);
            var connection = Connect(cancellationToken);
            if (!MovedFile.IsOf(connection))
                return connection;
            using (connection)
                LetGo(connection, cancellationToken);
        }
    }

    private void MakeReady(CancellationToken cancellationToken)
    {
        opening.Wait(cancellationToken);
        try
        {
            if (isReady && !Exists)
            {
                // The file was removed. Pooled connections would still write to it, and nobody could find that data again.
                Close();
                isReady = false;
            }
            if (!isReady)
                Prepare(cancellationToken);
            isReady = true;
        }
        catch when (!isReady)
        {
            // The user may now replace the file. Pooled connections would still be of this one.
            Close();
            throw;
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>
    /// Closes a file that was replaced by another. Its write-ahead log must be emptied first: the log is found by the file's name, so
    /// SQLite would take it for the new file's.
    /// </summary>
    private void LetGo(SqliteConnection connection, CancellationToken cancellationToken)
    {
        opening.Wait(cancellationToken);
        try
        {
            Transactions.EmptyLog(connection, cancellationToken);
            SqliteConnection.ClearPool(connection);
            isReady = false;
        }
        finally
        {
            opening.Release();
        }
    }

    private void MustBeInPlace(SqliteConnection connection)
    {
        if (temporary is null && MovedFile.IsOf(connection))
            throw Refused($"The archive {path} was replaced by another file during the write. Try again.");
    }

    public void Dispose()
    {
        if (temporary is null)
        {
            Close();
            opening.Dispose();
            return;
        }
        // A search that uses the connection ends first, and one that waits for it is refused.
        opening.Wait();
        isClosed = true;
        temporary.Dispose();
        opening.Release();
    }

    /// <summary>Closes the pooled connections.</summary>
    private void Close()
    {
        // Without connections, do not load SQLite just to close.
        if (!isUsed)
            return;
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>The size on disk, including the write-ahead log, but not what readers share while they read.</summary>
    public long Bytes => LengthOf(path) + LengthOf(path + "-wal");

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true, Length: var length } ? length : 0;

    private string[] Files() => [path, path + "-wal", path + "-shm"];

    private SqliteConnection Connect(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(connectionString);
        isUsed = true;
        try
        {
            connection.Open();
            // A power failure may lose the last commits; a crash of the process never does. Each of a server's connections has a cache of its
            // own, which it keeps between uses. A larger one makes neither searches nor imports faster: the system keeps the file in memory too.
            Transactions.Execute(connection, "pragma synchronous = normal; pragma cache_size = -2000", cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Prepare(CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
            throw Refused($"{path} is a folder. Use a file for the archive.");
        if (!Exists)
            Create();
        using var connection = Connect(cancellationToken);
        // Check the format before any write, so that a file of another program stays unchanged. In one transaction, since another
        // process may be creating the archive.
        if (Transactions.Read(connection, open => Migrations.FormatOf(open, path), cancellationToken) < Migrations.Newest)
        {
            Transactions.Execute(connection, "pragma journal_mode = wal", cancellationToken);
            Migrations.Run(connection, path, cancellationToken);
        }
        Narrow();
    }

    private void Create()
    {
        PrivateFile.CreateFolder(Path.GetDirectoryName(path)!);
        try
        {
            PrivateFile.Open(path, FileMode.CreateNew, FileAccess.Write).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster. Only SQLite may open the file: closing another handle to it would release SQLite's locks.
        }
    }

    /// <summary>
    /// Makes the files private. On Linux and macOS new -wal and -shm files get the mode of the archive, and existing ones keep theirs. On Windows
    /// SQLite creates them as their folder has it.
    /// </summary>
    private void Narrow()
    {
        foreach (var file in Files().Where(File.Exists))
            try
            {
                PrivateFile.Narrow(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The file belongs to another user, or the disk is read-only: its permissions are not ours to change.
            }
    }

    private ChatSessionException Outdated() =>
        Refused(
            $"The archive {path} has an older format, and cannot be updated because it is read-only. "
                + "Make the file and its folder writable, or use another file."
        );

    /// <summary>Unavailable, so that the other sources still answer when the file cannot be used.</summary>
    private static ChatSessionException Refused(string message) => new(ChatSessionError.Unavailable, message);
}
