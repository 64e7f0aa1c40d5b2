using System.Runtime.CompilerServices;
using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Checks, compacts and exports an archive.</summary>
internal sealed class SqliteMaintenance(ArchiveUse archive) : IArchiveMaintenance
{
    /// <inheritdoc/>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => Task.FromResult(archive.Exists);

    /// <inheritdoc/>
    public Task<long> MeasureAsync(CancellationToken cancellationToken) => Task.FromResult(archive.Bytes);

    /// <inheritdoc/>
    public Task<bool> KeepsEncodedDataAsync(CancellationToken cancellationToken) =>
        archive.ReadAsync(
            connection =>
            {
                using var find = new Statement(connection, "select value from counter where name = 'originals_with_data'");
                return find.ReadNumber() is > 0;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task KeepEncodedDataAsync(bool keep, CancellationToken cancellationToken) =>
        archive.WriteAsync(
            connection =>
            {
                using var set = new Statement(connection, "insert or replace into counter values ('originals_with_data', ?1)");
                set.Bind(1, keep ? 1 : 0).Run();
                return true;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ArchiveProblem>> VerifyAsync(CancellationToken cancellationToken)
    {
        if (!archive.Exists)
            return [];
        if (archive.IsBlank)
            return
            [
                new("The file is empty, 0 bytes: it is no archive yet, or a copy of one that failed. Restore it again if it had sessions."),
            ];
        try
        {
            return await archive.ReadAsync(connection => ArchiveCheck.Run(connection, cancellationToken), cancellationToken);
        }
        catch (ChatSessionException exception) when (ArchiveFailure.IsDamage(exception.InnerException))
        {
            // The file is too damaged to be opened.
            return [new((archive.PastRescue(exception) ?? exception).Message)];
        }
    }

    /// <inheritdoc/>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        if (!archive.Exists || archive.IsBlank)
            return;
        while (
            await archive.WriteAsync(
                connection => UnreadWords.Read(connection, archive.Noted, archive.Secrets, cancellationToken),
                cancellationToken
            ) > 0
        ) { }
        await archive.UseAloneAsync(
            connection =>
            {
                Transactions.Write(connection, TakeOutWhatIsUnused, cancellationToken);
                Transactions.Execute(connection, "vacuum", cancellationToken);
                Transactions.EmptyLog(connection, cancellationToken);
                return true;
            },
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListOwnersAsync(CancellationToken cancellationToken) =>
        archive.ReadAsync<IReadOnlyList<string>>(
            connection =>
            {
                using var rows = new Statement(connection, "select name from owner order by no");
                var names = new List<string>();
                while (rows.Read())
                    names.Add(rows.Text(0));
                return names;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<SavedId>> ListSavedAsync(string owner, CancellationToken cancellationToken) =>
        archive.ReadAsync<IReadOnlyList<SavedId>>(
            connection =>
            {
                using var rows = new Statement(
                    connection,
                    "select id, crc, bytes from session where owner = (select no from owner where name = ?1) order by no"
                );
                rows.Bind(1, owner);
                var saved = new List<SavedId>();
                while (rows.Read())
                    saved.Add(new(rows.Text(0), SessionRow.VersionOf(rows.Number(1), rows.Number(2))));
                return saved;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<ImportedFile>> ListImportedAsync(string owner, CancellationToken cancellationToken) =>
        archive.ReadAsync(connection => ImportedFiles.List(connection, owner), cancellationToken);

    /// <inheritdoc/>
    public Task AddUnwantedAsync(
        string owner,
        IReadOnlyList<(string SessionId, string Unwanted)> marks,
        CancellationToken cancellationToken
    ) =>
        archive.WriteAsync(
            connection =>
            {
                using var add = new Statement(
                    connection,
                    """
                    insert or ignore into unwanted select o.original, ?3 from session s join session_original o on o.session = s.no
                    where s.owner = (select no from owner where name = ?1) and s.id = ?2
                    """
                );
                foreach (var (id, unwanted) in marks)
                    add.Bind(1, owner).Bind(2, id).Bind(3, unwanted).Run();
                return true;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeletedSession>> ListDeletedAsync(string owner, CancellationToken cancellationToken) =>
        archive.ReadAsync<IReadOnlyList<DeletedSession>>(connection => DeletedSessions.List(connection, owner), cancellationToken);

    /// <inheritdoc/>
    public Task AddDeletedAsync(string owner, IReadOnlyList<DeletedSession> deleted, CancellationToken cancellationToken) =>
        archive.WriteAsync(
            connection =>
            {
                using var addOwner = new Statement(connection, "insert or ignore into owner (name) values (?1)");
                addOwner.Bind(1, owner).Run();
                using var sessions = new DeletedSessions(connection, owner);
                foreach (var one in deleted)
                    sessions.Note(one);
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
        SalvagedList list;
        try
        {
            list = await archive.ReadAsync(connection => SalvagedList.Read(connection, owner, cancellationToken), cancellationToken);
        }
        catch (ChatSessionException exception) when (archive.PastRescue(exception) is { } failure)
        {
            throw failure;
        }
        foreach (var listed in list.Sessions)
        {
            ArchivedSession? session = null;
            try
            {
                session = await archive.ReadAsync(connection => list.Find(listed, connection), cancellationToken);
            }
            catch (ChatSessionException exception) when (exception.Error is ChatSessionError.InvalidSession)
            {
                broken(exception);
            }
            catch (ChatSessionException exception) when (ArchiveFailure.IsDamage(exception.InnerException))
            {
                broken(SalvagedList.Unreadable(listed, exception));
            }
            if (session is not null)
                yield return session;
        }
        if (list.Loss is { } loss)
            broken(new(ChatSessionError.InvalidSession, loss));
    }

    private static bool TakeOutWhatIsUnused(SqliteConnection connection)
    {
        Statement.Execute(
            connection,
            """
            insert into words (words) values ('optimize');
            insert into title_part (title_part) values ('optimize');
            delete from tool where no not in (select tool from entry where tool is not null)
            """
        );
        Vocabulary.TakeOutWhatIsUnused(connection);
        return true;
    }
}
