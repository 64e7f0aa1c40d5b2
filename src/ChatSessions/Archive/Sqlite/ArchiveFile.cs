using System.Globalization;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>The file of an archive: made for its owner alone, brought up to date, and never touched when it is not ours or newer than we are.</summary>
internal sealed class ArchiveFile : IDisposable
{
    private const int ApplicationId = 0x43684172;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    private static readonly string[] Migrations = ["001-archive.sql", "002-imported.sql", "003-listed.sql"];

    private readonly string path;
    private readonly string connectionString;
    private readonly SemaphoreSlim opening = new(1, 1);
    private bool isReady;
    private bool isUsed;

    public ArchiveFile(string path)
    {
        this.path = Path.GetFullPath(path);
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = this.path,
            // Never Create: SQLite's own files are readable by whoever the umask lets.
            Mode = SqliteOpenMode.ReadWrite,
        }.ToString();
    }

    /// <summary>Whether there is something in the file's place, be it an archive or not.</summary>
    public bool Exists => Path.Exists(path);

    /// <summary>Reads one state of the archive. One that is not there yet reads as an empty one, which is in memory.</summary>
    public T Read<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        if (!Exists)
            return ReadEmpty(read, cancellationToken);
        try
        {
            return Use(connection => Transactions.Read(connection, read, cancellationToken), cancellationToken);
        }
        catch (SqliteException exception) when (UnwritableArchive.IsReason(exception) && Exists)
        {
            return new UnwritableArchive(path).Read(
                connection => Version(connection) == Migrations.Length ? read(connection) : throw Outdated(),
                exception,
                cancellationToken
            );
        }
    }

    /// <summary>Writes all or, when it fails or is cancelled, nothing. The file is made where it does not exist.</summary>
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
                // Looked at again when all is written: what went to a file that was replaced meanwhile is not saved.
                MustBeInPlace(connection);
                return result;
            },
            cancellationToken
        );

    /// <summary>Uses a connection; the first time, the file is made and brought up to date.</summary>
    public T Use<T>(Func<SqliteConnection, T> use, CancellationToken cancellationToken)
    {
        using var connection = Open(cancellationToken);
        using var interruption = new Interruption(connection, cancellationToken);
        return use(connection);
    }

    private T ReadEmpty<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        using var empty = new SqliteConnection("Data Source=:memory:");
        empty.Open();
        Migrate(empty, cancellationToken);
        using var interruption = new Interruption(empty, cancellationToken);
        return Transactions.Read(empty, read, cancellationToken);
    }

    /// <summary>Opens a connection, a used one where there is one.</summary>
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
                // The file was taken away, and connections that were kept would write to what nobody finds again.
                Close();
                isReady = false;
            }
            if (!isReady)
                Prepare(cancellationToken);
            isReady = true;
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>
    /// Closes a file that another one took the place of. Its log must be emptied first, or what is in it would be taken for the new
    /// file's, which finds it under its own name.
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
        if (MovedFile.IsOf(connection))
            throw Refused($"The archive {path} was replaced by another file during the write. Try again.");
    }

    public void Dispose()
    {
        Close();
        opening.Dispose();
    }

    /// <summary>Closes the connections that are kept for use.</summary>
    private void Close()
    {
        // To close nothing SQLite need not be loaded.
        if (!isUsed)
            return;
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>How much the file takes, with what is not yet written back to it.</summary>
    public long Bytes => Files().Select(file => new FileInfo(file)).Where(file => file.Exists).Sum(file => file.Length);

    private string[] Files() => [path, path + "-wal", path + "-shm"];

    private SqliteConnection Connect(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(connectionString);
        isUsed = true;
        try
        {
            connection.Open();
            // Of the last commits some can be lost with the machine's power, never with the process.
            Transactions.Execute(connection, "pragma synchronous = normal; pragma cache_size = -8000", cancellationToken);
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
        // Before anything that writes: what is not ours stays as it is. In one transaction, since another process may be making it.
        if (Transactions.Read(connection, Version, cancellationToken) < Migrations.Length)
        {
            Transactions.Execute(connection, "pragma journal_mode = wal", cancellationToken);
            Migrate(connection, cancellationToken);
        }
        Narrow();
    }

    private void Create()
    {
        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder); // A user's own folders are closed to others there.
        else
            Directory.CreateDirectory(folder, OwnerOnlyFolder);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster. The file must not be opened but by SQLite: closing it would let go of SQLite's locks.
        }
    }

    /// <summary>SQLite's two other files inherit the mode, but were there already where the file was.</summary>
    private void Narrow()
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in Files().Where(File.Exists))
            try
            {
                if ((File.GetUnixFileMode(file) & ~OwnerOnlyFolder) != 0)
                    File.SetUnixFileMode(file, OwnerOnly);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It is another user's, or on a disk that is only read: who may read it is not ours to say.
            }
    }

    private int Version(SqliteConnection connection)
    {
        var version = (int)Ask(connection, "pragma user_version");
        var isOurs = Ask(connection, "pragma application_id") == ApplicationId;
        if (!isOurs && (version != 0 || Ask(connection, "select count(*) from sqlite_schema") > 0))
            throw Refused($"{path} is a database but not a chat session archive, and was not changed. Use another file.");
        if (version > Migrations.Length)
            throw Refused(
                $"The archive {path} was written by a newer version (format {version}; this version supports {Migrations.Length}), "
                    + "and was not changed. Update the program, or use another file."
            );
        return version;
    }

    private void Migrate(SqliteConnection connection, CancellationToken cancellationToken) =>
        Transactions.Write(
            connection,
            _ =>
            {
                // Asked again under the lock: several processes start at the same time.
                for (var version = Version(connection); version < Migrations.Length; version++)
                {
                    Statement.Execute(connection, Sql(Migrations[version]));
                    Statement.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {version + 1}"));
                }
                return true;
            },
            cancellationToken
        );

    private ChatSessionException Outdated() =>
        Refused(
            $"The archive {path} has an older format, and cannot be updated because it is read-only. "
                + "Make the file and its folder writable, or use another file."
        );

    /// <summary>A file that cannot be used is as good as none: other sources go on.</summary>
    private static ChatSessionException Refused(string message) => new(ChatSessionError.Unavailable, message);

    private static string Sql(string name)
    {
        using var stream = typeof(ArchiveFile).Assembly.GetManifestResourceStream($"archive/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static long Ask(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.ReadNumber() ?? 0;
    }
}
