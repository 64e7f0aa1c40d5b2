using System.Globalization;
using ChatSessions.Model;
using ChatSessions.Sources.Files;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Turns a failure of the archive's file into a sentence for the caller.</summary>
internal static class ArchiveFailure
{
    /// <summary>Whether the file's content is not what SQLite wrote.</summary>
    public static bool IsDamage(Exception? exception) =>
        exception
            is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB }
                or SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_READ };

    /// <summary>Returns the failure to report; null if the exception does not come from the file or SQLite.</summary>
    public static ChatSessionException? Find(Exception exception, string path) =>
        exception switch
        {
            SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL } => new(
                ChatSessionError.Unavailable,
                $"Another process has been writing to the archive {path} for more than five seconds. Try again when it has finished.",
                exception
            ),
            SqliteException { SqliteErrorCode: raw.SQLITE_NOTADB } => new(
                ChatSessionError.Unavailable,
                $"{path} is not a chat session archive, and was not changed. Use another file.",
                exception
            ),
            SqliteException { SqliteExtendedErrorCode: raw.SQLITE_CORRUPT_VTAB } => new(
                ChatSessionError.Unavailable,
                $"The word index of the archive {path} is damaged, so it cannot be searched. {Rescue(path)}",
                exception
            ),
            SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT } => new(
                ChatSessionError.Unavailable,
                $"The archive {path} is damaged. {Rescue(path)}",
                exception
            ),
            SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_SHMSIZE } =>
                new(
                    ChatSessionError.Unavailable,
                    $"No disk space left for the archive {path} or temporary files. Free some, or use a file elsewhere.",
                    exception
                ),
            SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_WRITE or raw.SQLITE_IOERR_FSYNC or raw.SQLITE_IOERR_TRUNCATE } =>
                new(
                    ChatSessionError.Unavailable,
                    $"Cannot write to the archive {path}. Check that its disk works, and whether a quota or a limit for the size of files is reached.",
                    exception
                ),
            // The word index does not say whether it read or wrote.
            SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR } unspecified => new(
                ChatSessionError.Unavailable,
                $"Cannot read or write the archive {path}: {Reason(unspecified)}. Check that its disk works, and whether a quota or a limit for the "
                    + "size of files is reached.",
                exception
            ),
            SqliteException { SqliteErrorCode: raw.SQLITE_READONLY } => new(
                ChatSessionError.Unavailable,
                $"The archive {path} is read-only. Make the file and its folder writable, or use another file.",
                exception
            ),
            TypeInitializationException when exception.GetBaseException() is DllNotFoundException => new(
                ChatSessionError.Unavailable,
                "Cannot load SQLite, which the archive needs. Put its library, e_sqlite3, next to the program, or pass --archive none.",
                exception
            ),
            SqliteException { SqliteErrorCode: not raw.SQLITE_CANTOPEN } other => new(
                ChatSessionError.Unavailable,
                $"Cannot use the archive {path}: {Reason(other)}. Try again. If that does not help, check that its disk works, that the file is "
                    + "yours, and that you can write to its folder.",
                exception
            ),
            SqliteException or IOException or UnauthorizedAccessException => new(
                ChatSessionError.Unavailable,
                $"Cannot open the archive {path}. Check that the file is yours, and that you can write to its folder.",
                exception
            ),
            _ => null,
        };

    /// <summary>The failure to report if nothing can be exported; null if the file is not damaged, or is no archive.</summary>
    public static ChatSessionException? FindPastRescue(Exception? exception, string path) =>
        exception is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT }
            ? new(
                ChatSessionError.Unavailable,
                $"The archive {path} is so damaged that nothing can be exported from it. Put a backup in its place, or move it away, and import "
                    + "or sync the sessions again.",
                exception
            )
            : null;

    private static string Rescue(string path) =>
        $"Save what is intact with `chat-mcp-server archive export DIR --raw --archive {ShellPath.Quote(path)}`, then move the file away and import "
        + "DIR into a new archive.";

    /// <summary>SQLite's words for the code, not those of the exception: they may have recorded text.</summary>
    private static string Reason(SqliteException exception) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{raw.sqlite3_errstr(exception.SqliteExtendedErrorCode).utf8_to_string()} (SQLite's code {exception.SqliteExtendedErrorCode})"
        );
}
