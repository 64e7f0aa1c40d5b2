using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>Tells whose sessions are in a file that holds none of ours: they can be read after an import.</summary>
internal static class ForeignFile
{
    /// <summary>A sentence or two about a file that an import reads; null for any other.</summary>
    /// <param name="piped">The content of a pipe; null for a file on disk.</param>
    /// <param name="asked">The files and folders that were asked for: of a folder, all of it is to be imported.</param>
    public static string? Describe(string path, PipedFile? piped, IEnumerable<string> asked, long maxSessionBytes)
    {
        try
        {
            var file = piped is null ? new ImportFile(path, FileStamp.Read(path), IsNamed: true) : ImportFile.From(piped);
            var found = Recognition.Recognize(file, asked: null, ImportFormats.Known, maxSessionBytes, CancellationToken.None);
            return found.Format is { IsOriginal: false, Holds: var sessions }
                ? $"{path} holds {sessions}. Import it with `chat-mcp-server import {(piped is null ? ShellPath.Quote(Named(path, asked)) : "-")}`, then show its sessions."
                : null;
        }
        catch (Exception exception) when (exception is ChatSessionException || FileProblem.IsOfFileSystem(exception))
        {
            return null;
        }
    }

    /// <summary>What was asked for that has this file.</summary>
    private static string Named(string path, IEnumerable<string> asked) =>
        asked.FirstOrDefault(folder =>
            path.StartsWith(
                Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar,
                StringComparison.Ordinal
            )
        ) ?? path;
}
