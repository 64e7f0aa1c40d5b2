using System.ComponentModel;
using System.Diagnostics;
using ChatSessions.Model;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace ChatMcpServer.Cli;

/// <summary>What a client finds that starts this server as an assistant does.</summary>
/// <param name="Server">Its name and version, as it says.</param>
/// <param name="ProtocolVersion">The version that both speak.</param>
/// <param name="Tools">How many tools it offers.</param>
/// <param name="Took">How long starting and asking took.</param>
internal sealed record Handshake(string Server, string? ProtocolVersion, int Tools, TimeSpan Took)
{
    /// <summary>The command that started this process; where that is <c>dotnet</c>, it must be told which program to run.</summary>
    public static IReadOnlyList<string> OwnCommand =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]]
            : [Environment.ProcessPath!];

    /// <summary>Starts a server as a process of its own, asks it what any client asks first, and ends it.</summary>
    /// <param name="command">A file and its arguments.</param>
    /// <param name="timeout">How long it may take until all is answered.</param>
    /// <exception cref="ChatSessionException">It does not answer, and what it said last on standard error.</exception>
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
                $"Started the way an assistant starts it, the server did not answer {why}.{(lastError is null ? "" : $" Its last error: {lastError}.")} "
                    + "Run `chat-mcp-server serve --log-level debug` with the same options for details.",
                exception
            );
        }
    }
}
