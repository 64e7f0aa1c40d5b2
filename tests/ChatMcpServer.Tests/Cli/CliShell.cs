using ChatMcpServer.Tests.Hosting;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>A POSIX shell that runs a line, in which <c>$CLI</c> is the program.</summary>
/// <param name="File">The program to start.</param>
/// <param name="Arguments">Its arguments before the line.</param>
internal sealed record CliShell(string File, params string[] Arguments)
{
    /// <summary>The value of <c>$CLI</c>.</summary>
    public static string Program => string.Join(' ', ServerProcess.Command.Arguments.Prepend(ServerProcess.Command.File));

    public static CliShell Usual { get; } = new("sh", "-c");

    /// <summary>
    /// A shell that may mount file systems which nobody else sees and which end with it: as root, or where every user may have a user
    /// namespace. Skips the test where neither is the case.
    /// </summary>
    public static async Task<CliShell> WithMountsAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs file systems of its own, which only Linux has.");
        string[] arguments = Environment.IsPrivilegedProcess ? ["--mount"] : ["--map-root-user", "--mount"];
        var shell = new CliShell("unshare", [.. arguments, "sh", "-c"]);
        Assert.SkipUnless(
            await WorksAsync(shell, "mount -t tmpfs -o size=64k none /mnt"),
            "Needs a file system of its own. Run it as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1)."
        );
        return shell;
    }

    /// <summary>A shell whose user file modes stop, even if it is root. Skips the test where that cannot be had.</summary>
    public static async Task<CliShell> WithFileModesAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        if (!Environment.IsPrivilegedProcess)
            return Usual;
        const string overrides = "-dac_override,-dac_read_search";
        var shell = new CliShell("setpriv", $"--bounding-set={overrides}", $"--inh-caps={overrides}", "sh", "-c");
        Assert.SkipUnless(await WorksAsync(shell, "true"), "Run it as a user whom file modes stop, or install setpriv.");
        return shell;
    }

    private static async Task<bool> WorksAsync(CliShell shell, string line)
    {
        try
        {
            return (await CliProcess.RunInShellAsync(shell, line, [])).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
