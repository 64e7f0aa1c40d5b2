using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>All sessions found in the files at one moment, each once.</summary>
internal sealed class FileIndex
{
    private readonly Dictionary<string, StoredSession> byId = [];

    /// <summary>
    /// Merges the files, which have each session once. Of several sessions with the same id, the one updated last is served; on a tie, the one
    /// in the most recently changed file.
    /// </summary>
    public FileIndex(IEnumerable<FileScan> scans, IEnumerable<FileProblem> problems)
    {
        var all = new List<FileProblem>(problems);
        var found = new List<StoredSession>();
        var hidden = new List<HiddenSessions>();
        foreach (var scan in scans)
        {
            all.AddRange(scan.Problems);
            found.AddRange(scan.Sessions);
            if (scan.Hidden is { } ofFile)
                hidden.Add(ofFile);
        }
        foreach (var session in found)
            if (!byId.TryGetValue(session.Summary.SessionId, out var other) || IsLater(session, other))
                byId[session.Summary.SessionId] = session;
        hidden.AddRange(
            found.Where(session => byId[session.Summary.SessionId] != session).Select(session => new HiddenSessions(session, 1))
        );
        foreach (var pair in hidden.GroupBy(one => (Served: byId[one.First.Summary.SessionId].File, one.First.File)))
            all.Add(Hidden(pair.First().First, pair.Sum(one => one.Count)));
        List = new SessionListing(byId.Values.Select(session => session.Summary));
        Problems = [.. all];
    }

    public SessionListing List { get; }

    /// <summary>What could not be read, and which sessions hide others.</summary>
    public ImmutableArray<FileProblem> Problems { get; }

    public StoredSession? Find(string sessionId) => byId.GetValueOrDefault(sessionId);

    private static bool IsLater(StoredSession session, StoredSession other)
    {
        var byUpdate = Nullable.Compare(session.Summary.LastUpdated, other.Summary.LastUpdated);
        return byUpdate != 0 ? byUpdate > 0 : session.Stamp.LastWriteUtc > other.Stamp.LastWriteUtc;
    }

    private FileProblem Hidden(StoredSession session, int count)
    {
        var served = byId[session.Summary.SessionId];
        var others = count == 1 ? "" : $" and {(count - 1).Grouped()} more";
        return new FileProblem(
            session.File.Path,
            session.Line,
            ChatSessionError.InvalidSession,
            $"Session '{session.Summary.SessionId}'{others} is in both {served.Origin} and {session.Origin}; the first is newer and is served."
        );
    }
}
