namespace ChatMcpServer.Installing;

/// <summary>A file of hosts in which something is installed.</summary>
internal interface IHostFile
{
    /// <summary>What is installed there, and for whom, at the beginning of a line.</summary>
    string Label { get; }

    string Path { get; }

    /// <summary>What its user does next; null if nothing.</summary>
    string? Next { get; }

    /// <summary>Does what is planned. Returns what was done.</summary>
    /// <exception cref="ConfigException">It could not be done, and nothing has changed.</exception>
    string Apply(HostPlan plan, TimeProvider time);
}
