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

    /// <summary>Runs a request; if memory runs out, empties the cache and tries once more.</summary>
    public static async ValueTask<TResult> AnswerAsync<TResult>(Func<ValueTask<TResult>> answer, SessionCache? cache)
    {
        TResult result;
        try
        {
            result = await answer();
            MakeRoom(cache);
            return result;
        }
        catch (OutOfMemoryException)
        {
            cache?.Clear();
        }
        // Not in the catch block: there, the exception still keeps its objects alive.
        Collect();
        result = await answer();
        MakeRoom(cache);
        return result;
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
    }
}
