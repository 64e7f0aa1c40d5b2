using Microsoft.Extensions.Logging;

namespace ChatSessions;

/// <summary>Every log message of this library.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    public static partial void FileProblem(this ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session '{SessionId}' was not saved: {Problem}")]
    public static partial void NotArchived(this ILogger logger, string sessionId, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Session '{SessionId}' was not saved because of a bug in this program")]
    public static partial void SaveFailed(this ILogger logger, string sessionId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    public static partial void KeyOverPlainHttp(this ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A late answer from {Source} failed: {Reason}")]
    public static partial void LateAnswerFailed(this ILogger logger, string source, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Try {Number} failed; next try in {Wait}: {Reason}")]
    public static partial void TryFailed(ILogger logger, int number, string reason, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Source} could not be polled for changes, and will be polled again: {Reason}")]
    public static partial void PollFailed(this ILogger logger, string source, string reason);
}
