using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>
/// Finds the session that the client is in while it asks, if it is recorded here. A search would find the words that were just asked for in
/// it, so lists and searches leave it out. It can be found only over stdio, where hosts start the server in their project's folder.
/// </summary>
/// <param name="folder">The server's working folder.</param>
public sealed class OwnSession(TimeProvider time, string folder)
{
    /// <summary>A session that was updated earlier is not running.</summary>
    private static readonly TimeSpan Running = TimeSpan.FromMinutes(2);

    private const int MostRunning = 20;

    /// <summary>Finds its id; null if it is not known.</summary>
    /// <param name="list">Lists the newest imported sessions that match, up to a limit, where the answer takes sessions from.</param>
    public static async Task<string?> FindAsync(
        MessageContext request,
        Func<SessionFilter, int, Task<IReadOnlyList<SessionSummary>>> list
    ) =>
        request.Services?.GetService<OwnSession>() is { } own && request.Server.ClientInfo?.Name is { } client
            ? await own.FindAsync(client, list)
            : null;

    /// <summary>What an answer says of it; empty if nothing was left out.</summary>
    public static string Note(string? sessionId) =>
        sessionId is null
            ? ""
            : $" Left out: this conversation's own session, {Quoted.Name(OutgoingText.ShowName(sessionId))}. Tools with its session_id read and search it.";

    /// <summary>The latest session in the folder of a program that the client's name contains, as <c>codex-mcp-client</c> does.</summary>
    private async Task<string?> FindAsync(string client, Func<SessionFilter, int, Task<IReadOnlyList<SessionSummary>>> list)
    {
        var filter = new SessionFilter(UpdatedAfter: time.GetUtcNow() - Running) { Recorded = new(Project: folder) };
        var running = await list(filter, MostRunning);
        return running.FirstOrDefault(one => client.Contains(one.Agent, StringComparison.OrdinalIgnoreCase))?.SessionId;
    }
}
