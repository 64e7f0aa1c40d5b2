using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>Maintenance of a whole archive, which its user runs now and then.</summary>
public interface IArchiveMaintenance
{
    /// <summary>Whether the archive exists, or something else is in its place. An archive that does not exist yet reads as empty.</summary>
    Task<bool> ExistsAsync(CancellationToken cancellationToken);

    /// <summary>The storage that the archive uses, in bytes. May be called after the archive is closed.</summary>
    Task<long> MeasureAsync(CancellationToken cancellationToken);

    /// <summary>Whether originals of imported sessions keep data in base64 that no session shows.</summary>
    Task<bool> KeepsEncodedDataAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Sets whether they do, for all later imports. What is in the archive stays as it is, until its file is imported again.
    /// </summary>
    Task KeepEncodedDataAsync(bool keep, CancellationToken cancellationToken);

    /// <summary>Checks everything in the archive, of all owners, for damage. Takes about a minute per GB.</summary>
    Task<IReadOnlyList<ArchiveProblem>> VerifyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Returns the space of deleted sessions to the disk, and removes all traces of them. Needs as much free space as the archive uses.
    /// Readers are not blocked.
    /// </summary>
    Task CompactAsync(CancellationToken cancellationToken);

    /// <summary>The owners that have sessions or imported files.</summary>
    Task<IReadOnlyList<string>> ListOwnersAsync(CancellationToken cancellationToken);

    /// <summary>The ids of all of an owner's sessions, earlier states too, in the order in which they were saved, with their checksums.</summary>
    Task<IReadOnlyList<SavedId>> ListSavedAsync(string owner, CancellationToken cancellationToken);

    /// <summary>The files that were imported to their end.</summary>
    Task<IReadOnlyList<ImportedFile>> ListImportedAsync(string owner, CancellationToken cancellationToken);

    /// <summary>
    /// Notes which sessions are not to be made again of what others are made of, since they were deleted. Sessions that the owner has not, or whose
    /// originals were not kept, are left out.
    /// </summary>
    /// <param name="marks">A session that is there, and one that was made of the same original and was deleted.</param>
    Task AddUnwantedAsync(string owner, IReadOnlyList<(string SessionId, string Unwanted)> marks, CancellationToken cancellationToken);

    /// <summary>What is remembered of an owner's deleted sessions.</summary>
    Task<IReadOnlyList<DeletedSession>> ListDeletedAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Remembers sessions as deleted.</summary>
    Task AddDeletedAsync(string owner, IReadOnlyList<DeletedSession> deleted, CancellationToken cancellationToken);

    /// <summary>Reads all of an owner's sessions, newest first, with unchanged JSON.</summary>
    /// <param name="broken">Called for each damaged session; the export continues with the others.</param>
    IAsyncEnumerable<ArchivedSession> ExportAsync(string owner, Action<ChatSessionException> broken, CancellationToken cancellationToken);
}

/// <summary>A session in an archive.</summary>
/// <param name="Checksum">As <see cref="ISessionArchive.FindChecksumAsync"/> returns it.</param>
public readonly record struct SavedId(string SessionId, string Checksum);
