using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Reads and writes an archive's file, and turns SQLite's failures into sentences.</summary>
/// <param name="path">The file's path; null for a temporary archive.</param>
/// <param name="secrets">Texts are indexed and searched as they leave by it.</param>
internal sealed class ArchiveUse(ArchiveFile file, string? path, OutgoingDoor secrets) : IDisposable
{
    private readonly SemaphoreSlim writing = new(1, 1);

    /// <summary>Used by writers, one at a time.</summary>
    public NotedWords Noted { get; } = new();

    /// <summary>What was made of sessions before they are written.</summary>
    public PreparedSessions Prepared { get; } = new(secrets);

    public OutgoingDoor Secrets => secrets;

    /// <summary>Writes an owner's sessions, within a transaction.</summary>
    public SessionWriter Writer(SqliteConnection connection, string owner) => new(connection, owner, Noted, Prepared, Secrets);

    public bool Exists => file.Exists;

    /// <inheritdoc cref="ArchiveFile.IsBlank"/>
    public bool IsBlank => file.IsBlank;

    /// <summary>In which texts nothing is hidden, if the index may have words of what is.</summary>
    public OpenTexts Open { get; } = new();

    /// <summary>What to say to somebody who waited as long as they can.</summary>
    public string NoAnswer =>
        $"{(path is null ? "The temporary archive" : $"The archive {path}")} did not answer in time. Check that its disk works, and that no other "
        + "process keeps it busy.";

    /// <summary>Whether the index may have words of what is hidden: rules may have been added since others saved them.</summary>
    public bool MayFindHidden => path is not null && secrets.HidesMore;

    public long Bytes => file.Bytes;

    /// <summary>Reads a snapshot of the archive, unaffected by concurrent writes.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) =>
        RunAsync(() => file.Read(read, cancellationToken), cancellationToken);

    /// <summary>Writes everything, or nothing if it fails or is cancelled.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken) =>
        AloneAsync(
            () =>
            {
                try
                {
                    return file.Write(
                        connection =>
                        {
                            Noted.Begin(connection);
                            return write(connection);
                        },
                        cancellationToken
                    );
                }
                catch
                {
                    Noted.Forget();
                    throw;
                }
            },
            cancellationToken
        );

    /// <summary>Uses a connection outside a transaction, while nobody else of this process writes.</summary>
    public Task<T> UseAloneAsync<T>(Func<SqliteConnection, T> use, CancellationToken cancellationToken) =>
        AloneAsync(() => file.Use(use, cancellationToken), cancellationToken);

    public void Dispose()
    {
        file.Dispose();
        writing.Dispose();
    }

    /// <summary>Writers of this process wait here; otherwise all of them would poll for the file's lock.</summary>
    private async Task<T> AloneAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            return await RunAsync(work, cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Runs SQLite's calls on the thread pool, since they block.</summary>
    private Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                try
                {
                    return work();
                }
                catch (SqliteException exception) when (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException("The archive operation was cancelled.", exception, cancellationToken);
                }
                catch (Exception exception) when (Failure(exception) is { } failure)
                {
                    throw failure;
                }
            },
            cancellationToken
        );

    /// <summary>What to report instead of a failure if it is of a file from which nothing can be exported; null for another failure.</summary>
    public ChatSessionException? PastRescue(ChatSessionException failure) =>
        path is null ? null : ArchiveFailure.FindPastRescue(failure.InnerException, path);

    private ChatSessionException? Failure(Exception exception) =>
        path is null ? TemporaryFailure.Find(exception) : ArchiveFailure.Find(exception, path);
}
