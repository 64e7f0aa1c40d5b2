using System.Runtime.InteropServices;

namespace ChatMcpServer.Mcp;

/// <summary>
/// Memory that native code uses, SQLite most of all. glibc keeps what is freed, for each thread in an arena of its own: after fifteen minutes of
/// mixed load that was 26 MB of 222. Other C libraries have no such functions, and need none.
/// </summary>
internal static partial class NativeMemory
{
    /// <summary>M_ARENA_MAX of glibc's <c>malloc.h</c>.</summary>
    private const int MostArenas = -8;

    /// <summary>Threads that share an arena wait for each other, but calls of native code are few and long.</summary>
    private const int Arenas = 2;

    /// <summary>Lets threads share arenas, so that one uses what another has freed. To be called before there are many threads.</summary>
    public static void ShareArenas() => Call(() => SetOption(MostArenas, Arenas));

    /// <summary>Returns to the system what is free.</summary>
    public static void Trim() => Call(() => Trim(0));

    private static void Call(Func<int> function)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            function();
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);
}
