using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Until it is disposed, a cancelled token stops SQLite's work on a connection: the running statement fails, and so does every later one. It
/// leaves no transaction open.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>How many instructions SQLite runs between two checks of the token: about fifty microseconds.</summary>
    private const int Instructions = 4_000;

    private readonly SqliteConnection connection;
    private readonly sqlite3 database;
    private readonly CancellationToken cancellationToken;
    private readonly CancellationTokenRegistration interrupting;

    public Interruption(SqliteConnection connection, CancellationToken cancellationToken)
    {
        (this.connection, this.cancellationToken) = (connection, cancellationToken);
        database = connection.Handle!;
        if (!cancellationToken.CanBeCanceled)
            return;
        // Both are needed: an interrupt between two statements has no effect, and a checkpoint reacts to nothing else.
        raw.sqlite3_progress_handler(database, Instructions, _ => cancellationToken.IsCancellationRequested ? 1 : 0, null);
        interrupting = cancellationToken.UnsafeRegister(_ => raw.sqlite3_interrupt(database), null);
    }

    public void Dispose()
    {
        // Waits for a running interrupt to finish, since the connection will be used by someone else.
        interrupting.Dispose();
        raw.sqlite3_progress_handler(database, 0, null, null);
        // The rollback too may have been interrupted. The connection's next user could not begin then, and others not write.
        Transactions.Leave(connection);
        // SQLite forgets an interrupt when the next statement begins. If none did, it would be the checkpoint that is interrupted when the
        // connection is closed, and the write-ahead log would be left.
        if (cancellationToken.IsCancellationRequested)
            _ = raw.sqlite3_exec(database, "select 1");
    }
}
