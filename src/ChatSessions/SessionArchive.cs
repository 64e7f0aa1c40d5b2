using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;

namespace ChatSessions;

/// <summary>Opens archives. Outside the engine's folder, only this file knows which engine is used.</summary>
public static class SessionArchive
{
    /// <summary>Opens the archive in a file. The file and its folder are created when something is first saved.</summary>
    public static ISessionArchive Open(string path) => new SqliteArchive(path);

    /// <summary>Makes an archive for this process alone, which is gone when it is disposed.</summary>
    public static ISessionArchive OpenTemporary() => SqliteArchive.Temporary();
}
