namespace ChatSessions.Sources;

/// <summary>The memory that this process may have: the machine's, or less where a container or a setting of the runtime says so.</summary>
internal static class ProcessMemory
{
    private static readonly long Available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>A part of it.</summary>
    /// <param name="most">What is enough, however much there is.</param>
    public static long Part(int divisor, long most) => Math.Min(most, Available / divisor);
}
