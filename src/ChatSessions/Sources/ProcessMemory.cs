namespace ChatSessions.Sources;

/// <summary>The memory this process may use: the machine's, or less if a container or a runtime setting limits it.</summary>
internal static class ProcessMemory
{
    private static readonly long Available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>A fraction of it, in bytes.</summary>
    /// <param name="most">The upper limit, even if more is available.</param>
    public static long Part(int divisor, long most) => Math.Min(most, Available / divisor);
}
