namespace ChatSessions.Sources.Files;

/// <summary>What tells that a file was changed: its size and the time of its last change. Equal to <c>default</c> when there is no such file.</summary>
public readonly record struct FileStamp(long Length, DateTime LastWriteUtc)
{
    /// <summary>The stamp of the file, or of what a link leads to.</summary>
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
            return default; // A link in a circle, or a file that was deleted between two of these lines.
        }
    }

    public static FileStamp Read(FileStream file) => new(file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));
}
