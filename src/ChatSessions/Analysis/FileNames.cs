namespace ChatSessions.Analysis;

/// <summary>
/// What the files of a session are called, whatever a call calls them: relative to the session's folder if they are in it, and otherwise
/// as they are named. So a file that is named in two ways is one.
/// </summary>
internal sealed class FileNames
{
    private string? home;

    /// <summary>Whether the folder is one of Windows, where a path may have either slash, and letters of either case.</summary>
    private bool isWindows;

    /// <param name="folder">The folder that the session was recorded in; null if that is not known.</param>
    public FileNames(string? folder)
    {
        if (IsWindows(folder) || folder is ['/', ..])
            Root = folder;
    }

    /// <summary>The session's folder, with a slash at its end; null if none is known.</summary>
    public string? Root
    {
        get;
        set
        {
            isWindows = IsWindows(value);
            field = $"{(isWindows ? value!.Replace('\\', '/') : value)?.TrimEnd('/')}/";
            home = field.Split('/') switch
            {
                ["", "root", ..] => "/root/",
                [var drive, "home" or "Users", { Length: > 0 } name, _, ..] => $"{drive}/{field.Split('/')[1]}/{name}/",
                _ => null,
            };
        }
    }

    /// <summary>What a file is called. A folder, too, if it ends with a slash; <c>./</c> for the session's own.</summary>
    public string Of(string file)
    {
        if (isWindows)
            file =
                file.Replace('\\', '/') is ['/', var drive, '/', .. var rest] && char.IsAsciiLetter(drive)
                    ? $"{drive}:/{rest}"
                    : file.Replace('\\', '/');
        if (home is not null && file.StartsWith("~/", StringComparison.Ordinal))
            file = home + file[2..];
        if (HasDots(file))
            file = WithoutDots(file is ['/' or '~', ..] || IsWindows(file) ? file : Root + file);
        if (Root is not { } root || !file.StartsWith(root, isWindows ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            return file;
        return file.Length == root.Length ? "./" : file[root.Length..];
    }

    private static bool IsWindows(string? path) => path is [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ':', '/' or '\\', ..];

    private static bool HasDots(string file) =>
        file.Split('/').Any(part => part is "." or "..") || file.Contains("//", StringComparison.Ordinal);

    private static string WithoutDots(string file)
    {
        var parts = new List<string>();
        foreach (var part in file.Split('/'))
            if (part == ".." && parts is [.., not ("" or ".." or "~")])
                parts.RemoveAt(parts.Count - 1);
            else if (part != "." && (part != "" || parts.Count == 0) && !(part == ".." && parts is [""]))
                parts.Add(part);
        if (file is [.., '/'] or [.., '/', '.'] or [.., '/', '.', '.'] or "." or "..")
            parts.Add("");
        return string.Join('/', parts) is { Length: > 0 } name ? name : "./";
    }
}
