using System.IO.Enumeration;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>A file or folder in a folder.</summary>
/// <param name="Stamp">The file's size and time; <c>default</c> for a folder.</param>
internal readonly record struct FolderEntry(string Path, bool IsFolder, FileStamp Stamp)
{
    private static readonly EnumerationOptions Everything = new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };

    /// <summary>The entries of a folder, without folders behind links. The system is asked about an entry only if its name is wanted.</summary>
    public static IEnumerable<FolderEntry> In(string folder, Func<string, bool, bool> isWanted) =>
        new FileSystemEnumerable<FolderEntry>(folder, Of, Everything)
        {
            ShouldIncludePredicate = (ref entry) =>
                isWanted(entry.FileName.ToString(), entry.IsDirectory)
                && !(entry.IsDirectory && entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
        };

    private static FolderEntry Of(ref FileSystemEntry entry)
    {
        var path = entry.ToFullPath();
        if (entry.IsDirectory)
            return new(path, IsFolder: true, default);
        var isLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
        return new(path, IsFolder: false, isLink ? FileStamp.Read(path) : new(entry.Length, entry.LastWriteTimeUtc.UtcDateTime));
    }
}
