namespace ChatMcpServer;

/// <summary>Log messages of the server itself; the library has its own.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    public static partial void UnexpectedFailure(this ILogger logger, string? method, Exception exception);
}
