using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// The folders in which opencode kept sessions before its database: <c>storage/session/*/ID.json</c> with the messages in
/// <c>storage/message/ID</c>, and the parts of each in <c>storage/part/MESSAGE</c>. The file of a session stands for all of them.
/// </summary>
internal static class OpenCodeFolder
{
    /// <summary>More than any real session or message has files in its folder.</summary>
    internal const int MostFiles = 100_000;

    /// <summary>Whether a file is that of a session, by its place.</summary>
    public static bool IsSession(string path) =>
        path.EndsWith(".json", StringComparison.Ordinal)
        && Path.GetFullPath(path).Split(Path.DirectorySeparatorChar) is [.., "storage", "session", _, _];

    /// <summary>A file's stamp; that of a session changes when a message is added.</summary>
    public static FileStamp StampOf(string path, FileStamp stamp)
    {
        if (stamp == default || !IsSession(path))
            return stamp;
        var messages = new DirectoryInfo(Path.Combine(StorageOf(path), "message", Path.GetFileNameWithoutExtension(path)));
        return messages.Exists && messages.LastWriteTimeUtc > stamp.LastWriteUtc
            ? stamp with
            {
                LastWriteUtc = messages.LastWriteTimeUtc,
            }
            : stamp;
    }

    /// <summary>The session as a file of JSON lines; the file itself if it is something else.</summary>
    /// <param name="broken">Called for what cannot be read; the rest is.</param>
    /// <param name="mostFiles">The most files in one folder; a session with more is not read.</param>
    public static IEnumerable<ImportFile> In(ImportFile file, long maxBytes, Action<ChatSessionException> broken, int mostFiles = MostFiles)
    {
        var session = Read(file.Path, maxBytes, _ => { });
        if (session.Property("id").AsString() is not { } id || session.Property("directory").IsMissing)
            yield return file;
        else if (Lines(file.Path, session, id, maxBytes, mostFiles, broken) is { Length: > 0 } lines)
            yield return new ImportFile(
                file.Path,
                new FileStamp(lines.Length, file.Stamp.LastWriteUtc),
                IsNamed: false,
                new PipedFile(file.Path, lines, file.Stamp.LastWriteUtc)
            )
            {
                IsPart = true,
            };
    }

    private static ReadOnlyMemory<byte> Lines(
        string path,
        RawJson session,
        string id,
        long maxBytes,
        int mostFiles,
        Action<ChatSessionException> broken
    )
    {
        using var lines = new JsonLines(path, maxBytes, broken);
        try
        {
            lines.Add(json => json.WriteRaw("info", session));
            var storage = StorageOf(path);
            foreach (var message in InFolder(storage, "message", id, maxBytes, mostFiles, broken))
            {
                var parts = InFolder(storage, "part", message.Property("id").AsString(), maxBytes, mostFiles, broken).ToList();
                lines.Add(json =>
                {
                    json.WriteRaw("info", message);
                    json.WriteRaw("parts", JsonText.List(parts));
                });
            }
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            var problem = FileProblem.From(path, exception);
            broken(new ChatSessionException(problem.Error, problem.Sentence, exception));
        }
        catch (ChatSessionException fault)
        {
            broken(fault);
            return default;
        }
        return lines.Utf8;
    }

    private static string StorageOf(string path) => Path.GetFullPath(Path.Combine(path, "..", "..", ".."));

    /// <summary>The objects in the folder of a session or a message, in the order of their files. An id that could be a path has none.</summary>
    private static IEnumerable<RawJson> InFolder(
        string storage,
        string kind,
        string? id,
        long maxBytes,
        int mostFiles,
        Action<ChatSessionException> broken
    )
    {
        if (id is not { Length: > 0 } || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
            yield break;
        var folder = Path.Combine(storage, kind, id);
        if (!Directory.Exists(folder))
            yield break;
        var files = Directory.EnumerateFiles(folder, "*.json").Take(mostFiles + 1).Order(StringComparer.Ordinal).ToList();
        if (files.Count > mostFiles)
            throw new ChatSessionException(
                ChatSessionError.TooLarge,
                $"{folder} has more than {mostFiles.Grouped()} files, so its session is not imported. No option changes this limit."
            );
        long bytes = 0;
        foreach (var path in files)
        {
            var json = Read(path, maxBytes - bytes, broken);
            bytes += json.Utf8.Length;
            if (!json.IsMissing)
                yield return json;
        }
    }

    /// <summary>The object in a file, on one line; missing if it cannot be read.</summary>
    private static RawJson Read(string path, long maxBytes, Action<ChatSessionException> broken)
    {
        try
        {
            using var stream = SessionFile.OpenUnlocked(path);
            if (stream.Length > Math.Min(maxBytes, Array.MaxLength))
                throw ImportRecords.TooLarge($"{path} is", maxBytes);
            var utf8 = new byte[stream.Length];
            var json = RawJson.Parse(utf8.AsMemory(0, stream.ReadAtLeast(utf8, utf8.Length, throwOnEndOfStream: false)));
            JsonLines.OnOneLine(utf8);
            return json.Kind == JsonValueKind.Object ? json : default;
        }
        catch (JsonException exception)
        {
            broken(new ChatSessionException(ChatSessionError.InvalidSession, $"{path} is not valid JSON; it was skipped.", exception));
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            var problem = FileProblem.From(path, exception);
            broken(new ChatSessionException(problem.Error, problem.Sentence, exception));
        }
        return default;
    }
}
