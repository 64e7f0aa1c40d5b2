namespace ChatSessions.Sources.Files;

/// <summary>Finds the files that may hold sessions below the given paths.</summary>
internal static class FileTree
{
    private static readonly EnumerationOptions Everything = new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };

    /// <summary>
    /// Every file that is passed, whatever its name, and in folders, at any depth, files named <c>*.json</c> or
    /// <c>*.jsonl</c>, with or without <c>.gz</c>. Skips hidden files and folders, and folders behind links, which may lead
    /// in circles.
    /// </summary>
    /// <param name="isAlso">Which other files and hidden folders to look at, by their names.</param>
    public static SortedDictionary<string, SessionFile> Find(
        IEnumerable<string> paths,
        List<FileProblem> problems,
        CancellationToken cancellationToken,
        Func<string, bool>? isAlso = null
    )
    {
        var files = new SortedDictionary<string, SessionFile>(StringComparer.Ordinal);
        foreach (var path in paths.Select(Path.GetFullPath))
        {
            if (Directory.Exists(path))
                AddFolder(path, files, problems, isAlso, cancellationToken);
            else if (File.Exists(path))
                files[path] = new SessionFile(path, LayoutOf(path) ?? FileLayout.ByContent);
            else
                problems.Add(FileProblem.Missing(path));
        }
        return files;
    }

    private static void AddFolder(
        string root,
        SortedDictionary<string, SessionFile> files,
        List<FileProblem> problems,
        Func<string, bool>? isAlso,
        CancellationToken cancellationToken
    )
    {
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (folders.TryPop(out var folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                foreach (var entry in folder.EnumerateFileSystemInfos("*", Everything))
                {
                    var isHidden = (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != 0;
                    if (entry is DirectoryInfo child)
                    {
                        if ((!isHidden || isAlso?.Invoke(child.Name) == true) && !child.Attributes.HasFlag(FileAttributes.ReparsePoint))
                            folders.Push(child);
                    }
                    else if (!isHidden && LayoutOf(entry.Name) is { } layout)
                        files.TryAdd(entry.FullName, new SessionFile(entry.FullName, layout));
                    else if (isAlso?.Invoke(entry.Name) == true)
                        files.TryAdd(entry.FullName, new SessionFile(entry.FullName, FileLayout.ByContent));
                }
            }
            catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
            {
                problems.Add(FileProblem.From(folder.FullName, exception));
            }
        }
    }

    private static FileLayout? LayoutOf(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? FileLayout.Whole
            : name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? FileLayout.Lines
            : null;
    }
}
