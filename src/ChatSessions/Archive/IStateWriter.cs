using ChatSessions.Model;

namespace ChatSessions.Archive;

/// <summary>
/// Writes one owner's sessions within a transaction, as <see cref="SavedStates"/> decides: what a storage engine provides for saving. What it
/// has written it reads back.
/// </summary>
internal interface IStateWriter
{
    /// <summary>Finds a session's row; null if the owner has no such session.</summary>
    ValueTask<SessionRow?> FindRowAsync(string id);

    /// <summary>Reads a session's JSON, byte for byte as it was saved.</summary>
    /// <exception cref="ChatSessionException">The archived session is damaged.</exception>
    ValueTask<byte[]> ReadJsonAsync(SessionRow row);

    /// <summary>What a session was made of; null if it was not kept, or is damaged.</summary>
    ValueTask<Original?> FindOriginalAsync(SessionRow row);

    /// <summary>The ids of a session's earlier states.</summary>
    ValueTask<IReadOnlyList<string>> EarlierIdsAsync(string of);

    /// <summary>Adds a session that the owner does not have.</summary>
    ValueTask AddAsync(ArchivedSession session);

    /// <summary>Adds a session in place of another state of it.</summary>
    ValueTask ReplaceAsync(SessionRow had, ArchivedSession session);

    /// <summary>Deletes a session, and its original if no other session was made of that.</summary>
    ValueTask DeleteAsync(SessionRow had);

    /// <summary>Remembers that a session was deleted, until it is added again.</summary>
    ValueTask NoteDeletedAsync(DeletedSession deleted);

    /// <summary>Notes when a session was read again that has not changed.</summary>
    ValueTask TouchAsync(SessionRow had, DateTimeOffset fetchedAt);

    /// <summary>Keeps what a session was made of, in place of what was kept of it before.</summary>
    ValueTask KeepOriginalAsync(SessionRow had, Original original);
}
