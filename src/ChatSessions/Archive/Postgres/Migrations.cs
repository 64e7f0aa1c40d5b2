using System.Data;
using System.Globalization;
using ChatSessions.Model;
using Npgsql;

namespace ChatSessions.Archive.Postgres;

/// <summary>Brings an archive to the current format: numbered files of SQL, each run once. A newer format is refused and stays as it is.</summary>
internal static class Migrations
{
    private static readonly string[] Files = ["001-archive.sql", "002-deleted.sql", "003-owners.sql", "004-words.sql", "005-pairs.sql"];

    public static int Newest => Files.Length;

    /// <summary>The archive's format; null if there is no archive.</summary>
    /// <exception cref="ChatSessionException">A newer version made it.</exception>
    public static async Task<int?> FormatAsync(NpgsqlConnection connection, PostgresPlace place, CancellationToken cancellationToken)
    {
        var work = new Work(connection, [], place.Seconds, cancellationToken);
        if (await work.NumberAsync("select 1::bigint where to_regclass('chat_mcp.setting') is not null") is null)
            return null;
        var format = (int)(await work.NumberAsync("select value from chat_mcp.setting where name = 'format'") ?? 0);
        return format <= Newest
            ? format
            : throw new ChatSessionException(
                ChatSessionError.Unavailable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The archive {place} was written by a newer version (format {format}; this version supports {Newest}), and was not changed. "
                        + $"Update the program, or use another database."
                )
            );
    }

    /// <summary>Runs what is missing, in one transaction. Several processes may do so at once: one runs it, and the others wait for that.</summary>
    public static async Task RunAsync(NpgsqlConnection connection, PostgresPlace place, CancellationToken cancellationToken)
    {
        if (await FormatAsync(connection, place, cancellationToken) == Newest)
            return;
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var work = new Work(connection, [], place.MaintenanceSeconds, cancellationToken);
        // Of the transaction, not of the session, which may be another one after it.
        await work.ExecuteAsync("select pg_advisory_xact_lock(4844, 0)");
        if (await work.NumberAsync("select 1::bigint where current_setting('server_encoding') = 'UTF8'") is null)
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"The database of the archive {place} does not have the encoding UTF8. Create it with `createdb --encoding UTF8 {place.Database}`."
            );
        for (var format = await FormatAsync(connection, place, cancellationToken) ?? 0; format < Newest; format++)
        {
            await work.ExecuteAsync(Sql(Files[format]));
            await work.ExecuteAsync("update chat_mcp.setting set value = $1 where name = 'format'", format + 1L);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    private static string Sql(string name)
    {
        using var stream = typeof(Migrations).Assembly.GetManifestResourceStream($"archive-postgres/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
