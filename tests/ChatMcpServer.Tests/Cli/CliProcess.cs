using System.Diagnostics;
using System.Text;
using ChatMcpServer.Tests.Hosting;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

/// <summary>The exit code and output of a run.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>Standard error, which must be one line.</summary>
    public string ErrorLine => Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>
/// Runs the program that <see cref="ServerProcess"/> starts, from its arguments to its end. Only the variables that a test sets can
/// configure it. Each run has a time limit.
/// </summary>
internal static class CliProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<CliRun> RunAsync(params string[] arguments) => RunWithAsync([], arguments);

    /// <param name="environment">Variables to set, by name.</param>
    public static async Task<CliRun> RunWithAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        return await EndAsync(process);
    }

    /// <summary>Runs a line in a POSIX shell, where <c>$CLI</c> is the program.</summary>
    public static async Task<CliRun> RunInShellAsync(string line)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        return await RunInShellAsync(CliShell.Usual, line, []);
    }

    /// <param name="environment">Variables to set, by name.</param>
    public static async Task<CliRun> RunInShellAsync(CliShell shell, string line, Dictionary<string, string> environment)
    {
        using var process = Start(shell.File, [.. shell.Arguments, line], new(environment) { ["CLI"] = CliShell.Program });
        return await EndAsync(process);
    }

    /// <summary>Starts the program; the caller must end it.</summary>
    public static Process Start(Dictionary<string, string> environment, params string[] arguments) =>
        Start(ServerProcess.Command.File, [.. ServerProcess.Command.Arguments, .. arguments], environment);

    /// <summary>Waits for a process to end, and kills it if it takes too long.</summary>
    public static async Task<CliRun> EndAsync(Process process)
    {
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        return new CliRun(process.ExitCode, await output, await error);
    }

    private static Process Start(string file, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Clear();
        foreach (var (name, value) in ServerProcess.Surroundings)
            start.Environment[name] = value;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
