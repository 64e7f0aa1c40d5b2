using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatMcpServer.Cli;

/// <summary>Paths that are not a file on disk: <c>-</c>, <c>/dev/stdin</c>, or the pipe of a shell's <c>&lt;(…)</c>.</summary>
internal static class PipedInput
{
    /// <summary>What messages call standard input.</summary>
    public const string Name = "standard input";

    private static readonly string[] NamesOfStandardInput = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

    /// <summary>Refuses standard input as both of two sessions: the first reads it to its end, and nothing is left for the second.</summary>
    /// <exception cref="ChatSessionException">Both paths are standard input.</exception>
    public static void RefuseTwice(string one, string other)
    {
        if (NamesOfStandardInput.Contains(one) && NamesOfStandardInput.Contains(other))
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"{one} and {other} are both standard input, which can be read only once. Pass a file or a session id for one of them."
            );
    }

    /// <summary>Reads the pipe at a path; null if the path is anything else.</summary>
    public static async Task<PipedFile?> FindAsync(string path, long maxBytes, CancellationToken cancellationToken)
    {
        if (path == "-")
        {
            await using var input = Console.OpenStandardInput();
            return await PipedFile.ReadAsync(Name, input, maxBytes, TimeProvider.System, cancellationToken);
        }
        // A pipe has length 0, but so has an empty file.
        if (!File.Exists(path) || FileStamp.Read(path).Length > 0)
            return null;
        await using var opened = OpenOrNull(path);
        return opened is { CanSeek: false }
            ? await PipedFile.ReadAsync(path, opened, maxBytes, TimeProvider.System, cancellationToken)
            : null;
    }

    /// <summary>A path that cannot be opened is reported later, when it is read as a file.</summary>
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
