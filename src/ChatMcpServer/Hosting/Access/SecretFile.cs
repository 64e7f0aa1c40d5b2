using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ChatSessions.Model;
using ChatSessions.Recorded;
using Microsoft.Win32.SafeHandles;

namespace ChatMcpServer.Hosting.Access;

/// <summary>Files with secrets: only their owner may read them, and nobody ever sees half of one.</summary>
internal static partial class SecretFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int LongestFile = 16 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="option">The option that names it, for errors.</param>
    /// <exception cref="ChatSessionException">It does not exist, cannot be read, or others may read it.</exception>
    public static byte[] Read(string path, string option)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (!OperatingSystem.IsWindows() && !IsPrivate(file.SafeFileHandle))
                throw Invalid(
                    $"Others than its owner may read or write {Shown(path)} of {option}, and it holds secrets. Run `chmod 600` on it, and start again."
                );
            if (file.Length > LongestFile)
                throw Invalid($"{Shown(path)} of {option} is larger than 16 MB. Pass the right file.");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid($"Cannot read {Shown(path)} of {option} ({exception.Message.TrimEnd('.')}).");
        }
    }

    /// <summary>
    /// Whether nobody may read the file but its owner; if that is root, also its group may, as for the keys of PostgreSQL: Kubernetes mounts
    /// secrets like this for a process that is not root.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private static bool IsPrivate(SafeFileHandle file)
    {
        var more = File.GetUnixFileMode(file) & ~OwnerOnly;
        return more == 0 || (more == UnixFileMode.GroupRead && OperatingSystem.IsLinux() && IsOfRoot(file));
    }

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

    /// <summary>Writes a file: readers see either all of it, or what was there before.</summary>
    /// <exception cref="ChatSessionException">It cannot be written.</exception>
    public static void Write(string path, byte[] bytes)
    {
        var written = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var file = new FileStream(written, options))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }
            File.Move(written, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            File.Delete(written);
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"Cannot write {Shown(path)} ({exception.Message.TrimEnd('.')}). Check the folder, or pass another file."
            );
        }
    }

    /// <summary>A path, cleaned for a message.</summary>
    public static string Shown(string path) => OutgoingText.ShowName(path);

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
