using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Transactions, and waiting for the locks that they need. SQLite's own waiting cannot be cancelled, and looks for a lock ten times a
/// second: always too late where another process writes again and again, as an import does.
/// </summary>
internal static class Transactions
{
    /// <summary>How long to wait for a lock that another process holds; a batch of an import holds it under a second.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>How often to look for it.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    /// <summary>Reads one state of the archive, whatever others write meanwhile.</summary>
    public static T Read<T>(SqliteConnection connection, Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        try
        {
            // It is the first look at the file that takes the lock.
            Execute(connection, "begin; select 1 from sqlite_schema limit 1", cancellationToken);
            return read(connection);
        }
        finally
        {
            // Not committed: that fails after a damaged page was met, though all that was read is right.
            Leave(connection);
        }
    }

    /// <summary>Writes all or, when it fails or is cancelled, nothing.</summary>
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

    /// <summary>Runs statements that answer nothing, outside of a transaction, once no other process is in the way.</summary>
    public static void Execute(SqliteConnection connection, string sql, CancellationToken cancellationToken) =>
        Wait(() => raw.sqlite3_exec(connection.Handle!, sql), connection, cancellationToken);

    /// <summary>Writes back to the file what is only in its log, and empties that, once no other process reads from it.</summary>
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

    /// <summary>After some failures SQLite has rolled back already; a failure to do so must not hide the one that led here.</summary>
    private static void Leave(SqliteConnection connection)
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
