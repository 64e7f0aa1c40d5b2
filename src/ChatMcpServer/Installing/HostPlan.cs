namespace ChatMcpServer.Installing;

/// <summary>What is to be done with a file of a host.</summary>
/// <param name="Target">The file.</param>
/// <param name="File">What it has; null if it could not be read.</param>
/// <param name="Sentence">The path, or why nothing is done.</param>
internal sealed record HostPlan(IHostFile Target, ConfigFile? File, HostOutcome Outcome, string Sentence)
{
    /// <summary>The text afterwards; null to delete the file.</summary>
    public string? After { get; init; }

    /// <summary>The bytes afterwards, if they are known from before.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>What to write by hand instead.</summary>
    public string? Lines { get; init; }

    public bool IsChange => Outcome is HostOutcome.Add or HostOutcome.Change or HostOutcome.Remove;
}

/// <summary>The kinds of plans.</summary>
internal enum HostOutcome
{
    /// <summary>There is nothing to do.</summary>
    Nothing,

    /// <summary>The entry is added.</summary>
    Add,

    /// <summary>The entry is there, and starts something else afterwards.</summary>
    Change,

    /// <summary>The entry is removed.</summary>
    Remove,

    /// <summary>It is not done.</summary>
    Refused,
}
