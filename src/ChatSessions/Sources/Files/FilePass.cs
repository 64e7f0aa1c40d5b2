using ChatSessions.Json;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>
/// Reads sessions of a file from its beginning to its end. If each were read by itself, all of a compressed file before it would be read
/// again for each.
/// </summary>
internal sealed class FilePass : IDisposable
{
    private readonly Stream file;
    private readonly Stream content;
    private readonly bool isCompressed;
    private long position;

    private FilePass(Stream file)
    {
        this.file = file;
        content = Gzip.Decompress(file, out isCompressed);
    }

    /// <summary>Opens a file; null if it cannot be opened, or is no longer as it was.</summary>
    public static FilePass? TryBegin(SessionFile path, FileStamp stamp)
    {
        Stream? file = null;
        try
        {
            file = path.Open();
            if (path.StampOf(file) == stamp)
                return new(file);
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            // Reported where the file is listed.
        }
        file?.Dispose();
        return null;
    }

    /// <summary>Reads a session that stands behind those read before.</summary>
    /// <param name="session">Null if what is there is no session.</param>
    /// <returns>False if nothing more can be read.</returns>
    public bool TryRead(StoredSession stored, CancellationToken cancellationToken, out Session? session)
    {
        session = null;
        try
        {
            if (isCompressed)
                Gzip.Skip(content, stored.Offset - position, cancellationToken);
            else
                file.Position = stored.Offset;
            var utf8 = new byte[stored.Length];
            content.ReadExactly(utf8);
            position = stored.Offset + stored.Length;
            var read = SessionJson.Read(utf8, stored.Origin);
            if (read.Summary.SessionId == stored.Summary.SessionId)
                session = new Session(stored.Summary, read.Events, read.Json);
            return true;
        }
        catch (ChatSessionException)
        {
            return true;
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            return false;
        }
    }

    public void Dispose()
    {
        content.Dispose();
        file.Dispose();
    }
}
