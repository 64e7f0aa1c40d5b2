using ChatSessions.Model;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>What went wrong with an archive's file, as a sentence for the caller.</summary>
internal static class ArchiveFailure
{
    /// <summary>Whether what is in the file is not what SQLite wrote.</summary>
    public static bool IsDamage(Exception? exception) =>
        exception is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB };

    /// <summary>The failure to tell; null for an exception that is none of the file's.</summary>
    public static ChatSessionException? Of(Exception exception, string path) =>
        exception switch
        {
            SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } => new(
                ChatSessionError.Unavailable,
                $"The archive {path} is being written by another process for longer than five seconds. Try again when that has ended.",
                exception
            ),
            SqliteException { SqliteErrorCode: raw.SQLITE_NOTADB } => new(
                ChatSessionError.Unavailable,
                $"{path} is no archive of chat sessions, and was left as it is. Name another file for the archive.",
                exception
            ),
            SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT } => new(
                ChatSessionError.Unavailable,
                $"The archive {path} is damaged. Move it away, and import or fetch its sessions again into a new one.",
                exception
            ),
            SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => new(
                ChatSessionError.Unavailable,
                $"The disk has no room left for the archive {path}, or for temporary files. Free some, or name a file elsewhere.",
                exception
            ),
            SqliteException { SqliteErrorCode: raw.SQLITE_READONLY } => new(
                ChatSessionError.Unavailable,
                $"The archive {path} may be read but not written. Make the file and its folder writable to you, or name another file.",
                exception
            ),
            TypeInitializationException when exception.GetBaseException() is DllNotFoundException => new(
                ChatSessionError.Unavailable,
                "SQLite, which keeps the archive, cannot be loaded: put its library, e_sqlite3, beside the program, or do without an archive.",
                exception
            ),
            SqliteException or IOException or UnauthorizedAccessException => new(
                ChatSessionError.Unavailable,
                $"The archive {path} cannot be read or written. Check that it is a file of yours, in a folder that you may write to.",
                exception
            ),
            _ => null,
        };
}
