using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// The files that one import finds, for formats that spread a session over several of them. Only these are ever read, whatever a record names.
/// </summary>
/// <param name="paths">Every file that was found, with those that have not changed since they were imported.</param>
internal sealed class ImportNeighbours(IEnumerable<string> paths)
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

    /// <summary>Reads a file, unless what this import read of it is still kept; null if it was not found.</summary>
    /// <param name="path">Its full path, without the ending of a compressed file.</param>
    /// <param name="read">Reads it. The second argument is what an earlier import read of it; null if that is not kept.</param>
    public T? Read<T>(string path, Func<ImportFile, T?, T> read)
        where T : class
    {
        if (PathOf(path) is not { } known)
            return null;
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
        var made = read(new ImportFile(known, FileStamp.Read(known), IsNamed: false), before);
        kept.AddFirst((known, made, false));
        if (kept.Count > MostKept)
            kept.RemoveLast();
        return made;
    }

    private string? PathOf(string path) => found.GetValueOrDefault(path) ?? found.GetValueOrDefault(path + ".gz");
}
