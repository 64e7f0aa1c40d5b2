using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>Something in the given paths that could not be read as a session; all the rest is served.</summary>
/// <param name="Path">The full path of the file or folder.</param>
/// <param name="Line">The line in a file with a session a line, from 1; null when the whole file or folder is meant.</param>
/// <param name="Error">What kind of failure it is.</param>
/// <param name="Sentence">What is wrong, with the path and the line in it, such as a person or an agent can be shown.</param>
public sealed record FileProblem(string Path, int? Line, ChatSessionError Error, string Sentence)
{
    /// <summary>Whether the file is only part of what it should be, as while another program writes it.</summary>
    internal bool IsUnfinished { get; init; }

    /// <summary>The failures of a file system and of gzip, which become problems; anything else is a fault of ours.</summary>
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
                $"{path} is not complete gzip data. Check that the file or download is complete."
            )
            {
                IsUnfinished = true,
            },
            _ => new(path, null, ChatSessionError.Unavailable, $"Could not read {path}: {exception.Message}") { IsUnfinished = true },
        };

    internal static FileProblem Missing(string path) =>
        new(path, null, ChatSessionError.NotFound, $"No file or folder {path}. Check the path.");
}
