using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Lets a cancelled caller end what SQLite is doing on a connection, for as long as this is not disposed. What was going on fails, as
/// every statement after it does.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>How many of its instructions SQLite runs between two looks at the token: some fifty microseconds.</summary>
    private const int Instructions = 4_000;

    private readonly sqlite3 database;
    private readonly CancellationTokenRegistration interrupting;

    public Interruption(SqliteConnection connection, CancellationToken cancellationToken)
    {
        database = connection.Handle!;
        if (!cancellationToken.CanBeCanceled)
            return;
        // An interrupt alone is forgotten when it comes between two statements; a checkpoint looks at nothing else.
        raw.sqlite3_progress_handler(database, Instructions, _ => cancellationToken.IsCancellationRequested ? 1 : 0, null);
        interrupting = cancellationToken.UnsafeRegister(_ => raw.sqlite3_interrupt(database), null);
    }

    public void Dispose()
    {
        // Waits until an interrupt that is under way is done: the connection goes to somebody else next.
        interrupting.Dispose();
        raw.sqlite3_progress_handler(database, 0, null, null);
    }
}
