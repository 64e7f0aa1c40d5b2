using ChatSessions.Sources.Files;

namespace ChatMcpServer.Cli;

/// <summary>What a path names that is not a file on the disk: <c>-</c>, <c>/dev/stdin</c>, or the pipe of a shell's <c>&lt;(…)</c>.</summary>
internal static class PipedInput
{
    /// <summary>Reads the pipe that a path names; null when it names anything else.</summary>
    public static async Task<PipedFile?> FindAsync(string path, long maxBytes, CancellationToken cancellationToken)
    {
        if (path == "-")
        {
            await using var input = Console.OpenStandardInput();
            return await PipedFile.ReadAsync("standard input", input, maxBytes, TimeProvider.System, cancellationToken);
        }
        // A pipe has no length; an empty file has none either.
        if (!File.Exists(path) || FileStamp.Read(path).Length > 0)
            return null;
        await using var opened = OpenOrNull(path);
        return opened is { CanSeek: false }
            ? await PipedFile.ReadAsync(path, opened, maxBytes, TimeProvider.System, cancellationToken)
            : null;
    }

    /// <summary>What cannot be opened is reported by whoever reads it as a file.</summary>
    private static FileStream? OpenOrNull(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
