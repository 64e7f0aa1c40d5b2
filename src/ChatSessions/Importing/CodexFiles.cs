using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>The other files of Codex that a rollout refers to.</summary>
internal static class CodexFiles
{
    private const string IndexName = "session_index.jsonl";

    /// <summary>The index is in Codex's folder, above the folders of the year, the month and the day.</summary>
    private const int FoldersAbove = 6;

    /// <summary>In how many files next to a rollout the parent is looked for, if no file is named after it.</summary>
    private const int HeadersLookedAt = 100;

    private const long MaxIndexBytes = 64 << 20;

    private static readonly Lock Gate = new();
    private static (string Path, FileStamp Stamp, Dictionary<string, IndexEntry> Entries)? lastIndex;

    /// <summary>The rollout of a session among the files that are imported together; null if it is not among them.</summary>
    public static ImportFile? Find(string sessionId, ImportOrigin origin)
    {
        var others = (origin.Neighbours?.Paths ?? []).Where(path => path != origin.Place).Order(StringComparer.Ordinal).ToList();
        var named = others.Find(path => Path.GetFileName(path).Contains(sessionId, StringComparison.OrdinalIgnoreCase));
        var folder = Path.GetDirectoryName(origin.Place);
        return named is not null
            ? new ImportFile(named, FileStamp.Read(named), IsNamed: false)
            : others
                .Where(path => Path.GetDirectoryName(path) == folder)
                .Take(HeadersLookedAt)
                .Select(path => new ImportFile(path, FileStamp.Read(path), IsNamed: false))
                .FirstOrDefault(file => IsOf(file, sessionId, origin.MaxSessionBytes));
    }

    /// <summary>The lines of a rollout that can be read. Each is valid until the next.</summary>
    public static IEnumerable<RawJson> Lines(ImportFile file, long maxBytes)
    {
        using var lines = Records(file, maxBytes).GetEnumerator();
        while (MoveNext())
            yield return lines.Current;

        // What cannot be read is reported when that file itself is imported.
        bool MoveNext()
        {
            try
            {
                return lines.MoveNext();
            }
            catch (Exception exception) when (FileProblem.IsOfFileSystem(exception) || exception is ChatSessionException)
            {
                return false;
            }
        }
    }

    /// <summary>The name that the user or Codex gave a session; null if there is no index or no name.</summary>
    public static string? NameOf(string sessionId, string rollout) => Entry(sessionId, rollout)?.Name;

    /// <summary>
    /// A rollout's stamp, with the later time of its entry in the index: a session that is renamed is read again, though its rollout is as it was.
    /// </summary>
    public static FileStamp StampWithName(string rollout, FileStamp stamp) =>
        IdIn(rollout) is { } id && Entry(id, rollout)?.UpdatedAt is { } named && named.UtcDateTime > stamp.LastWriteUtc
            ? stamp with
            {
                LastWriteUtc = named.UtcDateTime,
            }
            : stamp;

    /// <summary>Whether a file found in a folder is the index, which is no session.</summary>
    public static bool IsIndex(string path) => Path.GetFileName(path) == IndexName;

    /// <summary>The session's id in the name of a rollout; null if it has none.</summary>
    public static string? IdIn(string rollout)
    {
        const int length = 36;
        var name = Path.GetFileName(rollout).Split('.')[0];
        return name.StartsWith("rollout-", StringComparison.Ordinal) && name.Length > length && Guid.TryParse(name[^length..], out _)
            ? name[^length..]
            : null;
    }

    private static IEnumerable<RawJson> Records(ImportFile file, long maxBytes)
    {
        using var content = file.Open(out _, out var isCompressed);
        var reader = new RecordReader(content, isLines: true, new RecordLimits(file.Path, maxBytes, isCompressed));
        while (reader.Read(CancellationToken.None))
            if (!reader.IsTooLarge && Parsed(reader.Utf8) is { IsMissing: false } record)
                yield return record;
    }

    private static RawJson Parsed(ReadOnlyMemory<byte> line)
    {
        try
        {
            return RawJson.Parse(line);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static bool IsOf(ImportFile file, string sessionId, long maxBytes) =>
        Lines(file, maxBytes).Take(1).Select(line => line.Property("payload")).Any(header => header.Property("id").AsString() == sessionId);

    private static IndexEntry? Entry(string sessionId, string rollout)
    {
        var folder = Path.GetDirectoryName(rollout);
        for (var up = 0; folder is not null && up < FoldersAbove; up++, folder = Path.GetDirectoryName(folder))
        {
            var path = Path.Combine(folder, IndexName);
            if (FileStamp.Read(path) is { Length: > 0 } stamp)
                return Index(path, stamp).GetValueOrDefault(sessionId);
        }
        return null;
    }

    private static Dictionary<string, IndexEntry> Index(string path, FileStamp stamp)
    {
        lock (Gate)
        {
            if (lastIndex is { } last && last.Path == path && last.Stamp == stamp)
                return last.Entries;
            var entries = new Dictionary<string, IndexEntry>();
            if (stamp.Length <= MaxIndexBytes)
                foreach (var line in Lines(new ImportFile(path, stamp, IsNamed: false), MaxIndexBytes))
                    if (line.Property("id").AsString() is { } id)
                        entries[id] = IndexEntry.Of(line);
            lastIndex = (path, stamp, entries);
            return entries;
        }
    }

    /// <param name="Name">Null if the session was not given one.</param>
    private sealed record IndexEntry(string? Name, DateTimeOffset? UpdatedAt)
    {
        public static IndexEntry Of(RawJson line) =>
            new(
                line.Property("thread_name").AsString()?.Trim() is { Length: > 0 } name && name != "(unnamed)" ? name : null,
                IsoMoment.Find(line.Property("updated_at").AsString())
            );
    }
}
