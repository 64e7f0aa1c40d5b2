using System.ComponentModel;
using System.Diagnostics;
using ChatSessions.Model;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace ChatMcpServer.Cli;

/// <summary>What a client sees when it starts this server the way an assistant does.</summary>
/// <param name="Server">Its name and version, as it reports them.</param>
/// <param name="ProtocolVersion">The negotiated protocol version.</param>
/// <param name="Tools">The number of tools.</param>
/// <param name="Took">The time from start to the list of tools.</param>
internal sealed record Handshake(string Server, string? ProtocolVersion, int Tools, TimeSpan Took)
{
    /// <summary>The command that started this process. <c>dotnet</c> also needs the path of the program.</summary>
    public static IReadOnlyList<string> OwnCommand =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]]
            : [Environment.ProcessPath!];

    /// <summary>Starts a server as a child process, sends the first requests of any client, and ends it.</summary>
    /// <param name="command">The executable and its arguments.</param>
    /// <param name="timeout">The limit for all answers together.</param>
    /// <exception cref="ChatSessionException">The server does not answer; the message has its last line on standard error.</exception>
    public static async Task<Handshake> RunAsync(IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(timeout);
        string? lastError = null;
        var started = Stopwatch.GetTimestamp();
        try
        {
            var transport = new StdioClientTransport(
                new StdioClientTransportOptions
                {
                    Command = command[0],
                    Arguments = [.. command.Skip(1)],
                    // A check changes nothing, so it imports nothing.
                    EnvironmentVariables = new Dictionary<string, string?> { [ServerFlags.AgentsVariable] = "none" },
                    ShutdownTimeout = TimeSpan.FromSeconds(2),
                    StandardErrorLines = line => lastError = line,
                }
            );
            await using var client = await McpClient.CreateAsync(transport, cancellationToken: bound.Token);
            var tools = await client.ListToolsAsync(cancellationToken: bound.Token);
            return new Handshake(
                $"{client.ServerInfo?.Name} {client.ServerInfo?.Version}",
                client.NegotiatedProtocolVersion,
                tools.Count,
                Stopwatch.GetElapsedTime(started)
            );
        }
        catch (Exception exception)
            when (exception is McpException or IOException or Win32Exception or OperationCanceledException
                && !cancellationToken.IsCancellationRequested
            )
        {
            var why = bound.IsCancellationRequested ? $"within {timeout.TotalSeconds} s" : $"({exception.GetType().Name})";
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"Started the way an assistant starts it, the server did not answer {why}.{(lastError is null ? "" : $" Its last error: {lastError.TrimEnd('.')}.")} "
                    + "Run `chat-mcp-server serve --log-level debug` with the same options for details.",
                exception
            );
        }
    }
}
