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

    private readonly string[] segments = Pattern.Split('/');

    /// <summary>Whether everything in the folder belongs to sessions, so that it is worth watching as a whole.</summary>
    internal bool HoldsOnlySessions => segments[0] == AnyFolders;

    /// <summary>
    /// Adds the files that match. Only folders that may hold such files are opened, and each file is looked at once, since a follower does
    /// this every few seconds. Folders behind links are skipped: they may lead in circles.
    /// </summary>
    internal void Find(Dictionary<string, FileStamp> files, List<FileProblem> problems, CancellationToken cancellationToken)
    {
        var folders = new Stack<(string Path, int Segment)>([(Path, 0)]);
        while (folders.TryPop(out var folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                foreach (var entry in FolderEntry.In(folder.Path, (name, isFolder) => IsWanted(name, isFolder, folder.Segment)))
                    if (!entry.IsFolder)
                        files[entry.Path] = entry.Stamp;
                    else
                        foreach (var segment in SegmentsBelow(System.IO.Path.GetFileName(entry.Path), folder.Segment))
                            folders.Push((entry.Path, segment));
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

    /// <summary>Whether a file or a folder of this name, where a segment applies, may lead to sessions.</summary>
    private bool IsWanted(string name, bool isFolder, int segment) =>
        isFolder ? SegmentsBelow(name, segment).Any() : IsLast(segment) && Matches(name, segments[^1]);

    /// <summary>The segments that apply in a folder of this name.</summary>
    private IEnumerable<int> SegmentsBelow(string name, int segment)
    {
        var next = segment;
        if (segments[segment] == AnyFolders)
        {
            next++;
            if (!name.StartsWith('.'))
                yield return segment;
        }
        if (next < segments.Length - 1 && Matches(name, segments[next]))
            yield return next + 1;
    }

    /// <summary>Whether the last segment applies, which names files.</summary>
    private bool IsLast(int segment) => segment == segments.Length - 1 || segment == segments.Length - 2 && segments[segment] == AnyFolders;

    private static bool Matches(string name, string segment) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(segment, name, ignoreCase: OperatingSystem.IsWindows());
}
