using ChatSessions.Archive;
using ChatSessions.Archive.Sqlite;

namespace ChatSessions;

/// <summary>Opens archives. Nothing outside this file knows which engine keeps one.</summary>
public static class SessionArchive
{
    /// <summary>Opens the archive in a file. The file and its folder are made when something is first saved.</summary>
    public static ISessionArchive Open(string path) => new SqliteArchive(path);
}
