using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ChatSessions.Sources.Files;

/// <summary>
/// Files and folders that only their user may read: by modes on Linux and macOS, by access lists on Windows. They are private from the moment
/// they exist.
/// </summary>
public static partial class PrivateFile
{
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode FolderMode = Mode | UnixFileMode.UserExecute;

    /// <summary>Creates a file, or opens the one that exists, if the mode says so. The stream has no buffer.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share = FileShare.Read)
    {
        if (OperatingSystem.IsWindows())
            return AccessList.Open(path, mode, access, share);
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = access,
            Share = share,
            BufferSize = 0,
            UnixCreateMode = Mode,
        };
        return new FileStream(path, options);
    }

    /// <summary>Creates a folder. One that exists stays as it is.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            AccessList.CreateFolder(path);
        else
            Directory.CreateDirectory(path, FolderMode);
    }

    /// <summary>Makes a file that exists private, unless it is.</summary>
    public static void Narrow(string path)
    {
        if (OperatingSystem.IsWindows())
            AccessList.Narrow(path);
        else if ((File.GetUnixFileMode(path) & ~FolderMode) != 0)
            File.SetUnixFileMode(path, Mode);
    }

    /// <summary>
    /// Whether nobody may read or write a file but its owner. If that is root, its group may read it too, as for the keys of PostgreSQL:
    /// Kubernetes mounts secrets like this for a process that is not root.
    /// </summary>
    /// <param name="file">Open for reading.</param>
    public static bool IsPrivate(FileStream file)
    {
        if (OperatingSystem.IsWindows())
            return AccessList.IsPrivate(file);
        var more = File.GetUnixFileMode(file.SafeFileHandle) & ~Mode;
        return more == 0 || (more == UnixFileMode.GroupRead && OperatingSystem.IsLinux() && IsOfRoot(file.SafeFileHandle));
    }

    /// <summary>The start of a sentence that says how to make a file private, after one that names it.</summary>
    /// <param name="shownPath">The path as it may be shown.</param>
    public static string Advice(string shownPath) =>
        OperatingSystem.IsWindows() ? $"Run `{AccessList.CommandFor(shownPath)}`" : "Run `chmod 600` on it";

    [UnsupportedOSPlatform("windows")]
    private static unsafe bool IsOfRoot(SafeFileHandle file)
    {
        // The layout of struct statx is the same everywhere: https://man7.org/linux/man-pages/man2/statx.2.html.
        const int ofThisHandle = 0x1000;
        const uint userId = 0x8;
        const int userIdAt = 5;
        var status = stackalloc uint[64];
        return Statx(file, "", ofThisHandle, userId, status) == 0 && status[userIdAt] == 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(SafeFileHandle file, string path, int flags, uint mask, uint* status);
}
