using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Transactions, and waiting for their locks. SQLite's own waiting cannot be cancelled, and it tries only ten times a second: always too
/// late if another process writes again and again, as an import does.
/// </summary>
internal static class Transactions
{
    /// <summary>How long to wait for a lock of another process; a batch of an import holds it for less than a second.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    /// <summary>Reads a snapshot of the archive, unaffected by concurrent writes.</summary>
    public static T Read<T>(SqliteConnection connection, Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        try
        {
            // The first read of the file takes the lock, not "begin".
            Execute(connection, "begin; select 1 from sqlite_schema limit 1", cancellationToken);
            return read(connection);
        }
        finally
        {
            // No commit: it fails after a damaged page was read, although the other results are correct.
            Leave(connection);
        }
    }

    /// <summary>Writes everything, or nothing if it fails or is cancelled.</summary>
    public static T Write<T>(SqliteConnection connection, Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        try
        {
            Execute(connection, "begin immediate", cancellationToken);
            var result = write(connection);
            Statement.Execute(connection, "commit");
            return result;
        }
        catch
        {
            Leave(connection);
            throw;
        }
    }

    /// <summary>Runs statements that return no rows, outside of a transaction. Waits for the locks of other processes.</summary>
    public static void Execute(SqliteConnection connection, string sql, CancellationToken cancellationToken) =>
        Wait(() => raw.sqlite3_exec(connection.Handle!, sql), connection, cancellationToken);

    /// <summary>Moves everything from the write-ahead log into the file, and empties the log. Waits until no other process reads from it.</summary>
    public static void EmptyLog(SqliteConnection connection, CancellationToken cancellationToken) =>
        Wait(
            () =>
            {
                using var checkpoint = new Statement(connection, "pragma wal_checkpoint(truncate)");
                return checkpoint.ReadNumber() == 1 ? raw.SQLITE_BUSY : raw.SQLITE_OK;
            },
            connection,
            cancellationToken
        );

    /// <summary>Rolls back, unless SQLite already has. A failed rollback is ignored, so that it does not hide the first error.</summary>
    public static void Leave(SqliteConnection connection)
    {
        if (raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            _ = raw.sqlite3_exec(connection.Handle!, "rollback");
    }

    private static void Wait(Func<int> attempt, SqliteConnection connection, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = attempt();
            if ((result & 0xFF) != raw.SQLITE_BUSY || Stopwatch.GetElapsedTime(started) >= LongestWait)
            {
                SqliteException.ThrowExceptionForRC(result, connection.Handle!);
                return;
            }
            Leave(connection);
            cancellationToken.WaitHandle.WaitOne(BetweenLooks);
        }
    }
}
