using System.Globalization;
using System.Text;
using ChatSessions.Sources.Files;

namespace ChatMcpServer.Installing;

/// <summary>A configuration file as it was read: its text, and how it is written back.</summary>
/// <param name="Path">Where the host looks for it.</param>
/// <param name="Target">The file itself: the end of the links, if the path is one.</param>
/// <param name="Bytes">Null if there is no file.</param>
/// <param name="Text">Without the byte order mark; empty if there is no file.</param>
internal sealed record ConfigFile(string Path, string Target, byte[]? Bytes, string Text)
{
    private const int LargestBytes = 32 << 20;
    private const string BackupMark = ".chat-mcp-server-";
    private const string BackupEnd = ".bak";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private bool HasMark => Bytes is [0xEF, 0xBB, 0xBF, ..];

    /// <exception cref="ConfigException">It cannot be read as text.</exception>
    public static ConfigFile Read(string path)
    {
        try
        {
            var target = Resolve(path);
            if (Directory.Exists(target))
                throw new ConfigException("is a folder");
            if (!IsThere(target))
                return new(path, target, null, "");
            if (target.StartsWith("/dev/", StringComparison.Ordinal) || target.StartsWith("/proc/", StringComparison.Ordinal))
                throw new ConfigException("is not a file");
            var length = new FileInfo(target).Length;
            if (length > LargestBytes)
                throw new ConfigException($"is larger than {LargestBytes >> 20} MB");
            return Of(path, target, length == 0 ? ReadEmpty(target) : File.ReadAllBytes(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"cannot be read ({FileProblem.Reason(exception)})");
        }
    }

    /// <summary>Whether there is a file. Throws where its folder may not be entered: then there may be one.</summary>
    private static bool IsThere(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>A file of length 0, which may be a pipe. Who opens a pipe to read only would wait for somebody who writes.</summary>
    private static byte[] ReadEmpty(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return file.CanSeek ? [] : throw new ConfigException("is not a file");
        }
        catch (UnauthorizedAccessException)
        {
            // It cannot be written either, which is found out when it is to be.
            return [];
        }
    }

    private static ConfigFile Of(string path, string target, byte[] bytes)
    {
        try
        {
            var file = new ConfigFile(path, target, bytes, "");
            return file with { Text = Strict.GetString(bytes.AsSpan(file.HasMark ? 3 : 0)) };
        }
        catch (DecoderFallbackException)
        {
            throw new ConfigException("is not in UTF-8");
        }
    }

    private static string Resolve(string path)
    {
        // A link of a folder on the way resolves by itself.
        var info = new FileInfo(path);
        return info.LinkTarget is null ? path : info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
    }

    /// <summary>The bytes that the file has with this text.</summary>
    public byte[] BytesOf(string text) => HasMark ? [0xEF, 0xBB, 0xBF, .. Strict.GetBytes(text)] : Strict.GetBytes(text);

    /// <summary>Why the file cannot be written, to follow its path; null if it seems that it can be.</summary>
    public string? WhyReadOnly()
    {
        if (Target.StartsWith("/nix/store/", StringComparison.Ordinal))
            return "is managed by Nix";
        if (Bytes is null)
            return null;
        try
        {
            if (
                OperatingSystem.IsWindows()
                    ? File.GetAttributes(Target).HasFlag(FileAttributes.ReadOnly)
                    : (File.GetUnixFileMode(Target) & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0
            )
                return "is read-only";
            File.OpenHandle(Target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "may not be written";
        }
    }

    /// <summary>
    /// Replaces the file as a whole, so that nobody ever reads half of it. A link stays a link, and the file keeps its permissions.
    /// </summary>
    /// <param name="isPrivate">Whether only its user may read the file, if it is new.</param>
    /// <exception cref="ConfigException">It cannot be written, or has changed since it was read.</exception>
    public void Write(byte[] bytes, bool isPrivate)
    {
        var temporary = $"{Target}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Target)!);
            WriteNew(temporary, bytes, isPrivate);
            MustBeUnchanged();
            if (OperatingSystem.IsWindows() && Bytes is not null)
                File.Replace(temporary, Target, null);
            else
                File.Move(temporary, Target, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"cannot be written ({FileProblem.Reason(exception)})");
        }
        finally
        {
            Remove(temporary);
        }
    }

    private void WriteNew(string path, byte[] bytes, bool isPrivate)
    {
        // The copy of a file gets the file's own permissions later, on Windows when it replaces the file.
        using (
            var file =
                isPrivate || Bytes is not null
                    ? PrivateFile.Open(path, FileMode.CreateNew, FileAccess.Write)
                    : new FileStream(path, FileMode.CreateNew, FileAccess.Write)
        )
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        if (!OperatingSystem.IsWindows() && Bytes is not null)
            File.SetUnixFileMode(path, File.GetUnixFileMode(Target));
    }

    /// <summary>Deletes the file, and folders that are then empty, up to one that stays.</summary>
    /// <exception cref="ConfigException">It cannot be deleted, or has changed since it was read.</exception>
    public void Delete(string stays)
    {
        try
        {
            MustBeUnchanged();
            File.Delete(Target);
            for (
                var folder = System.IO.Path.GetDirectoryName(Target);
                folder is not null
                    && folder.StartsWith(stays + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)
                    && !Directory.EnumerateFileSystemEntries(folder).Any();
                folder = System.IO.Path.GetDirectoryName(folder)
            )
                Directory.Delete(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"cannot be deleted ({FileProblem.Reason(exception)})");
        }
    }

    private void MustBeUnchanged()
    {
        var now = Read(Path).Bytes;
        if ((now is null) != (Bytes is null) || !now.AsSpan().SequenceEqual(Bytes))
            throw new ConfigException("was changed by another program just now");
    }

    /// <summary>Copies the file next to the path, with the time in its name. Returns the path of the copy.</summary>
    /// <exception cref="ConfigException">It cannot be written.</exception>
    public string Backup(DateTimeOffset now)
    {
        var path = $"{Path}{BackupMark}{now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        var backup = path + BackupEnd;
        for (var count = 2; File.Exists(backup); count++)
            backup = $"{path}-{count}{BackupEnd}";
        try
        {
            WriteNew(backup, Bytes!, isPrivate: true);
            return backup;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"has a folder in which no backup can be written ({FileProblem.Reason(exception)})");
        }
    }

    /// <summary>The backups that are there, the newest first. One that cannot be read is left out.</summary>
    public IReadOnlyList<ConfigFile> Backups()
    {
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        if (!Directory.Exists(folder))
            return [];
        var found = new List<ConfigFile>();
        var pattern = $"{System.IO.Path.GetFileName(Path)}{BackupMark}*{BackupEnd}";
        foreach (var backup in Directory.EnumerateFiles(folder, pattern).OrderDescending(StringComparer.Ordinal))
            try
            {
                found.Add(Read(backup));
            }
            catch (ConfigException)
            {
                // It was not made by this program, or damaged since.
            }
        return found;
    }

    /// <summary>Deletes a file if that is possible.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way.
        }
    }
}
