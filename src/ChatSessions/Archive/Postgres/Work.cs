using Npgsql;
using NpgsqlTypes;

namespace ChatSessions.Archive.Postgres;

/// <summary>Statements on a connection, within the caller's transaction. Parameters are <c>$1</c>, <c>$2</c> and so on.</summary>
/// <param name="owners">The transaction's owners that the archive knows, in the order that the caller gave.</param>
/// <param name="seconds">How long each statement may take; 0 for as long as it takes.</param>
internal sealed class Work(NpgsqlConnection connection, IReadOnlyList<OwnerRow> owners, int seconds, CancellationToken cancellationToken)
{
    private int cursors;

    /// <summary>How long each statement may take, in seconds; 0 for as long as it takes.</summary>
    public int Seconds => seconds;

    public CancellationToken Stop => cancellationToken;

    public IReadOnlyList<OwnerRow> Owners => owners;

    /// <summary>The numbers of the owners, as a query takes them.</summary>
    public long[] OwnerNumbers { get; } = [.. owners.Select(owner => owner.No)];

    public async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> row, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>The first row; null if there is none.</summary>
    public async Task<T?> FindAsync<T>(string sql, Func<NpgsqlDataReader, T> row, params object?[] parameters)
        where T : class => (await ListAsync(sql, row, parameters)).FirstOrDefault();

    /// <summary>The number in the first row; null if there is none.</summary>
    public async Task<long?> NumberAsync(string sql, params object?[] parameters) =>
        await ListAsync(sql, reader => reader.IsDBNull(0) ? (long?)null : reader.GetInt64(0), parameters) is [var first, ..] ? first : null;

    /// <summary>Lists texts that have words. The policy of the table of words looks for them, so they are set for it first.</summary>
    /// <param name="words">A query for the index of words.</param>
    public async Task<List<T>> FindWordsAsync<T>(string words, string sql, Func<NpgsqlDataReader, T> row, params object?[] parameters)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = seconds };
        var set = new NpgsqlBatchCommand(
            // The list of the texts that have a beginning of words may take more than the default of 4 MB. It would be kept as pages only then, and each
            // text of these pages be read: 19 s instead of 0.4 s.
            "select set_config('chat_mcp.words', $1, true), set_config('enable_seqscan', 'off', true), set_config('work_mem', '64MB', true)"
        );
        set.Parameters.Add(Parameter(words));
        batch.BatchCommands.Add(set);
        var find = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            find.Parameters.Add(Parameter(parameter));
        batch.BatchCommands.Add(find);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>As <see cref="FindWordsAsync"/>, but only as far as the caller goes on.</summary>
    public async IAsyncEnumerable<T> FindWordsInPartsAsync<T>(
        string words,
        string sql,
        Func<NpgsqlDataReader, T> row,
        params object?[] parameters
    )
    {
        const int most = 200;
        // It ends with the transaction.
        var cursor = $"found{++cursors}";
        await FindWordsAsync(words, $"declare {cursor} no scroll cursor for {sql}", _ => 0, parameters);
        for (var read = most; read == most; )
        {
            var part = await ListAsync($"fetch {most} from {cursor}", row);
            read = part.Count;
            foreach (var one in part)
                yield return one;
        }
    }

    public async Task ExecuteAsync(string sql, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs statements in one round trip.</summary>
    public async Task ExecuteAsync(IEnumerable<(string Sql, object?[] Parameters)> statements)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = seconds };
        foreach (var (sql, parameters) in statements)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var parameter in parameters)
                command.Parameters.Add(Parameter(parameter));
            batch.BatchCommands.Add(command);
        }
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, object?[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = seconds };
        foreach (var parameter in parameters)
            command.Parameters.Add(Parameter(parameter));
        return command;
    }

    /// <summary>Every type is named, so that nothing is looked up by reflection.</summary>
    private static NpgsqlParameter Parameter(object? value) =>
        value switch
        {
            null => new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            long number => new NpgsqlParameter<long> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Bigint },
            int number => new NpgsqlParameter<int> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Integer },
            bool yes => new NpgsqlParameter<bool> { TypedValue = yes, NpgsqlDbType = NpgsqlDbType.Boolean },
            string text => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text },
            byte[] bytes => new NpgsqlParameter<byte[]> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea },
            long[] numbers => new NpgsqlParameter<long[]> { TypedValue = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
            int[] numbers => new NpgsqlParameter<int[]> { TypedValue = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
            short[] numbers => new NpgsqlParameter<short[]>
            {
                TypedValue = numbers,
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint,
            },
            string?[] texts => new NpgsqlParameter<string?[]> { TypedValue = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            byte[][] many => new NpgsqlParameter<byte[][]> { TypedValue = many, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            _ => throw new ArgumentOutOfRangeException(nameof(value)),
        };
}

/// <summary>An owner as the archive knows it.</summary>
/// <param name="Sessions">How many sessions it has.</param>
/// <param name="Compactions">How often words were taken out of those that are listed for it.</param>
/// <param name="Archive">A number at random that tells the archive from others; 0 if nothing was saved.</param>
internal sealed record OwnerRow(long No, string Name, long Sessions, long Compactions, long Archive);
