using System.Reflection;
using System.Runtime.InteropServices;
using ChatSessions;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace ChatMcpServer.Hosting;

/// <summary>
/// SQLite's library out of this program itself, so that one file is all there is to install. It is written to memory and loaded from
/// there when the archive is first opened, not at the start. Where it is not in the program, which it is in the native one for Linux, or
/// where memory must not be run, it is searched for as usual, beside the program first.
/// </summary>
internal static partial class EmbeddedSqlite
{
    /// <summary>As the project file names the resource.</summary>
    private const string Resource = "libe_sqlite3.so";

    private const uint CloseOnExec = 0x1;

    /// <summary>Kernels before 6.3 do not know it; later ones may be set to want it.</summary>
    private const uint MayBeRun = 0x10;

    /// <summary>Has the library taken from here once it is needed.</summary>
    public static void Use()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // Both must call the same copy of it.
        var library = new Lazy<nint>(Load);
        foreach (var caller in (Assembly[])[typeof(SQLite3Provider_e_sqlite3).Assembly, typeof(SessionArchive).Assembly])
            NativeLibrary.SetDllImportResolver(caller, (name, _, _) => name == "e_sqlite3" ? library.Value : 0);
    }

    private static nint Load()
    {
        using var library = typeof(EmbeddedSqlite).Assembly.GetManifestResourceStream(Resource);
        if (library is null)
            return 0;
        using var memory = OpenMemory();
        if (memory.IsInvalid)
            return 0;
        using (var file = new FileStream(memory, FileAccess.Write, bufferSize: 0))
        {
            library.CopyTo(file);
            return NativeLibrary.TryLoad($"/proc/self/fd/{memory.DangerousGetHandle()}", out var loaded) ? loaded : 0;
        }
    }

    private static SafeFileHandle OpenMemory()
    {
        var memory = CreateMemory(Resource, CloseOnExec | MayBeRun);
        return new SafeFileHandle(memory >= 0 ? memory : CreateMemory(Resource, CloseOnExec), ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemory(string name, uint flags);
}
