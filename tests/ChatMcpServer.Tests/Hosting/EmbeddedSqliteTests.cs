using System.Runtime.InteropServices;
using ChatMcpServer.Hosting;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

public sealed class EmbeddedSqliteTests
{
    /// <summary>
    /// The runtime of native programs does so if two threads call the library first at the same moment. If both had one reference, it would be
    /// unloaded while the other thread uses it.
    /// </summary>
    [Fact]
    public void A_caller_that_frees_its_handle_does_not_take_the_library_away_from_another()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only the Linux program embeds the library");
        var library = Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", "libe_sqlite3.so");
        Assert.SkipUnless(File.Exists(library), "The library of this platform is not next to the tests");
        var copy = Path.GetTempFileName();
        // A copy, so that no one else has it loaded.
        File.Copy(library, copy, overwrite: true);
        using var file = File.OpenHandle(copy);
        File.Delete(copy);

        var (one, other) = (EmbeddedSqlite.Load(file), EmbeddedSqlite.Load(file));
        NativeLibrary.Free(one);

        Assert.Equal(one, other);
        Assert.True(NativeLibrary.TryGetExport(other, "sqlite3_file_control", out _));
        NativeLibrary.Free(other);
    }
}
