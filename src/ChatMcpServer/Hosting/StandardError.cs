using System.Runtime.InteropServices;
using System.Text;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Writes to standard error without <see cref="Console"/>, which holds one lock for both outputs: a write to a pipe that nobody reads would
/// block the answers too.
/// </summary>
internal static partial class StandardError
{
    private const int Descriptor = 2;
    private const int Interrupted = 4;

    /// <summary>Writes a line; blocks if the pipe is full.</summary>
    /// <exception cref="IOException">Standard error cannot be written.</exception>
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
