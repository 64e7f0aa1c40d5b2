namespace ChatMcpServer.Cli;

/// <summary>Standard output takes nothing any more, as on a full disk. A pipe that was closed is not a failure: nobody reads what is left.</summary>
internal sealed class OutputException(IOException cause) : Exception(cause.Message, cause);
