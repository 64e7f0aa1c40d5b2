using System.Collections.Immutable;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>A program that records its sessions on this machine.</summary>
/// <param name="Name">The name for options: <c>claude-code</c>.</param>
/// <param name="DisplayName">The name in sentences: Claude Code.</param>
/// <param name="Folders">The existing folders in which it keeps sessions, at least one.</param>
public sealed record Agent(string Name, string DisplayName, ImmutableArray<AgentFolder> Folders)
{
    /// <summary>How long the program keeps a session file after its last change; null if it keeps it, or this is not known.</summary>
    public TimeSpan? Keeps { get; init; }

    /// <summary>Finds the program's session files. A folder that cannot be read has none.</summary>
    public IReadOnlyDictionary<string, FileStamp> FindFiles(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, FileStamp>();
        foreach (var folder in Folders)
            folder.Find(files, [], cancellationToken);
        return files;
    }
}

/// <summary>A folder in which a program keeps sessions.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Pattern">
/// Which files in it are sessions, as a relative path: <c>*</c> stands for any part of a name, <c>**</c> for any folders that are not
/// hidden.
/// </param>
public sealed record AgentFolder(string Path, string Pattern)
{
    private const string AnyFolders = "**";

    /// <summary>Whether everything in the folder belongs to sessions, so that it is worth watching as a whole.</summary>
    internal bool HoldsOnlySessions => Pattern.StartsWith(AnyFolders, StringComparison.Ordinal);

    /// <summary>
    /// Adds the files that match. Only folders that may hold such files are opened, and each file is looked at once, since a follower does
    /// this every few seconds. Folders behind links are skipped: they may lead in circles.
    /// </summary>
    internal void Find(Dictionary<string, FileStamp> files, List<FileProblem> problems, CancellationToken cancellationToken)
    {
        var folders = new Stack<(string Path, string[] Pattern)>([(Path, Pattern.Split('/'))]);
        while (folders.TryPop(out var folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                foreach (var entry in FolderEntry.In(folder.Path, (name, isFolder) => IsWanted(name, isFolder, folder.Pattern)))
                    if (!entry.IsFolder)
                        files[entry.Path] = entry.Stamp;
                    else
                        foreach (var rest in RestBelow(System.IO.Path.GetFileName(entry.Path), folder.Pattern))
                            folders.Push((entry.Path, rest));
            }
            catch (DirectoryNotFoundException)
            {
                // It was deleted just now.
            }
            catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
            {
                problems.Add(FileProblem.From(folder.Path, exception));
            }
        }
    }

    /// <summary>Whether a file or a folder of this name may lead to sessions.</summary>
    /// <param name="rest">The part of the pattern that applies here.</param>
    private static bool IsWanted(string name, bool isFolder, string[] rest) =>
        isFolder ? RestBelow(name, rest).Any() : rest is [_] or [AnyFolders, _] && Matches(name, rest[^1]);

    /// <summary>The parts of the pattern that apply in a folder of this name.</summary>
    private static IEnumerable<string[]> RestBelow(string name, string[] rest)
    {
        var next = rest;
        if (rest[0] == AnyFolders)
        {
            next = rest[1..];
            if (!name.StartsWith('.'))
                yield return rest;
        }
        if (next.Length > 1 && Matches(name, next[0]))
            yield return next[1..];
    }

    private static bool Matches(string name, string segment) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(segment, name, ignoreCase: OperatingSystem.IsWindows());
}
