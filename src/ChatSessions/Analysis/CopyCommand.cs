using System.Buffers;

namespace ChatSessions.Analysis;

/// <summary>What <c>cp</c> and <c>mv</c> copy, as far as their words say it.</summary>
internal static class CopyCommand
{
    /// <summary>What a shell puts something else in place of.</summary>
    private static readonly SearchValues<char> Replaced = SearchValues.Create("$`*?{");

    /// <summary>Each file, and what it is copied to. None of a whole folder: its files are not named.</summary>
    /// <param name="words">Its options and operands.</param>
    public static IEnumerable<(string From, string To)> FilesOf(string[] words)
    {
        if (Array.Exists(words, IsOfFolders))
            yield break;
        var files = Array.FindAll(words, word => !word.StartsWith('-'));
        if (files.Length < 2 || files[^1].AsSpan().ContainsAny(Replaced))
            yield break;
        var to = files[^1];
        foreach (var from in files[..^1])
        {
            var name = from[(from.LastIndexOf('/') + 1)..];
            if (from.AsSpan().ContainsAny(Replaced) || !(HasExtension(name) || HasExtension(to)))
                continue;
            var isFolder =
                files.Length > 2 || to is "." or ".." or [.., '/'] or [.., '/', '.'] || (HasExtension(name) && !HasExtension(to));
            if (!to.StartsWith("/dev/", StringComparison.Ordinal))
                yield return (from, isFolder ? $"{to.TrimEnd('/')}/{name}" : to);
        }
    }

    /// <summary>A folder, and what <c>mv</c> makes of it. Its name is one that a file may also have, without an extension.</summary>
    /// <param name="words">Its options and operands.</param>
    public static (string From, string To)? FolderOf(string[] words)
    {
        if (Array.FindAll(words, word => !word.StartsWith('-')) is not [var from, var to] || Array.Exists(words, IsOfFolders))
            return null;
        var name = from.TrimEnd('/') is var path ? path[(path.LastIndexOf('/') + 1)..] : "";
        if (name is "" or "." or ".." || from.AsSpan().ContainsAny(Replaced) || to.AsSpan().ContainsAny(Replaced))
            return null;
        return (from, to is "." or ".." or [.., '/'] ? $"{to.TrimEnd('/')}/{name}" : to);
    }

    /// <summary>Whether an operand is the name of one file or folder.</summary>
    public static bool IsNamed(string operand) => operand is not ("" or "." or "..") && !operand.AsSpan().ContainsAny(Replaced);

    /// <summary>Options for whole folders, and one that names the folder before the files.</summary>
    private static bool IsOfFolders(string word) =>
        word is "--recursive" or "--archive" or "-t"
        || word.StartsWith("--target-directory", StringComparison.Ordinal)
        || (word is ['-', not '-', ..] && word.AsSpan(1).IndexOfAny("rRa") >= 0);

    /// <summary>Names without one are mostly those of folders.</summary>
    private static bool HasExtension(string path) => path.AsSpan(path.LastIndexOf('/') + 1).TrimStart('.').Contains('.');
}
