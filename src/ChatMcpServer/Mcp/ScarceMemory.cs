using System.Runtime;
using ChatSessions.Sources;

namespace ChatMcpServer.Mcp;

/// <summary>Answers where there is little memory.</summary>
internal static class ScarceMemory
{
    private static readonly long Available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Answers; where memory runs out, lets go of what is kept and tries once more.</summary>
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
        // Not above: the exception holds on to what it was thrown among.
        Collect();
        result = await answer();
        MakeRoom(cache);
        return result;
    }

    /// <summary>The SDK writes an answer through several copies, and nothing can be tried again there.</summary>
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

    /// <summary>Collects all generations, and closes the holes between large objects.</summary>
    public static void Collect()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
    }
}
