using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ChatMcpServer.Mcp;

/// <summary>
/// Returns the memory of answers to the system when no more requests come. Without this, an idle process keeps the memory of its largest
/// answer, because the garbage collector has no reason to run again.
/// </summary>
internal sealed class IdleMemory : IDisposable
{
    /// <summary>Long enough that an agent which sends one request after another does not trigger it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>The shared array pool drops an array only in a collection more than 30 s after one that saw it unused.</summary>
    private static readonly TimeSpan PoolPause = TimeSpan.FromSeconds(31);

    /// <summary>Collections after a pause: the second finds the pool's arrays unused, the third frees them.</summary>
    private const int Collections = 3;

    /// <summary>Smaller amounts are soon needed again; if they are not, the second collection frees them.</summary>
    private const long WorthCollecting = 16 << 20;

    private readonly ITimer pause;
    private int done;
    private long allocated = GC.GetTotalAllocatedBytes();

    public IdleMemory(TimeProvider time) =>
        pause = time.CreateTimer(_ => GiveBack(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>How often memory was returned; for tests.</summary>
    public int Count { get; private set; }

    public static McpRequestHandler<CallToolRequestParams, CallToolResult> AfterToolCalls(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next
    ) => (request, cancellationToken) => After(next, request, cancellationToken);

    public static McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> AfterResourceReads(
        McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> next
    ) => (request, cancellationToken) => After(next, request, cancellationToken);

    /// <summary>Restarts the pause.</summary>
    public void Answered()
    {
        done = 0;
        pause.Change(Pause, Timeout.InfiniteTimeSpan);
    }

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
        if (done > 0 || GC.GetTotalAllocatedBytes() - allocated >= WorthCollecting)
        {
            ScarceMemory.Collect();
            allocated = GC.GetTotalAllocatedBytes();
            Count++;
        }
        if (++done < Collections)
            pause.Change(PoolPause, Timeout.InfiniteTimeSpan);
    }
}
