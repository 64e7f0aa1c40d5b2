using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>
/// Gives back to the system what answers took, once no more are asked for: a collector that is never needed again keeps the memory of the
/// largest answer as long as the program runs.
/// </summary>
internal sealed class IdleMemory : IDisposable
{
    /// <summary>Long enough for an agent that asks one question after another.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Less than that is soon taken again.</summary>
    private const long WorthCollecting = 32 << 20;

    private readonly ITimer pause;
    private long allocated = GC.GetTotalAllocatedBytes();

    public IdleMemory(TimeProvider time) =>
        pause = time.CreateTimer(_ => GiveBack(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>How often memory was given back.</summary>
    public int Count { get; private set; }

    public static McpRequestHandler<CallToolRequestParams, CallToolResult> AfterToolCalls(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next
    ) => (request, cancellationToken) => After(next, request, cancellationToken);

    public static McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> AfterResourceReads(
        McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> next
    ) => (request, cancellationToken) => After(next, request, cancellationToken);

    /// <summary>Begins the pause again.</summary>
    public void Answered() => pause.Change(Pause, Timeout.InfiniteTimeSpan);

    public void Dispose() => pause.Dispose();

    private static async ValueTask<TResult> After<TParams, TResult>(
        McpRequestHandler<TParams, TResult> next,
        RequestContext<TParams> request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await next(request, cancellationToken);
        }
        finally
        {
            request.Services?.GetService<IdleMemory>()?.Answered();
        }
    }

    private void GiveBack()
    {
        if (GC.GetTotalAllocatedBytes() - allocated < WorthCollecting)
            return;
        ScarceMemory.Collect();
        allocated = GC.GetTotalAllocatedBytes();
        Count++;
    }
}
