using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Tells whether a connection's file is still the one that its path names. SQLite knows, since it has the file's inode; .NET says nothing
/// of inodes. On Windows a file that is open cannot be moved, and the answer is no.
/// </summary>
internal static partial class MovedFile
{
    /// <summary>SQLITE_FCNTL_HAS_MOVED: https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html</summary>
    private const int HasMoved = 20;

    /// <summary>Whether another file was put in its place, or none is there.</summary>
    public static bool IsOf(SqliteConnection connection)
    {
        var isMoved = 0;
        _ = Control(connection.Handle!.DangerousGetHandle(), 0, HasMoved, ref isMoved);
        return isMoved != 0;
    }

    /// <summary>SQLite's library, which is loaded by then, under the name that Microsoft.Data.Sqlite has for it.</summary>
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial int Control(nint database, nint schema, int operation, ref int answer);
}
