using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>Tells whose sessions are in a file that holds none of ours: they can be read after an import.</summary>
internal static class ForeignFile
{
    /// <summary>A sentence or two about a file that an import reads; null for any other.</summary>
    /// <param name="piped">The content of a pipe; null for a file on disk.</param>
    public static string? Describe(string path, PipedFile? piped, long maxSessionBytes)
    {
        try
        {
            var file = piped is null ? new ImportFile(path, FileStamp.Read(path), IsNamed: true) : ImportFile.From(piped);
            var found = Recognition.Recognize(file, asked: null, ImportFormats.Known, maxSessionBytes, CancellationToken.None);
            return found.Format is { IsOriginal: false, Holds: var sessions }
                ? $"{path} holds {sessions}. Import it with `chat-mcp-server import {(piped is null ? Quoted.InShell(path) : "-")}`, then show its sessions."
                : null;
        }
        catch (Exception exception) when (exception is ChatSessionException || FileProblem.IsOfFileSystem(exception))
        {
            return null;
        }
    }
}
