using System.Runtime.InteropServices;
using System.Text;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Standard error, written to past <see cref="Console"/>: that holds one lock while it writes to either output, so a write to a pipe that
/// nobody reads would stop the answers too.
/// </summary>
internal static partial class StandardError
{
    private const int Descriptor = 2;
    private const int Interrupted = 4;

    /// <summary>Writes a line; waits where nobody reads.</summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static void WriteLine(string line)
    {
        // Windows has no such lock.
        if (OperatingSystem.IsWindows())
        {
            Console.Error.WriteLine(line);
            return;
        }
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(line + "\n");
        while (!rest.IsEmpty)
        {
            var written = Write(Descriptor, rest, rest.Length);
            if (written >= 0)
                rest = rest[(int)written..];
            else if (Marshal.GetLastPInvokeError() != Interrupted)
                throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nint count);
}
