namespace ChatMcpServer;

/// <summary>Log messages of the server itself; the library has its own.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    public static partial void UnexpectedFailure(this ILogger logger, string? method, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Tool} failed: {Problem}")]
    public static partial void ToolFailed(this ILogger logger, string? tool, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    public static partial void NotImported(this ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem} New sessions are imported as soon as this works again.")]
    public static partial void ImportWaits(this ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Nobody is let in: {Problem}")]
    public static partial void NobodyLetIn(this ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    public static partial void Unprotected(this ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Not ready: {Problem}")]
    public static partial void NotReady(this ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem} The earlier certificate is used.")]
    public static partial void OldCertificate(this ILogger logger, string problem);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Old sessions of {Owner} were not deleted, which is tried again in an hour: {Problem}"
    )]
    public static partial void RetentionFailed(this ILogger logger, string owner, string problem);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Old sessions of {Owner} were not deleted because of a bug in this program, which is tried again in an hour"
    )]
    public static partial void RetentionBroke(this ILogger logger, string owner, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "New sessions are not imported any more because of a bug in this program")]
    public static partial void ImportEnded(this ILogger logger, Exception exception);
}
