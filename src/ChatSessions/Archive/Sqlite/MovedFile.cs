using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Checks whether a connection's file is still the one at its path. SQLite knows, since it keeps the file's inode, which .NET does not
/// expose. On Windows an open file cannot be moved, so the answer is always no.
/// </summary>
internal static partial class MovedFile
{
    /// <summary>SQLITE_FCNTL_HAS_MOVED: https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html</summary>
    private const int HasMoved = 20;

    /// <summary>Whether the file was replaced by another, or removed.</summary>
    public static bool IsOf(SqliteConnection connection)
    {
        var isMoved = 0;
        _ = Control(connection.Handle!.DangerousGetHandle(), 0, HasMoved, ref isMoved);
        return isMoved != 0;
    }

    /// <summary>Calls SQLite's library, which is loaded by now, by the name that Microsoft.Data.Sqlite uses.</summary>
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial int Control(nint database, nint schema, int operation, ref int answer);
}
