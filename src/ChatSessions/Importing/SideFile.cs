using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// A small file that a program keeps in the folder of a session, or above it, with its title, folder or times. What cannot be read is passed
/// over: the session itself is complete without it.
/// </summary>
internal static class SideFile
{
    private const int MaxBytes = 4 << 20;

    /// <summary>The JSON of a file; missing if there is none.</summary>
    /// <param name="name">The file's name, never one that a record names.</param>
    /// <param name="levelsUp">How many folders above the session's file it is.</param>
    public static RawJson Json(ImportOrigin origin, string name, int levelsUp = 0)
    {
        if (Bytes(origin, name, levelsUp) is not { } bytes)
            return default;
        try
        {
            return RawJson.Parse(bytes);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>The text of a file, or null.</summary>
    /// <inheritdoc cref="Json"/>
    public static string? Text(ImportOrigin origin, string name, int levelsUp = 0) =>
        Bytes(origin, name, levelsUp) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Whether there is such a file in the session's folder.</summary>
    public static bool Exists(ImportOrigin origin, string name) => PathOf(origin, name, levelsUp: 0) is { } path && File.Exists(path);

    private static byte[]? Bytes(ImportOrigin origin, string name, int levelsUp)
    {
        if (PathOf(origin, name, levelsUp) is not { } path)
            return null;
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length is 0 or > MaxBytes || file.LinkTarget is not null)
                return null;
            using var stream = SessionFile.OpenUnlocked(file.FullName);
            var bytes = new byte[file.Length];
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            return null;
        }
    }

    private static string? PathOf(ImportOrigin origin, string name, int levelsUp)
    {
        var folder = Path.IsPathRooted(origin.Place) ? Path.GetDirectoryName(origin.Place) : null;
        for (; levelsUp > 0; levelsUp--)
            folder = Path.GetDirectoryName(folder);
        return folder is null ? null : Path.Combine(folder, name);
    }
}
