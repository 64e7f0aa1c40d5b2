using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources.Files;

namespace ChatMcpServer.Hosting.Access;

/// <summary>Files with secrets: only their owner may read them, and nobody ever sees half of one.</summary>
internal static class SecretFile
{
    private const int LongestFile = 16 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="option">The option that names it, for errors.</param>
    /// <exception cref="ChatSessionException">It does not exist, cannot be read, or others may read it.</exception>
    public static byte[] Read(string path, string option)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (!PrivateFile.IsPrivate(file))
                throw Invalid(
                    $"Others than its owner may read or write {Shown(path)} of {option}, and it holds secrets. "
                        + $"{PrivateFile.Advice(Shown(path))}, and start again."
                );
            if (file.Length > LongestFile)
                throw Invalid($"{Shown(path)} of {option} is larger than 16 MB. Pass the right file.");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid(
                $"Cannot read {Shown(path)} of {option} ({FileProblem.Reason(exception)}). Check the path and the file's permissions."
            );
        }
    }

    /// <summary>Writes a file: readers see either all of it, or what was there before.</summary>
    /// <exception cref="ChatSessionException">It cannot be written.</exception>
    public static void Write(string path, byte[] bytes)
    {
        var written = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            using (var file = PrivateFile.Open(written, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }
            File.Move(written, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            File.Delete(written);
            throw new ChatSessionException(
                ChatSessionError.Unavailable,
                $"Cannot write {Shown(path)} ({FileProblem.Reason(exception)}). Check the folder, or pass another file."
            );
        }
    }

    /// <summary>A path, cleaned for a message.</summary>
    public static string Shown(string path) => OutgoingText.ShowName(path);

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
