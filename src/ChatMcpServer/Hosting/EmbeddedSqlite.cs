using System.Reflection;
using System.Runtime.InteropServices;
using ChatSessions;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Loads SQLite from a resource of this program, so that one file is all there is to install. The library is written to memory and loaded
/// from there when the archive is first opened, not at the start. Only the native Linux program contains it; without it, or where memory must
/// not be executed, the usual search applies, next to the program first.
/// </summary>
internal static partial class EmbeddedSqlite
{
    /// <summary>The name of the resource in the project file.</summary>
    private const string Resource = "libe_sqlite3.so";

    private const uint CloseOnExec = 0x1;

    /// <summary>MFD_EXEC: unknown to kernels before 6.3; later ones can be configured to require it.</summary>
    private const uint MayBeRun = 0x10;

    /// <summary>Registers the resolver that loads the library when it is first needed.</summary>
    public static void Use()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // Both assemblies must use the same copy.
        var copy = new Lazy<SafeFileHandle?>(Write);
        foreach (var caller in (Assembly[])[typeof(SQLite3Provider_e_sqlite3).Assembly, typeof(SessionArchive).Assembly])
            NativeLibrary.SetDllImportResolver(caller, (name, _, _) => name == "e_sqlite3" ? Load(copy.Value) : 0);
    }

    /// <summary>
    /// Loads the library once more, which gives the same handle with one more reference. Each caller needs its own: of two threads that call
    /// SQLite first at the same moment, the runtime frees the handle of one, and the last reference would take the library away from all.
    /// </summary>
    internal static nint Load(SafeFileHandle? copy) =>
        copy is not null && NativeLibrary.TryLoad($"/proc/self/fd/{copy.DangerousGetHandle()}", out var loaded) ? loaded : 0;

    /// <summary>The library in memory, which stays open until the process ends; null if it is not embedded, or the kernel refuses.</summary>
    private static SafeFileHandle? Write()
    {
        using var library = typeof(EmbeddedSqlite).Assembly.GetManifestResourceStream(Resource);
        if (library is null)
            return null;
        var memory = OpenMemory();
        if (memory.IsInvalid)
            return null;
        Span<byte> part = stackalloc byte[16 * 1024];
        for (long written = 0; library.Read(part) is var read and > 0; written += read)
            RandomAccess.Write(memory, part[..read], written);
        return memory;
    }

    private static SafeFileHandle OpenMemory()
    {
        var memory = CreateMemory(Resource, CloseOnExec | MayBeRun);
        return new SafeFileHandle(memory >= 0 ? memory : CreateMemory(Resource, CloseOnExec), ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemory(string name, uint flags);
}
