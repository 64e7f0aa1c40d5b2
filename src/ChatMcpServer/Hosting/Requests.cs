namespace ChatMcpServer.Hosting;

/// <summary>Limits that both hosts apply to requests.</summary>
public static class Requests
{
    /// <summary>The largest request, in bytes. No tool needs more than a few kilobytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>How long running requests may continue after the server is asked to stop.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1.4);

    /// <summary>How long cancelled requests may take to end before the process ends without them. Both waits together stay under two seconds.</summary>
    public static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(0.3);
}
