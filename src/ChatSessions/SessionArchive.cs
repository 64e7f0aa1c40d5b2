using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;
using ChatSessions.Redaction;

namespace ChatSessions;

/// <summary>Opens archives. Outside the engine's folder, only this file knows which engine is used.</summary>
public static class SessionArchive
{
    /// <summary>Opens the archive in a file. The file and its folder are created when something is first saved.</summary>
    /// <param name="secrets">No word of what it finds can be searched for; null for the standard secrets.</param>
    public static ISessionArchive Open(string path, SecretFinder? secrets = null) => new SqliteArchive(path, secrets);

    /// <summary>Makes an archive for this process alone, which is gone when it is disposed.</summary>
    /// <inheritdoc cref="Open"/>
    public static ISessionArchive OpenTemporary(SecretFinder? secrets = null) => SqliteArchive.Temporary(secrets);
}
