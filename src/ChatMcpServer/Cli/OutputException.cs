namespace ChatMcpServer.Cli;

/// <summary>Standard output cannot be written, for example on a full disk. A closed pipe is not a failure: nobody reads the rest.</summary>
internal sealed class OutputException(IOException cause) : Exception(cause.Message, cause);
