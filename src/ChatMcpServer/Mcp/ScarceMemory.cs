using System.Runtime;
using ChatSessions.Sources;

namespace ChatMcpServer.Mcp;

/// <summary>Lets requests succeed on machines with little memory.</summary>
internal static class ScarceMemory
{
    /// <summary>The end of the sentence for what could not be done.</summary>
    public const string NeedsMore =
        "needs more memory than this server may use. Read less at a time, such as fewer turns or events, or give the server more memory.";

    private static readonly long Available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Whether half of the memory that the process may use is taken.</summary>
    public static bool IsScarce() => GC.GetTotalMemory(forceFullCollection: false) > Available / 2;

    /// <summary>
    /// Runs a request when its turn comes. If memory runs out, empties the cache and tries once more, when no other request is at work.
    /// </summary>
    public static async ValueTask<TResult> AnswerAsync<TResult>(
        Func<ValueTask<TResult>> answer,
        SessionCache? cache,
        RequestTurns? turns,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await AnswerAsync(answer, cache, turns, alone: false, cancellationToken);
        }
        catch (OutOfMemoryException)
        {
            cache?.Clear();
        }
        // Not in the catch block: there, the exception still keeps its objects alive.
        Collect();
        return await AnswerAsync(answer, cache, turns, alone: true, cancellationToken);
    }

    private static async ValueTask<TResult> AnswerAsync<TResult>(
        Func<ValueTask<TResult>> answer,
        SessionCache? cache,
        RequestTurns? turns,
        bool alone,
        CancellationToken cancellationToken
    )
    {
        if (turns is not null)
            await turns.BeginAsync(alone, cancellationToken);
        try
        {
            var result = await answer();
            MakeRoom(cache);
            return result;
        }
        finally
        {
            turns?.End();
        }
    }

    /// <summary>Frees memory before the SDK writes the answer: it makes several copies, and a failure there cannot be retried.</summary>
    private static void MakeRoom(SessionCache? cache)
    {
        if (GC.GetTotalMemory(forceFullCollection: false) < Available / 4)
            return;
        Collect();
        if (GC.GetTotalMemory(forceFullCollection: false) < Available / 4)
            return;
        cache?.Clear();
        Collect();
    }

    /// <summary>Collects all generations, compacts them, and returns the memory to the system.</summary>
    public static void Collect()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeMemory.Trim();
    }
}
