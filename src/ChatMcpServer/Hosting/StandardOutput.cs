using System.Runtime.InteropServices;

namespace ChatMcpServer.Hosting;

/// <summary>
/// Standard output that fails once nobody reads it any more. <see cref="Console"/> writes on and says nothing, so that the server of a
/// client that is gone would work on for nobody.
/// </summary>
internal sealed partial class StandardOutput : WriteOnlyStream
{
    private const int Descriptor = 1;
    private const short Error = 0x8;
    private const short HungUp = 0x10;

    private readonly Stream output = Console.OpenStandardOutput();

    public override void Write(ReadOnlySpan<byte> buffer) => output.Write(buffer);

    /// <exception cref="IOException">What was written is not read any more.</exception>
    public override void Flush()
    {
        output.Flush();
        if (!OperatingSystem.IsWindows() && IsClosed())
            throw new IOException("Its reader has closed it");
    }

    private static bool IsClosed()
    {
        var polled = new PollDescriptor { File = Descriptor };
        return Poll(ref polled, 1, timeout: 0) > 0 && (polled.Found & (Error | HungUp)) != 0;
    }

    /// <summary>The <c>pollfd</c> of POSIX.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int File;
        public short Asked;
        public short Found;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor polled, nuint count, int timeout);
}
