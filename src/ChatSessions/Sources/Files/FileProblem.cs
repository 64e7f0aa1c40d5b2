using System.Runtime.InteropServices;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>Something in the given paths that could not be read as a session; everything else is served.</summary>
/// <param name="Path">The full path of the file or folder.</param>
/// <param name="Line">The line, from 1, in a file with one session per line; null for the whole file or folder.</param>
/// <param name="Sentence">What is wrong, including the path and line, ready to show to a person or an agent.</param>
public sealed record FileProblem(string Path, int? Line, ChatSessionError Error, string Sentence)
{
    /// <summary>Whether the file is incomplete, as it is while another program writes it.</summary>
    internal bool IsUnfinished { get; init; }

    /// <summary>Failures of the file system and of compressed files, which become problems; anything else is our bug.</summary>
    internal static bool IsOfFileSystem(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or InvalidDataException;

    internal static FileProblem From(string path, Exception exception) =>
        exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => Missing(path),
            UnauthorizedAccessException => new(
                path,
                null,
                ChatSessionError.Unauthorized,
                $"No permission to read {path}. Change its permissions for the user that runs this program, or pass another path."
            ),
            InvalidDataException => new(
                path,
                null,
                ChatSessionError.InvalidSession,
                $"{path} is not complete {(path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? "zstd" : "gzip")} data. Check that the file or download is complete."
            )
            {
                IsUnfinished = true,
            },
            _ => new(path, null, ChatSessionError.Unavailable, $"Could not read {path}: {Reason(exception)}. Try again, or check the disk.")
            {
                IsUnfinished = true,
            },
        };

    /// <summary>Why the file system refused, in a few words; those of the exception would name the path again, or a temporary file.</summary>
    public static string Reason(Exception exception) =>
        exception switch
        {
            UnauthorizedAccessException => "no permission",
            FileNotFoundException => "it does not exist",
            DirectoryNotFoundException => "a folder of its path does not exist",
            PathTooLongException => "its path is too long",
            ArgumentException => "its path is invalid",
            IOException when ReasonOf(exception.HResult) is { Length: > 0 } words => words.TrimEnd('.'),
            _ => exception.Message.TrimEnd('.'),
        };

    /// <summary>The operating system's words for its error; null if the code is not one of its own.</summary>
    private static string? ReasonOf(int code)
    {
        const int OfWindows = unchecked((int)0x80070000);
        var isOfSystem = OperatingSystem.IsWindows() ? (code & 0xFFFF0000) == OfWindows : code is > 0 and < 0x10000;
        return isOfSystem ? Marshal.GetPInvokeErrorMessage(code & 0xFFFF) : null;
    }

    internal static FileProblem Missing(string path) =>
        new(path, null, ChatSessionError.NotFound, $"No file or folder {path}. Check the path.");
}
