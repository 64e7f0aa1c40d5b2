using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>All sessions found in the files at one moment, each once.</summary>
internal sealed class FileIndex
{
    private readonly Dictionary<string, StoredSession> byId = [];

    /// <summary>
    /// Merges the files. Of several sessions with the same id, the one updated last is served; on a tie, the one
    /// in the most recently changed file.
    /// </summary>
    public FileIndex(IEnumerable<FileScan> scans, IEnumerable<FileProblem> problems)
    {
        var all = new List<FileProblem>(problems);
        var found = new List<StoredSession>();
        foreach (var scan in scans)
        {
            all.AddRange(scan.Problems);
            found.AddRange(scan.Sessions);
        }
        foreach (var session in found)
            if (!byId.TryGetValue(session.Summary.SessionId, out var other) || IsLater(session, other))
                byId[session.Summary.SessionId] = session;
        var hidden = found.Where(session => byId[session.Summary.SessionId] != session);
        foreach (var pair in hidden.GroupBy(session => (Served: byId[session.Summary.SessionId].File, session.File)))
            all.Add(Hidden([.. pair]));
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
        // On a tie within one file, the later line is newer.
        return byUpdate != 0 ? byUpdate > 0 : session.File == other.File || session.Stamp.LastWriteUtc > other.Stamp.LastWriteUtc;
    }

    private FileProblem Hidden(IReadOnlyList<StoredSession> sessions)
    {
        var session = sessions[0];
        var served = byId[session.Summary.SessionId];
        var others = sessions.Count == 1 ? "" : $" and {(sessions.Count - 1).Grouped()} more";
        return new FileProblem(
            session.File.Path,
            session.Line,
            ChatSessionError.InvalidSession,
            $"Session '{session.Summary.SessionId}'{others} is in both {served.Origin} and {session.Origin}; the first is newer and is served."
        );
    }
}
