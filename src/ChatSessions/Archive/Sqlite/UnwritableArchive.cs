using ChatSessions.Model;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Reads an archive in a read-only place or on a full disk, where SQLite cannot create the files that coordinate processes. The file is
/// opened as immutable, and a result is valid only if the file did not change during the read.
/// </summary>
internal sealed class UnwritableArchive(string path)
{
    /// <summary>Whether a read failed because SQLite had to write.</summary>
    public static bool IsReason(SqliteException exception) =>
        exception.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY || IsFullDisk(exception);

    /// <summary>Whether there was no room for the file next to the archive that even a reader needs.</summary>
    public static bool IsFullDisk(SqliteException exception) => exception.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHMSIZE;

    /// <param name="reason">Why the usual read failed.</param>
    /// <exception cref="SqliteException">The disk is full, and some of the data is still in the write-ahead log.</exception>
    /// <exception cref="ChatSessionException">The file changed during the read, or some of its data is still in its write-ahead log.</exception>
    public T Read<T>(Func<SqliteConnection, T> read, SqliteException reason, CancellationToken cancellationToken)
    {
        var log = new FileInfo(path + "-wal");
        if (log is { Exists: true, Length: > 0 } && IsFullDisk(reason))
            throw reason;
        if (log is { Exists: true, Length: > 0 })
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"Cannot read the archive {path} in a read-only place, since its last changes are still in {log.FullName}. "
                    + "Copy both files to a folder that you can write to, and use the copy.",
                reason
            );
        var before = State();
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = $"{new Uri(path).AbsoluteUri}?immutable=1",
                Mode = SqliteOpenMode.ReadOnly,
                // A pooled connection would keep pages in its cache that may be outdated later.
                Pooling = false,
            }.ToString()
        );
        try
        {
            connection.Open();
            using var interruption = new Interruption(connection, cancellationToken);
            var result = Transactions.Read(connection, read, cancellationToken);
            return State() == before ? result : throw Changed(null);
        }
        catch (SqliteException exception) when (State() != before)
        {
            throw Changed(exception);
        }
    }

    private (DateTime, long, bool) State()
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length, File.Exists(path + "-wal")) : default;
    }

    private ChatSessionException Changed(Exception? exception) =>
        new(ChatSessionError.Unavailable, $"The archive {path} changed during the read. Try again.", exception);
}
