using System.Diagnostics;
using System.Globalization;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>The file of an archive: made for its owner alone, brought up to date, and never touched when it is not ours or newer than we are.</summary>
internal sealed class ArchiveFile
{
    /// <summary>How long to wait for a lock that another process holds, in milliseconds; a batch of an import holds it under a second.</summary>
    private const int BusyTimeout = 5_000;

    /// <summary>How often to look for a lock that another process holds, in milliseconds; who writes again and again pauses longer.</summary>
    private const int WaitForTurn = 5;

    private const int ApplicationId = 0x43684172;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    private static readonly string[] Migrations = ["001-archive.sql", "002-imported.sql", "003-listed.sql"];

    private readonly string path;
    private readonly string connectionString;
    private readonly Lock opening = new();
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
            DefaultTimeout = BusyTimeout / 1000,
        }.ToString();
    }

    /// <summary>Whether there is something in the file's place, be it an archive or not.</summary>
    public bool Exists => Path.Exists(path);

    /// <summary>Opens a connection, a used one where there is one; the first time, the file is made and brought up to date.</summary>
    public SqliteConnection Open()
    {
        lock (opening)
        {
            if (isReady && !Exists)
            {
                // The file was taken away, and connections that were kept would write to what nobody finds again.
                Close();
                isReady = false;
            }
            if (!isReady)
                Prepare();
            isReady = true;
        }
        return Connect();
    }

    /// <summary>Opens a connection to read by. An archive that is not there yet reads as an empty one, which is in memory.</summary>
    public SqliteConnection OpenToRead()
    {
        if (Exists)
            return Open();
        var empty = new SqliteConnection("Data Source=:memory:");
        empty.Open();
        Migrate(empty);
        return empty;
    }

    /// <summary>Begins a transaction that reads one state of the archive, whatever others write meanwhile.</summary>
    public static void BeginReading(SqliteConnection connection) => Statement.Execute(connection, "begin");

    /// <summary>
    /// Begins a transaction that writes, when nobody else does. SQLite itself would look for that ten times a second, and always come late
    /// where another process writes again and again, as an import does.
    /// </summary>
    public static void BeginWriting(SqliteConnection connection)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            raw.sqlite3_busy_timeout(connection.Handle!, 0);
            var result = raw.sqlite3_exec(connection.Handle!, "begin immediate");
            raw.sqlite3_busy_timeout(connection.Handle!, BusyTimeout);
            var isBusy = (result & 0xFF) == raw.SQLITE_BUSY && Stopwatch.GetElapsedTime(started).TotalMilliseconds < BusyTimeout;
            if (!isBusy)
            {
                SqliteException.ThrowExceptionForRC(result, connection.Handle!);
                return;
            }
            Thread.Sleep(WaitForTurn);
        }
    }

    /// <summary>Does a work that counts as a whole or, when it fails, not at all.</summary>
    /// <param name="begin">Begins the transaction.</param>
    public static T Transaction<T>(SqliteConnection connection, Action<SqliteConnection> begin, Func<SqliteConnection, T> work)
    {
        begin(connection);
        try
        {
            var result = work(connection);
            Statement.Execute(connection, "commit");
            return result;
        }
        catch
        {
            // After some failures SQLite has rolled back already.
            if (raw.sqlite3_get_autocommit(connection.Handle!) == 0)
                Statement.Execute(connection, "rollback");
            throw;
        }
    }

    /// <summary>Closes the connections that are kept for use.</summary>
    public void Close()
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

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(connectionString);
        isUsed = true;
        try
        {
            connection.Open();
            // Of the last commits some can be lost with the machine's power, never with the process.
            Statement.Execute(connection, $"pragma busy_timeout = {BusyTimeout}; pragma synchronous = normal; pragma cache_size = -8000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Prepare()
    {
        if (Directory.Exists(path))
            throw Refused($"{path} is a folder. Name a file for the archive.");
        if (!Exists)
            Create();
        using var connection = Connect();
        // Before anything that writes: what is not ours stays as it is. In one transaction, since another process may be making it.
        if (Transaction(connection, BeginReading, Version) < Migrations.Length)
        {
            Set(connection, "pragma journal_mode = wal");
            Migrate(connection);
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
            if ((File.GetUnixFileMode(file) & ~OwnerOnlyFolder) != 0)
                File.SetUnixFileMode(file, OwnerOnly);
    }

    private int Version(SqliteConnection connection)
    {
        var version = (int)Ask(connection, "pragma user_version");
        var isOurs = Ask(connection, "pragma application_id") == ApplicationId;
        if (!isOurs && (version != 0 || Ask(connection, "select count(*) from sqlite_schema") > 0))
            throw Refused(
                $"{path} is a database, but no archive of chat sessions, and was left as it is. Name another file for the archive."
            );
        if (version > Migrations.Length)
            throw Refused(
                $"The archive {path} was made by a newer version of this program (format {version}, and this one knows {Migrations.Length}), "
                    + "and was left as it is. Update the program, or name another file for the archive."
            );
        return version;
    }

    private void Migrate(SqliteConnection connection) =>
        Transaction(
            connection,
            BeginWriting,
            _ =>
            {
                // Asked again under the lock: several processes start at the same time.
                for (var version = Version(connection); version < Migrations.Length; version++)
                {
                    Statement.Execute(connection, Sql(Migrations[version]));
                    Statement.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {version + 1}"));
                }
                return true;
            }
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

    /// <summary>By a command of ADO.NET, which tries again where SQLite does not wait by itself: changing the journal mode is such a case.</summary>
    private static void Set(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
