using System.Runtime.CompilerServices;
using ChatSessions.Model;

namespace ChatSessions.Archive.Postgres;

/// <summary>Checks, compacts and exports an archive.</summary>
internal sealed class PostgresMaintenance(Database database) : IArchiveMaintenance
{
    private static readonly string[] Tables =
    [
        "owner",
        "session",
        "chunk",
        "entry",
        "words",
        "word",
        "original",
        "original_part",
        "unwanted",
        "imported",
        "deleted",
    ];

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => database.ExistsAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<long> MeasureAsync(CancellationToken cancellationToken)
    {
        // Its own connection, since the archive may be closed.
        using var again = new Database(database.Place);
        return await again.ReadAllAsync(
            0L,
            async work =>
                await work.NumberAsync(
                    """
                    select sum(pg_total_relation_size(c.oid))::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = 'chat_mcp' and c.relkind = 'r'
                    """
                ) ?? 0,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<bool> KeepsEncodedDataAsync(CancellationToken cancellationToken) =>
        database.ReadAllAsync(
            false,
            async work => await work.NumberAsync("select value from chat_mcp.setting where name = 'originals_with_data'") is > 0,
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task KeepEncodedDataAsync(bool keep, CancellationToken cancellationToken)
    {
        await database.MakeAsync(cancellationToken);
        await database.UseAsync(
            async work =>
            {
                await work.ExecuteAsync([
                    (Database.AddNumber, []),
                    (
                        "insert into chat_mcp.setting values ('originals_with_data', $1) on conflict (name) do update set value = excluded.value",
                        [keep ? 1L : 0L]
                    ),
                ]);
                return true;
            },
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ArchiveProblem>> VerifyAsync(CancellationToken cancellationToken) =>
        database.ReadAllAsync<IReadOnlyList<ArchiveProblem>>([], PostgresCheck.RunAsync, cancellationToken);

    /// <inheritdoc/>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        foreach (
            var owner in await database.ReadAllAsync<IReadOnlyList<OwnerRow>>([], work => Task.FromResult(work.Owners), cancellationToken)
        )
            await database.WriteAsync(owner.Name, TakeOutWhatIsUnusedAsync, cancellationToken, isMaintenance: true);
        if (await ExistsAsync(cancellationToken))
            await database.UseAsync(
                async work =>
                {
                    foreach (var table in Tables)
                        await work.ExecuteAsync($"vacuum (analyze) chat_mcp.{table}");
                    return true;
                },
                cancellationToken
            );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListOwnersAsync(CancellationToken cancellationToken) =>
        database.ReadAllAsync<IReadOnlyList<string>>(
            [],
            work => Task.FromResult<IReadOnlyList<string>>([.. work.Owners.Select(owner => owner.Name)]),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<SavedId>> ListSavedAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<SavedId>>(
            owner,
            [],
            async (work, no) =>
                await work.ListAsync(
                    "select id, crc, bytes from chat_mcp.session where owner = $1 order by no",
                    row => new SavedId(StoredText.Read(row.GetString(0)), SessionRow.VersionOf(row.GetInt64(1), row.GetInt32(2))),
                    no
                ),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<ImportedFile>> ListImportedAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<ImportedFile>>(
            owner,
            [],
            async (work, no) =>
                await work.ListAsync(
                    "select path, bytes, modified from chat_mcp.imported where owner = $1 order by path",
                    row => ImportedFile.OfStored(StoredText.Read(row.GetString(0)), row.GetInt64(1), row.GetInt64(2)),
                    no
                ),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task AddUnwantedAsync(
        string owner,
        IReadOnlyList<(string SessionId, string Unwanted)> marks,
        CancellationToken cancellationToken
    ) =>
        database.WriteAsync(
            owner,
            async work =>
            {
                await work.ExecuteAsync(
                    """
                    insert into chat_mcp.unwanted select s.owner, s.original, m.unwanted from unnest($2::text[], $3::text[]) m (id, unwanted)
                      join chat_mcp.session s on s.owner = $1 and s.id = m.id where s.original is not null on conflict do nothing
                    """,
                    work.Owners[0].No,
                    marks.Select(mark => StoredText.Of(mark.SessionId)).ToArray(),
                    marks.Select(mark => StoredText.Of(mark.Unwanted)).ToArray()
                );
                return true;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeletedSession>> ListDeletedAsync(string owner, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<DeletedSession>>(
            owner,
            [],
            async (work, no) =>
                await work.ListAsync(
                    "select key, updated from chat_mcp.deleted where owner = $1 order by key",
                    row => new DeletedSession(row.GetString(0), SessionRow.MomentOf(row.GetInt64(1)) ?? default),
                    no
                ),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task AddDeletedAsync(string owner, IReadOnlyList<DeletedSession> deleted, CancellationToken cancellationToken) =>
        database.WriteAsync(
            owner,
            async work =>
            {
                await work.ExecuteAsync(
                    DeletedKeys.Note,
                    work.Owners[0].No,
                    deleted.Select(one => one.Key).ToArray(),
                    deleted.Select(one => one.Updated.UtcTicks).ToArray()
                );
                return true;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArchivedSession> ExportAsync(
        string owner,
        Action<ChatSessionException> broken,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var ids = await ReadAsync(
            owner,
            [],
            (work, no) =>
                work.ListAsync(
                    "select id from chat_mcp.session where owner = $1 order by updated desc, id",
                    row => StoredText.Read(row.GetString(0)),
                    no
                ),
            cancellationToken
        );
        foreach (var id in ids)
        {
            ArchivedSession? session = null;
            try
            {
                session = await ReadAsync(owner, null, (work, no) => work.FindSessionAsync(no, id), cancellationToken);
            }
            catch (ChatSessionException exception) when (exception.Error is ChatSessionError.InvalidSession)
            {
                broken(exception);
            }
            if (session is not null)
                yield return session;
        }
    }

    private Task<T> ReadAsync<T>(string owner, T none, Func<Work, long, Task<T>> read, CancellationToken cancellationToken) =>
        database.ReadAsync(
            [owner],
            () => Task.FromResult(none),
            work => work.Owners is [var only] ? read(work, only.No) : Task.FromResult(none),
            cancellationToken
        );

    /// <summary>Takes out the listed words that no text of the owner has any more. All words are read for that.</summary>
    private static async Task<bool> TakeOutWhatIsUnusedAsync(Work work)
    {
        var owner = work.Owners[0].No;
        // An anti-join by hashes, since each text has many words.
        await work.FindWordsAsync(
            WordsCondition.AllOf(owner),
            """
            with used as (select distinct unnest(string_to_array(btrim(words), ' ')) text from chat_mcp.words where owner = $1)
            delete from chat_mcp.word w where w.owner = $1 and not exists (select 1 from used u where u.text = w.text)
            """,
            _ => 0,
            owner
        );
        await work.ExecuteAsync("update chat_mcp.owner set compactions = compactions + 1 where no = $1", owner);
        return true;
    }
}
