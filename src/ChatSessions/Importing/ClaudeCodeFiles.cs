using System.Text;
using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>
/// The files that belong to a Claude Code transcript: those in the folder named like its session, and transcripts next to it. Paths in records are
/// not trusted: only a file's name is taken from them.
/// </summary>
internal sealed class ClaudeCodeFiles
{
    /// <summary>How much of a result in a file of its own is read, in bytes, and how much of all results of a transcript.</summary>
    private const int MostOfResult = 1 << 20;

    private const int MostOfResults = 16 << 20;
    private const int MostOfDescription = 64 * 1024;
    private const string ResultFolder = "tool-results";
    private const string AgentFolder = "subagents";
    private const string AgentPrefix = "agent-";

    private readonly ImportOrigin origin;

    /// <summary>The folder with the transcripts; null for a pipe.</summary>
    private readonly string? folder;

    /// <summary>The folder with the session's other files; null for a pipe.</summary>
    private readonly string? sessionFolder;
    private readonly Dictionary<string, FileStamp> results = [];

    /// <summary>Whether the transcripts of other sessions had the records that were looked for in them.</summary>
    private readonly Dictionary<string, List<(UInt128 Record, bool IsThere)>> lookedFor = [];
    private int readOfResults;

    public ClaudeCodeFiles(ImportOrigin origin)
    {
        this.origin = origin;
        if (!Path.IsPathFullyQualified(origin.Place) || Path.GetDirectoryName(origin.Place) is not { } own)
            return;
        (folder, sessionFolder) = (own, Path.Combine(own, origin.FileName));
        // Agents are at any depth below <session>/subagents.
        for (var above = own; above is not null; above = Path.GetDirectoryName(above))
            if (Path.GetFileName(above) == AgentFolder && Path.GetDirectoryName(above) is { } session)
                (folder, sessionFolder) = (Path.GetDirectoryName(session), session);
    }

    /// <summary>
    /// The index of the transcript of a session next to this one or, if this import did not find it, of what the archive kept of it; null if there
    /// is neither, or it is this file.
    /// </summary>
    public ClaudeCodeIndex? IndexOf(string sessionId, CancellationToken cancellationToken)
    {
        if (folder is null || sessionId.Length == 0 || Path.GetFileName(sessionId) != sessionId)
            return null;
        var path = Path.Combine(folder, sessionId + ".jsonl");
        return path == origin.Place || path + ".gz" == origin.Place
            ? null
            : origin
                .Neighbours?.Read<ClaudeCodeIndexFile>(
                    path,
                    IsAnotherSession(sessionId) ? sessionId : null,
                    (file, before) => ClaudeCodeIndexFile.Read(file, before, origin.MaxSessionBytes, cancellationToken)
                )
                ?.Index;
    }

    /// <summary>
    /// Whether this file surely is no other copy of a session's transcript: an agent's, or one that is named by another id. What the archive has of
    /// the session may have been made of that copy, and is no reason to leave anything out of this one.
    /// </summary>
    private bool IsAnotherSession(string sessionId) =>
        origin.FileName != sessionId
        && (origin.FileName.StartsWith(AgentPrefix, StringComparison.Ordinal) || Guid.TryParseExact(origin.FileName, "D", out _));

    /// <summary>About how many bytes of memory it takes.</summary>
    public long Bytes => lookedFor.Values.Sum(records => 32L * records.Capacity) + 500L * results.Count;

    /// <summary>Whether the transcript of another session has a record too.</summary>
    public bool HasToo(string sessionId, Fields record, CancellationToken cancellationToken)
    {
        var key = ClaudeCodeIndex.KeyOf(record);
        var isThere = IndexOf(sessionId, cancellationToken)?.Has(key) == true;
        if (!lookedFor.TryGetValue(sessionId, out var records))
            lookedFor[sessionId] = records = [];
        records.Add((key, isThere));
        return isThere;
    }

    /// <summary>Whether everything that was found, or not found, in other files still is so.</summary>
    public bool AreAsBefore(CancellationToken cancellationToken)
    {
        foreach (var (sessionId, records) in lookedFor)
        {
            var index = IndexOf(sessionId, cancellationToken);
            if (records.Exists(one => (index?.Has(one.Record) == true) != one.IsThere))
                return false;
        }
        return results.All(one => FileStamp.Read(one.Key) == one.Value);
    }

    /// <summary>What is noted about an agent next to its transcript.</summary>
    public Fields AboutAgent()
    {
        if (folder is null || !origin.FileName.StartsWith(AgentPrefix, StringComparison.Ordinal))
            return new Fields(default);
        var path = Path.Combine(Path.GetDirectoryName(origin.Place)!, origin.FileName + ".meta.json");
        try
        {
            var file = new FileInfo(path);
            return file is { Exists: true, LinkTarget: null, Length: <= MostOfDescription }
                ? new Fields(RawJson.Parse(File.ReadAllBytes(path)))
                : new Fields(default);
        }
        catch (Exception exception) when (exception is JsonException || FileProblem.IsOfFileSystem(exception))
        {
            return new Fields(default); // Only a title is missing then.
        }
    }

    /// <summary>A result that was too large for the transcript, from its file; as recorded if there is no such file.</summary>
    public RawJson Whole(RawJson result)
    {
        if (sessionFolder is null || result.Kind != JsonValueKind.String || !result.Utf8.Span[1..].StartsWith("<persisted-output>"u8))
            return result;
        var line = result.AsString()!.Split('\n', 3).FirstOrDefault(line => line.Contains("saved to:", StringComparison.Ordinal));
        var parts = line?[(line.IndexOf("saved to:", StringComparison.Ordinal) + "saved to:".Length)..].Trim().Split('/', '\\');
        if (parts is not [.., ResultFolder, { Length: > 0 } name] || Path.GetFileName(name) != name || readOfResults >= MostOfResults)
            return result;
        try
        {
            var folderOfResults = Path.Combine(sessionFolder, ResultFolder);
            var file = new FileInfo(Path.Combine(folderOfResults, name));
            results[file.FullName] = FileStamp.Read(file.FullName);
            if (!file.Exists || file.LinkTarget is not null || new DirectoryInfo(folderOfResults).LinkTarget is not null)
                return result;
            using var content = file.OpenRead();
            var bytes = new byte[Math.Min(MostOfResult, file.Length)];
            var length = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            readOfResults += length;
            var text = Encoding.UTF8.GetString(bytes, 0, length);
            return JsonText.Quote(
                length < file.Length ? $"{text}\n[{(file.Length - length).Grouped()} more bytes in {ResultFolder}/{name}]" : text
            );
        }
        catch (Exception exception) when (FileProblem.IsOfFileSystem(exception))
        {
            return result;
        }
    }
}
