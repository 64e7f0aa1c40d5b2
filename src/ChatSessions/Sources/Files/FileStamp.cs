namespace ChatSessions.Sources.Files;

/// <summary>Shows whether a file has changed: its size and last write time. <c>default</c> if there is no such file.</summary>
public readonly record struct FileStamp(long Length, DateTime LastWriteUtc)
{
    /// <summary>Reads the stamp of a file or, for a link, of its target.</summary>
    public static FileStamp Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Attributes.HasFlag(FileAttributes.ReparsePoint))
                file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc) : default;
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            return default; // A circular link, or a file that was deleted just now.
        }
    }

    public static FileStamp Read(FileStream file) => new(file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));
}
