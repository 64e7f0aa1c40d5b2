using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ChatMcpServer.Tests.Cli;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

/// <summary>
/// The server as its users start it: a process, without the variables that could configure it. It is the build next to the
/// tests, or the native file that CHAT_MCP_SERVER_BINARY names. Every wait is limited, and the process ends with the test.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Task<string> _standardError;
    private readonly StringBuilder _errorSoFar = new();
    private readonly TaskCompletionSource<string> _firstErrorLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process)
    {
        _process = process;
        _standardError = ReadErrorsAsync();
    }

    /// <summary>
    /// What to start, and the arguments before the server's own. If a shell runs the tests in the background, they ignore Ctrl+C, and so
    /// do the processes they start; <c>env</c> undoes that.
    /// </summary>
    public static (string File, string[] Arguments) Command { get; } =
        OperatingSystem.IsLinux() ? ("env", ["--default-signal=INT", .. Server]) : (Server[0], Server[1..]);

    private static string[] Server =>
        Environment.GetEnvironmentVariable("CHAT_MCP_SERVER_BINARY") is { Length: > 0 } binary
            ? [Path.GetFullPath(binary)]
            : ["dotnet", Path.Combine(AppContext.BaseDirectory, "chat-mcp-server.dll")];

    /// <summary>
    /// The variables that stay: those that the runtime needs, no archive unless a test names one, and a home folder without the sessions of
    /// agents.
    /// </summary>
    public static Dictionary<string, string?> Surroundings { get; } =
        new(new[] { "PATH", "DOTNET_ROOT" }.ToDictionary(name => name, Environment.GetEnvironmentVariable))
        {
            ["CHAT_MCP_ARCHIVE"] = "none",
            ["HOME"] = Path.Combine(AppContext.BaseDirectory, "empty-home"),
        };

    public static ServerProcess Start(params string[] arguments) => StartWith([], arguments);

    /// <param name="environment">Variables to set, by name.</param>
    public static ServerProcess StartWith(Dictionary<string, string> environment, params string[] arguments) =>
        Start(Command.File, [.. Command.Arguments, .. arguments], environment);

    /// <summary>Starts a server by a line of a POSIX shell, where <c>$CLI</c> is the program.</summary>
    public static ServerProcess StartInShell(CliShell shell, string line, Dictionary<string, string> environment) =>
        Start(shell.File, [.. shell.Arguments, line], new(environment) { ["CLI"] = CliShell.Program });

    private static ServerProcess Start(string file, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        start.Environment.Clear();
        foreach ((string name, string? value) in Surroundings)
            start.Environment[name] = value;
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>Starts the HTTP host on a free port and waits until it listens.</summary>
    public static async Task<(ServerProcess Server, Uri Endpoint)> StartHttpAsync(params string[] arguments)
    {
        ServerProcess server = Start(["serve", "--http", "127.0.0.1:0", .. arguments]);
        return (server, await server.ListeningAsync());
    }

    /// <summary>Waits for the first line of standard error.</summary>
    public Task<string> FirstErrorLineAsync() => _firstErrorLine.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Waits until an HTTP host listens, and returns where.</summary>
    public async Task<Uri> ListeningAsync()
    {
        string line = await _firstErrorLine.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        return new Uri(line["Listening on ".Length..]);
    }

    /// <summary>Waits until a text is on standard error.</summary>
    public async Task SaysAsync(string text)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Patience);
        while (!Says())
            await Task.Delay(20, bound.Token);

        bool Says()
        {
            lock (_errorSoFar)
                return _errorSoFar.ToString().Contains(text, StringComparison.Ordinal);
        }
    }

    public async Task SendAsync(params string[] lines)
    {
        foreach (string line in lines)
            await _process.StandardInput.WriteAsync(line + "\n").WaitAsync(Patience, TestContext.Current.CancellationToken);
        await _process.StandardInput.FlushAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    public async Task SendAsync(byte[] bytes)
    {
        await _process.StandardInput.BaseStream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await _process.StandardInput.BaseStream.FlushAsync(TestContext.Current.CancellationToken);
    }

    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Nobody reads standard output any more: the next write fails.</summary>
    public void CloseOutput() => _process.StandardOutput.Close();

    /// <summary>The next line of standard output, which must be JSON; null at the end.</summary>
    public async Task<JsonElement?> ReadAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience) is { } line
            ? JsonElement.Parse(line)
            : null;

    /// <summary>The rest of standard output.</summary>
    public async Task<List<JsonElement>> ReadToEndAsync()
    {
        List<JsonElement> messages = [];
        while (await ReadAsync() is { } message)
            messages.Add(message);
        return messages;
    }

    /// <summary>Sends TERM, INT, or one after the other.</summary>
    public async Task SignalAsync(params string[] signals)
    {
        using Process kill = Process.Start("sh", ["-c", string.Join("; ", signals.Select(signal => $"kill -{signal} {_process.Id}"))]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
    }

    /// <summary>Waits for the process to end; returns its exit code and how long it took.</summary>
    public async Task<(int ExitCode, TimeSpan Took)> ExitAsync()
    {
        long start = Stopwatch.GetTimestamp();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return (_process.ExitCode, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>All of standard error; waits for the process to end.</summary>
    public Task<string> StandardErrorAsync() => _standardError.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience);
        _process.Dispose();
    }

    private async Task<string> ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _firstErrorLine.TrySetResult(line);
            lock (_errorSoFar)
                _errorSoFar.AppendLine(line);
        }
        _firstErrorLine.TrySetException(new InvalidOperationException("The server ended without a line on standard error."));
        return _errorSoFar.ToString();
    }
}
