using System.Collections.Immutable;

namespace ChatSessions.Sources.Files;

/// <summary>All sessions that were found, each once, at one moment.</summary>
internal sealed class FileIndex
{
    private readonly Dictionary<string, StoredSession> byId = [];

    /// <summary>
    /// Joins what the files hold. Of several sessions with one id the one that was updated last is served; where that is the same, the one
    /// in the file changed last.
    /// </summary>
    public FileIndex(IEnumerable<FileScan> scans, IEnumerable<FileProblem> problems)
    {
        var hidden = new List<(StoredSession Served, StoredSession Other)>();
        var all = new List<FileProblem>(problems);
        foreach (var scan in scans)
        {
            all.AddRange(scan.Problems);
            foreach (var session in scan.Sessions)
            {
                var id = session.Summary.SessionId;
                if (!byId.TryGetValue(id, out var other))
                    byId[id] = session;
                else if (IsLater(session, other))
                {
                    byId[id] = session;
                    hidden.Add((session, other));
                }
                else
                    hidden.Add((other, session));
            }
        }
        foreach (var pair in hidden.GroupBy(pair => (pair.Served.File, pair.Other.File)))
            all.Add(Duplicates([.. pair]));
        Newest = [.. byId.Values.Select(session => session.Summary).OrderBy(summary => summary, NewestFirst.Instance)];
        Problems = [.. all];
    }

    /// <summary>The summaries, those updated last first.</summary>
    public ImmutableArray<SessionSummary> Newest { get; }

    /// <summary>What could not be read, and which sessions hide others.</summary>
    public ImmutableArray<FileProblem> Problems { get; }

    public StoredSession? Find(string sessionId) => byId.GetValueOrDefault(sessionId);

    private static bool IsLater(StoredSession session, StoredSession other)
    {
        var byUpdate = Nullable.Compare(session.Summary.LastUpdated, other.Summary.LastUpdated);
        return byUpdate > 0 || (byUpdate == 0 && session.Stamp.LastWriteUtc > other.Stamp.LastWriteUtc);
    }

    private static FileProblem Duplicates(IReadOnlyList<(StoredSession Served, StoredSession Other)> pairs)
    {
        var (served, other) = pairs[0];
        var others = pairs.Count == 1 ? "" : $" and {pairs.Count - 1:N0} more";
        return new FileProblem(
            other.File.Path,
            other.Line,
            ChatSessionError.InvalidSession,
            $"Session '{served.Summary.SessionId}'{others} is both in {served.Origin} and in {other.Origin}; the former, updated later, is served."
        );
    }
}
