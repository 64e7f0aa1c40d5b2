using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>
/// Writes sessions into a folder, a file each, as they came: what a <see cref="FileSource"/> reads. A file is written beside its place
/// and put there whole, for its owner alone. What is there and is no state of the same session is left as it is.
/// </summary>
/// <param name="path">The folder; made, for its owner alone, where it does not exist.</param>
/// <param name="maxSessionBytes">The largest file that is read to see whose session it is.</param>
public sealed class SessionFolder(string path, long maxSessionBytes = FileSource.DefaultMaxSessionBytes)
{
    private readonly Dictionary<string, string> owners = [];

    /// <summary>Writes a session, in the place of an earlier state of it.</summary>
    /// <param name="owner">Who owns it; of one session id, each owner's gets a file of its own, unless they are the same.</param>
    /// <exception cref="ChatSessionException">The file cannot be written; or, as an invalid session, what has its name is something else.</exception>
    public FileOutcome Write(string owner, Session session)
    {
        var id = session.Summary.SessionId;
        var isAnothers = !owners.TryAdd(id, owner) && owners[id] != owner;
        var file = Path.Combine(path, SessionFileName.Make(id));
        try
        {
            // Where both have the same, one file is enough.
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
                $"Could not write {file}: {exception.Message.TrimEnd('.')}.",
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
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path); // A user's own folders are closed to others there.
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // Of no kind that is read as a session, and hidden.
        var beside = Path.Combine(path, $".{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(beside, ForOwner()))
                stream.Write(json.Utf8.Span);
            File.Move(beside, file, overwrite);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static FileStreamOptions ForOwner()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}

/// <summary>What writing a session into a folder did.</summary>
public enum FileOutcome
{
    /// <summary>There was no file of the session.</summary>
    Added,

    /// <summary>There was a file with another state of it.</summary>
    Replaced,

    /// <summary>There was a file with exactly this.</summary>
    Unchanged,
}
