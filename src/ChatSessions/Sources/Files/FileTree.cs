namespace ChatSessions.Sources.Files;

/// <summary>Finds the files that may hold sessions below the given paths.</summary>
internal static class FileTree
{
    /// <summary>
    /// Every file that is passed, whatever its name, and in folders, at any depth, files named <c>*.json</c> or
    /// <c>*.jsonl</c>, with or without <c>.gz</c>. Skips hidden files and folders, and folders behind links, which may lead
    /// in circles.
    /// </summary>
    /// <param name="withZstd">Whether to find <c>.zst</c> files too.</param>
    public static SortedDictionary<string, SessionFile> Find(
        IEnumerable<string> paths,
        List<FileProblem> problems,
        CancellationToken cancellationToken,
        bool withZstd = false
    )
    {
        var files = new SortedDictionary<string, SessionFile>(StringComparer.Ordinal);
        foreach (var path in paths.Select(Path.GetFullPath))
        {
            if (Directory.Exists(path))
                AddFolder(path, files, problems, withZstd, cancellationToken);
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
        bool withZstd,
        CancellationToken cancellationToken
    )
    {
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (folders.TryPop(out var folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                foreach (var entry in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { IgnoreInaccessible = false }))
                {
                    if (entry is DirectoryInfo child)
                    {
                        if (!child.Attributes.HasFlag(FileAttributes.ReparsePoint))
                            folders.Push(child);
                    }
                    else if (LayoutOf(entry.Name, withZstd) is { } layout)
                        files.TryAdd(entry.FullName, new SessionFile(entry.FullName, layout));
                }
            }
            catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
            {
                problems.Add(FileProblem.From(folder.FullName, exception));
            }
        }
    }

    private static FileLayout? LayoutOf(string path, bool withZstd = false)
    {
        var name =
            path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3]
            : withZstd && path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? path[..^4]
            : path;
        return name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? FileLayout.Whole
            : name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? FileLayout.Lines
            : null;
    }
}
