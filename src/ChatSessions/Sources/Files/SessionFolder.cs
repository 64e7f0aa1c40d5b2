using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>
/// Writes sessions unchanged into a folder, one file each, for a <see cref="FileSource"/> to read. A file is written next to its
/// place and then moved there, readable only by its owner. A file that is not the same session is not overwritten.
/// </summary>
/// <param name="path">The folder; created for its owner only if it does not exist.</param>
/// <param name="maxSessionBytes">The largest existing file to read to see which session it is.</param>
public sealed class SessionFolder(string path, long maxSessionBytes = FileSource.DefaultMaxSessionBytes)
{
    private readonly Dictionary<string, string> owners = [];

    /// <summary>Writes a session, replacing an earlier state of it.</summary>
    /// <param name="owner">The session's owner. If owners have different sessions with the same id, each gets its own file.</param>
    /// <exception cref="ChatSessionException">The file cannot be written; or, as an invalid session, the existing file is something else.</exception>
    public FileOutcome Write(string owner, Session session)
    {
        var id = session.Summary.SessionId;
        var isAnothers = !owners.TryAdd(id, owner) && owners[id] != owner;
        var file = Path.Combine(path, SessionFileName.Make(id));
        try
        {
            // If both owners have the same session, one file is enough.
            if (isAnothers && !IsSame(file, session.Json))
                file = Path.Combine(path, SessionFileName.Make(id, owner));
            if (IsSame(file, session.Json))
                return FileOutcome.Unchanged;
            var isThere = Path.Exists(file);
            if (isThere && !IsOf(file, id))
                throw new ChatSessionException(
                    ChatSessionError.InvalidSession,
                    $"{file} exists and is not session '{id}', so it was not overwritten. Move it, or use another folder."
                );
            Put(file, session.Json, isThere);
            return isThere ? FileOutcome.Replaced : FileOutcome.Added;
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"Could not write {file}: {(exception is FileNotFoundException or DirectoryNotFoundException ? "its folder cannot be made" : FileProblem.Reason(exception))}. Check the folder and the disk, or use another folder.",
                exception
            );
        }
    }

    private static bool IsSame(string file, RawJson json) =>
        File.Exists(file)
        && new FileInfo(file).Length == json.Utf8.Length
        && File.ReadAllBytes(file).AsSpan().SequenceEqual(json.Utf8.Span);

    private bool IsOf(string file, string sessionId)
    {
        if (!File.Exists(file) || new FileInfo(file).Length > maxSessionBytes)
            return false;
        try
        {
            return SessionJson.ReadSummary(File.ReadAllBytes(file), file).SessionId == sessionId;
        }
        catch (ChatSessionException)
        {
            return false;
        }
    }

    private void Put(string file, RawJson json, bool overwrite)
    {
        PrivateFile.CreateFolder(path);
        // Hidden, and with an extension that is never read as a session.
        var temporary = Path.Combine(path, $".{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = PrivateFile.Open(temporary, FileMode.CreateNew, FileAccess.Write))
                stream.Write(json.Utf8.Span);
            File.Move(temporary, file, overwrite);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}

public enum FileOutcome
{
    /// <summary>The session had no file yet.</summary>
    Added,

    /// <summary>The file had another state of the session.</summary>
    Replaced,

    /// <summary>The file already had exactly these bytes.</summary>
    Unchanged,
}
