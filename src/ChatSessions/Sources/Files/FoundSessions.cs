using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Sources.Files;

/// <summary>
/// The sessions found in a file, each once: of lines with the same id the one updated last, and of those the later. A small compressed file
/// can have a million of such lines.
/// </summary>
internal sealed class FoundSessions(string path)
{
    /// <summary>More than any real file has; the summary of each is kept in memory.</summary>
    public const int Most = 100_000;

    private readonly Dictionary<string, int> places = [];
    private readonly ImmutableArray<StoredSession>.Builder sessions = ImmutableArray.CreateBuilder<StoredSession>();

    public int Count => sessions.Count;

    /// <summary>The first session that another of the file hides, and how many are hidden; null if there is none.</summary>
    public HiddenSessions? Hidden { get; private set; }

    /// <summary>Adds what stands behind those added before.</summary>
    /// <returns>False if it is hidden by one that was added before.</returns>
    /// <exception cref="ChatSessionException">There are too many.</exception>
    public bool Add(StoredSession session)
    {
        var id = session.Summary.SessionId;
        if (places.TryGetValue(id, out var place))
        {
            var isLater = Nullable.Compare(session.Summary.LastUpdated, sessions[place].Summary.LastUpdated) >= 0;
            var hidden = isLater ? sessions[place] : session;
            Hidden = Hidden is { } others ? others with { Count = others.Count + 1 } : new(hidden, 1);
            if (isLater)
                sessions[place] = session;
            return isLater;
        }
        if (sessions.Count == Most)
            throw new ChatSessionException(
                ChatSessionError.TooLarge,
                $"{path} has more than {Most.Grouped()} sessions; the rest was not read. Split it into several files."
            );
        places.Add(id, sessions.Count);
        sessions.Add(session);
        return true;
    }

    public ImmutableArray<StoredSession> ToImmutable() => sessions.ToImmutable();
}

/// <summary>Sessions that others with the same id hide.</summary>
/// <param name="First">The first of them.</param>
internal sealed record HiddenSessions(StoredSession First, int Count);
