using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// The files that one import finds, for formats that spread a session over several of them. Only these, and what the archive kept of others, are
/// ever read, whatever a record names.
/// </summary>
/// <param name="paths">Every file that was found, with those that have not changed since they were imported.</param>
/// <param name="originals">What the archive kept of files that were imported before; null if there is no archive.</param>
internal sealed class ImportNeighbours(IEnumerable<string> paths, ArchivedOriginals? originals = null)
{
    /// <summary>How much of what was read is kept, since the files of a session are imported one soon after the other.</summary>
    private const int MostKept = 16;

    private readonly Dictionary<string, string> found = paths.ToDictionary(Path.GetFullPath, path => path, StringComparer.Ordinal);
    private readonly LinkedList<(string Path, object Value, bool IsOld)> kept = [];

    /// <summary>The full paths of all files.</summary>
    public IReadOnlyCollection<string> Paths => found.Keys;

    /// <summary>Whether a file, or the same compressed, was found.</summary>
    public bool Has(string path) => PathOf(path) is not null;

    /// <summary>Keeps what an earlier import read, to read only what was appended since.</summary>
    public void Continue(ImportNeighbours before)
    {
        foreach (var (path, value, _) in before.kept)
            kept.AddLast((path, value, true));
    }

    /// <summary>What the archive kept of a session's file; null if nothing.</summary>
    public ImportFile? Archived(string sessionId) => originals?.Find(sessionId);

    /// <summary>
    /// Reads the file of a session or, if it was not found, what the archive kept of it, unless what this import read of it is still kept; null if
    /// there is neither.
    /// </summary>
    /// <param name="path">Its full path, without the ending of a compressed file.</param>
    /// <param name="archivedId">The session's id in the archive; null to read only a file.</param>
    /// <param name="read">Reads it. The second argument is what an earlier import read of it; null if that is not kept.</param>
    public T? Read<T>(string path, string? archivedId, Func<ImportFile, T?, T> read)
        where T : class
    {
        var known = PathOf(path) ?? path;
        T? before = null;
        for (var node = kept.First; node is not null; node = node.Next)
            if (node.Value.Path == known && node.Value.Value is T value)
            {
                if (!node.Value.IsOld)
                    return value;
                before = value;
                kept.Remove(node);
                break;
            }
        var file =
            PathOf(path) is not null ? new ImportFile(known, FileStamp.Read(known), IsNamed: false)
            : archivedId is not null ? Archived(archivedId)
            : null;
        if (file is null)
            return null;
        var made = read(file, before);
        kept.AddFirst((known, made, false));
        if (kept.Count > MostKept)
            kept.RemoveLast();
        return made;
    }

    private string? PathOf(string path) => found.GetValueOrDefault(path) ?? found.GetValueOrDefault(path + ".gz");
}
