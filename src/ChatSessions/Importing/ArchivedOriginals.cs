using ChatSessions.Archive;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>
/// What the sessions in the archive were made of, for files that repeat the records of a session whose own file is gone or is not imported again.
/// </summary>
internal sealed class ArchivedOriginals(ISessionArchive archive, string owner, CancellationToken cancellationToken)
{
    private readonly HashSet<string> absent = [];

    /// <summary>The original of a session as a file; null if the archive has none, or a damaged one.</summary>
    public ImportFile? Find(string sessionId)
    {
        if (absent.Contains(sessionId))
            return null;
        try
        {
            // Files are read one after the other on a thread of their own, which may wait.
            if (archive.FindOriginalAsync(owner, sessionId, cancellationToken).GetAwaiter().GetResult() is { } original)
                return ImportFile.From(original);
        }
        catch (ChatSessionException exception) when (exception.Error == ChatSessionError.InvalidSession)
        {
            // `archive verify` reports it. Without it, what was copied is kept.
        }
        absent.Add(sessionId);
        return null;
    }
}
