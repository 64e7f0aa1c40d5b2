namespace ChatMcpServer.Cli;

/// <summary>
/// Standard output cannot be written, for example on a full disk, or if it is not open. A closed pipe is not a failure: nobody reads the rest.
/// </summary>
internal sealed class OutputException(Exception cause)
    : Exception(cause is UnauthorizedAccessException ? "it is closed, or not open for writing" : cause.Message, cause);
