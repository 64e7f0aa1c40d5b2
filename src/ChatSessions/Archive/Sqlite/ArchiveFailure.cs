using ChatSessions.Model;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>What went wrong with an archive's file, as a sentence for the caller.</summary>
internal static class ArchiveFailure
{
    private const string Rescue =
        "Export its sessions, move it away, and import what was exported into a new one: all that is whole is saved so.";

    /// <summary>Whether what is in the file is not what SQLite wrote.</summary>
    public static bool IsDamage(Exception? exception) =>
        exception
            is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB }
                or SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_READ };

    /// <summary>The failure to report; null for an exception that does not come from the file.</summary>
    public static ChatSessionException? Find(Exception exception, string path) =>
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
            SqliteException { SqliteExtendedErrorCode: raw.SQLITE_CORRUPT_VTAB } => new(
                ChatSessionError.Unavailable,
                $"The word index of the archive {path} is damaged, so it cannot be searched. {Rescue}",
                exception
            ),
            SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT } => new(
                ChatSessionError.Unavailable,
                $"The archive {path} is damaged. {Rescue}",
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
                "SQLite, which keeps the archive, cannot be loaded: put its library, e_sqlite3, next to the program, or do without an archive.",
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
