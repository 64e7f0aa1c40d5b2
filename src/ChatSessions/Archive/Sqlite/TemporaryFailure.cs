using ChatSessions.Model;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Turns a failure of a temporary archive into a sentence for the caller.</summary>
internal static class TemporaryFailure
{
    /// <summary>In which folders SQLite tries to make temporary files, the first that it can write to. The variables come before the folders.</summary>
    private static readonly string[] Variables = ["SQLITE_TMPDIR", "TMPDIR"];

    private static readonly string[] Usual = ["/var/tmp", "/usr/tmp", "/tmp"];

    /// <summary>Returns the failure to report; null if the exception does not come from SQLite or its file.</summary>
    public static ChatSessionException? Find(Exception exception) =>
        exception switch
        {
            SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => new(
                ChatSessionError.Unavailable,
                $"No disk space is left for temporary files in {Folders()[0]}. Free some, or set TMPDIR to a folder with more.",
                exception
            ),
            SqliteException or IOException or UnauthorizedAccessException => new(
                ChatSessionError.Unavailable,
                $"Cannot write temporary files to {string.Join(" or ", Folders())}. Make such a folder writable, or set TMPDIR to one that is.",
                exception
            ),
            _ => ArchiveFailure.Find(exception, "in memory"),
        };

    /// <summary>The folders that exist, in the order in which they are tried.</summary>
    private static List<string> Folders()
    {
        if (OperatingSystem.IsWindows())
            return [Path.GetTempPath()];
        List<string> folders =
        [
            .. Variables.Select(Environment.GetEnvironmentVariable).OfType<string>().Concat(Usual).Where(Directory.Exists).Distinct(),
        ];
        return folders.Count > 0 ? folders : ["/tmp"];
    }
}
