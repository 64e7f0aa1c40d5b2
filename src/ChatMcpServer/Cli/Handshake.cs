using System.Diagnostics;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace ChatMcpServer.Cli;

/// <summary>What a client finds that starts this program as an assistant does.</summary>
internal sealed record Handshake(Implementation Server, string? ProtocolVersion, int Tools, TimeSpan Took)
{
    /// <summary>Starts this program's <c>serve</c> as a process of its own, and asks it what any client asks first.</summary>
    /// <param name="options">Flags for it.</param>
    public static async Task<Handshake> RunAsync(IEnumerable<string> options, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var transport = new StdioClientTransport(
            new StdioClientTransportOptions
            {
                Command = Environment.ProcessPath!,
                Arguments = [.. ProgramOfDotnet, "serve", .. options],
                ShutdownTimeout = TimeSpan.FromSeconds(2),
            }
        );
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: cancellationToken);
        var tools = await client.ListToolsAsync(cancellationToken: cancellationToken);
        return new Handshake(client.ServerInfo!, client.NegotiatedProtocolVersion, tools.Count, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Where the process is <c>dotnet</c>, it must be told which program to run.</summary>
    private static IEnumerable<string> ProgramOfDotnet =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
}
