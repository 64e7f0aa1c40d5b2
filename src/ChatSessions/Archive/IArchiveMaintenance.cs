using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>Looking after an archive as a whole, which its user does now and then.</summary>
public interface IArchiveMaintenance
{
    /// <summary>Whether the archive was made, or something else is in its place. One that is not made yet reads as empty.</summary>
    Task<bool> ExistsAsync(CancellationToken cancellationToken);

    /// <summary>How many bytes the archive takes where it is kept; it may be asked when the archive is closed.</summary>
    Task<long> MeasureAsync(CancellationToken cancellationToken);

    /// <summary>Checks everything in the archive, whoever owns it, for damage; takes about a minute for each GB.</summary>
    /// <returns>What is wrong, a sentence each; empty when all is well.</returns>
    Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gives back the room that deleted sessions took, and leaves no trace of them. Needs as much free space as the archive takes. Readers go on
    /// meanwhile.
    /// </summary>
    Task CompactAsync(CancellationToken cancellationToken);

    /// <summary>Reads all of an owner's sessions, newest first; their JSON is as it came.</summary>
    /// <param name="broken">Called for each session that is damaged; the others are read.</param>
    IAsyncEnumerable<ArchivedSession> ExportAsync(string owner, Action<ChatSessionException> broken, CancellationToken cancellationToken);
}
