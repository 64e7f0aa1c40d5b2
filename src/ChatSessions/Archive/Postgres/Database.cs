using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// The database of an archive: its connections and transactions. Everything happens within a transaction that says whose sessions it is about,
/// and nothing outlives one, so that connections may be pooled on the way.
/// </summary>
internal sealed class Database : IDisposable
{
    /// <summary>Gives the archive its number, from 1 to what 32 bits hold, unless it has one.</summary>
    public const string AddNumber =
        "insert into chat_mcp.setting values ('number', 1 + floor(random() * 4294967294)::bigint) on conflict do nothing";

    private const int MostTries = 3;

    private readonly PostgresPlace place;
    private readonly NpgsqlDataSource source;
    private volatile bool isReady;

    public Database(PostgresPlace place)
    {
        this.place = place;
        source = place.Source();
    }

    public PostgresPlace Place => place;

    /// <summary>Reads a snapshot of what the owners have.</summary>
    /// <param name="empty">The answer if there is no archive yet.</param>
    public Task<T> ReadAsync<T>(
        IReadOnlyList<string> owners,
        Func<Task<T>> empty,
        Func<Work, Task<T>> read,
        CancellationToken cancellationToken
    ) => ReadAsync(owners, isMaintenance: false, empty, read, cancellationToken);

    /// <summary>Reads a snapshot of what all owners have, for maintenance.</summary>
    public Task<T> ReadAllAsync<T>(T empty, Func<Work, Task<T>> read, CancellationToken cancellationToken) =>
        ReadAsync([], isMaintenance: true, () => Task.FromResult(empty), read, cancellationToken);

    /// <summary>
    /// Writes everything, or nothing if it fails or is cancelled. Writers of one owner wait for each other. Makes the archive and the owner if there
    /// are none. If others wrote at the same time, or the connection broke, it is all done again.
    /// </summary>
    /// <param name="isMaintenance">Whether its statements may take minutes.</param>
    public Task<T> WriteAsync<T>(
        string owner,
        Func<Work, Task<T>> write,
        CancellationToken cancellationToken,
        bool isMaintenance = false
    ) =>
        TryAsync(
            async () =>
            {
                if (!isReady)
                    isReady = await MigrateAsync(cancellationToken);
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
                var seconds = Seconds(isMaintenance);
                var known = await LockAsync(connection, owner, seconds, cancellationToken);
                var work = new Work(connection, known, seconds, cancellationToken);
                var result = await write(work);
                await transaction.CommitAsync(cancellationToken);
                return result;
            },
            cancellationToken
        );

    /// <summary>Uses a connection for maintenance, outside of a transaction. The archive exists.</summary>
    public Task<T> UseAsync<T>(Func<Work, Task<T>> use, CancellationToken cancellationToken) =>
        TryAsync(
            async () =>
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                return await use(new Work(connection, [], place.MaintenanceSeconds, cancellationToken));
            },
            cancellationToken
        );

    /// <summary>Whether anything was ever saved.</summary>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken) =>
        ReadAllAsync(
            false,
            async work => await work.NumberAsync("select value from chat_mcp.setting where name = 'number'") is not null,
            cancellationToken
        );

    /// <summary>Makes the archive, unless it is there.</summary>
    public Task MakeAsync(CancellationToken cancellationToken) =>
        TryAsync(async () => isReady = await MigrateAsync(cancellationToken), cancellationToken);

    public void Dispose() => source.Dispose();

    private int Seconds(bool isMaintenance) => isMaintenance ? place.MaintenanceSeconds : place.Seconds;

    private Task<T> ReadAsync<T>(
        IReadOnlyList<string> owners,
        bool isMaintenance,
        Func<Task<T>> empty,
        Func<Work, Task<T>> read,
        CancellationToken cancellationToken
    ) =>
        TryAsync(
            async () =>
            {
                if (!isReady && !(isReady = await IsThereAsync(cancellationToken)))
                    return await empty();
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
                var known = await FindOwnersAsync(connection, owners, isMaintenance, "", Seconds(isMaintenance), cancellationToken);
                return await read(new Work(connection, known, Seconds(isMaintenance), cancellationToken));
            },
            cancellationToken
        );

    /// <summary>Whether there is an archive of the current format. An older one is brought up to date.</summary>
    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var format = await Migrations.FormatAsync(connection, place, cancellationToken);
        if (format is null)
            return false;
        if (format < Migrations.Newest)
            await Migrations.RunAsync(connection, place, cancellationToken);
        return true;
    }

    private async Task<bool> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await Migrations.RunAsync(connection, place, cancellationToken);
        return true;
    }

    /// <summary>Finds an owner and keeps others from writing its sessions until the transaction ends. Adds the owner if it is new.</summary>
    private static async Task<IReadOnlyList<OwnerRow>> LockAsync(
        NpgsqlConnection connection,
        string owner,
        int seconds,
        CancellationToken cancellationToken
    )
    {
        var known = await FindOwnersAsync(connection, [owner], isMaintenance: false, "for update", seconds, cancellationToken);
        if (known.Count > 0)
            return known;
        var work = new Work(connection, [], seconds, cancellationToken);
        await work.ExecuteAsync("insert into chat_mcp.owner (name) values ($1) on conflict do nothing", StoredText.Line(owner));
        await work.ExecuteAsync(AddNumber);
        return await FindOwnersAsync(connection, [owner], isMaintenance: false, "for update", seconds, cancellationToken);
    }

    /// <summary>Says whose sessions the transaction is about, and finds those owners.</summary>
    private static async Task<IReadOnlyList<OwnerRow>> FindOwnersAsync(
        NpgsqlConnection connection,
        IReadOnlyList<string> owners,
        bool isMaintenance,
        string locking,
        int seconds,
        CancellationToken cancellationToken
    )
    {
        var stored = owners.Select(StoredText.Line).ToList();
        await using var batch = new NpgsqlBatch(connection) { Timeout = seconds };
        var set = new NpgsqlBatchCommand(
            // To compile a plan takes longer than any of these statements.
            "select set_config('chat_mcp.owner', $1, true), set_config('chat_mcp.maintenance', $2, true), set_config('chat_mcp.words', '', true), "
                + "set_config('jit', 'off', true)"
        );
        set.Parameters.Add(new NpgsqlParameter<string> { TypedValue = string.Join('\n', stored) });
        set.Parameters.Add(new NpgsqlParameter<string> { TypedValue = isMaintenance ? "on" : "off" });
        batch.BatchCommands.Add(set);
        var find = new NpgsqlBatchCommand(
            $"""
            select no, name, sessions, compactions, (select value from chat_mcp.setting where name = 'number')
            from chat_mcp.owner {(isMaintenance ? "" : "where name = any($1)")} order by no {locking}
            """
        );
        if (!isMaintenance)
            find.Parameters.Add(
                new NpgsqlParameter<string[]> { TypedValue = [.. stored], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }
            );
        batch.BatchCommands.Add(find);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var found = new List<OwnerRow>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(
                new(
                    reader.GetInt64(0),
                    StoredText.Read(reader.GetString(1)),
                    reader.GetInt64(2),
                    reader.GetInt64(3),
                    reader.IsDBNull(4) ? 0 : reader.GetInt64(4)
                )
            );
        return isMaintenance ? found : [.. stored.Distinct().SelectMany(name => found.Where(owner => StoredText.Line(owner.Name) == name))];
    }

    /// <summary>Does it again where that may help, and turns failures into sentences.</summary>
    private async Task<T> TryAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
            try
            {
                return await work();
            }
            catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is NpgsqlException)
            {
                throw new OperationCanceledException("The archive operation was cancelled.", exception, cancellationToken);
            }
            catch (Exception exception)
                when (tried < MostTries && (PostgresFailure.IsTransient(exception) || isReady && PostgresFailure.IsGone(exception)))
            {
                if (PostgresFailure.IsGone(exception))
                    isReady = false;
                // After a restart of the server, all of its connections are dead.
                if (PostgresFailure.IsBroken(exception))
                    source.Clear();
            }
            catch (Exception exception) when (PostgresFailure.Find(exception, place) is { } failure)
            {
                throw failure;
            }
    }
}
