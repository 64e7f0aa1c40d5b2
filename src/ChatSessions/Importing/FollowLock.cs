using System.Security.Cryptography;
using System.Text;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// The right to import what agents write into an archive. Of several processes with the same archive, one has it. It is the lock of a file
/// next to the archive, or of one in the user's data folder if the archive is at a server, which the system releases when the process ends, however it ends. The file itself stays: deleting it would let two
/// processes lock two files of the same name.
/// </summary>
public sealed class FollowLock : IDisposable
{
    /// <summary>How soon another process takes over.</summary>
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(2);

    private readonly FileStream file;

    private FollowLock(FileStream file) => this.file = file;

    /// <summary>Waits until no other process follows for this archive.</summary>
    /// <exception cref="ChatSessionException">The file cannot be created or written.</exception>
    public static async Task<FollowLock> TakeAsync(string archivePath, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(archivePath) is { } taken)
                return taken;
            await Task.Delay(BetweenTries, time, cancellationToken);
        }
    }

    /// <summary>Takes the lock; null if another process has it.</summary>
    /// <exception cref="ChatSessionException">The file cannot be created or written.</exception>
    public static FollowLock? TryTake(string archivePath)
    {
        var path = PathOf(archivePath);
        try
        {
            PrivateFile.CreateFolder(Path.GetDirectoryName(path)!);
            return new FollowLock(PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException || exception is IOException && !File.Exists(path))
        {
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"Cannot write {path}, so new sessions are not imported. Make its folder writable, or pass --archive PATH.",
                exception
            );
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The agents' files are on this machine, and so is the lock, wherever the archive is.</summary>
    private static string PathOf(string archivePath)
    {
        if (!SessionArchive.IsServer(archivePath))
            return $"{Path.GetFullPath(archivePath)}.follow";
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(SessionArchive.Show(archivePath)));
        return Path.Combine(data, "chat-mcp-server", $"{Convert.ToHexStringLower(hash.AsSpan(0, 8))}.follow");
    }

    /// <summary>Lets another process follow.</summary>
    public void Dispose() => file.Dispose();
}
