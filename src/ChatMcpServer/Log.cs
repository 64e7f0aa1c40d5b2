namespace ChatMcpServer;

/// <summary>All that the server logs.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    public static partial void UnexpectedFailure(this ILogger logger, string? method, Exception exception);
}
