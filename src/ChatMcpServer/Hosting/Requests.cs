namespace ChatMcpServer.Hosting;

/// <summary>What both hosts hold a request to.</summary>
public static class Requests
{
    /// <summary>The largest request, in bytes: no tool takes more than a few kilobytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>How long running requests may still take once the server is asked to stop.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1.4);

    /// <summary>How long requests that are then cancelled may take to say so, before the process ends without them: within two seconds in all.</summary>
    public static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(0.3);
}
