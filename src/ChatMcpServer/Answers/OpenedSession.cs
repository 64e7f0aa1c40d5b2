using ChatSessions.Model;
using ChatSessions.Reviewing;
using ChatSessions.Sources;

namespace ChatMcpServer.Answers;

/// <summary>A session with its catalog and its caller. Tools, prompts and commands make reviews and comparisons here.</summary>
internal sealed record OpenedSession(SessionCatalog Catalog, Session Session, Caller Caller)
{
    /// <exception cref="ChatSessionException">No source has the session, its id is invalid, or it cannot be read.</exception>
    public static async Task<OpenedSession> GetAsync(
        SessionCatalog catalog,
        string sessionId,
        Caller caller,
        CancellationToken cancellationToken
    ) => new(catalog, await catalog.GetAsync(sessionId, caller, cancellationToken), caller);

    /// <summary>What went wrong in it.</summary>
    /// <param name="maxTokens">The most that the answer may cost in each form.</param>
    public async Task<ReviewedSession> ReviewAsync(int maxTokens, CancellationToken cancellationToken)
    {
        var notes = await Catalog.Notes.OfAsync(Session, Caller, cancellationToken);
        return ReviewedSession.Within(maxTokens, SessionReview.Of(Catalog.Door.Show(Session), cancellationToken), notes);
    }

    /// <summary>How it differs from another session. If one is a copy, the notes say so.</summary>
    /// <param name="maxTokens">The most that the answer may cost in each form.</param>
    public async Task<ComparedSessions> CompareAsync(OpenedSession other, int maxTokens, CancellationToken cancellationToken)
    {
        var noted = Session.Copy is null ? other : this;
        var notes = await noted.Catalog.Notes.OfAsync(Session, other.Session, noted.Caller, cancellationToken);
        var comparison = SessionComparison.Of(Catalog.Door.Show(Session), other.Catalog.Door.Show(other.Session), cancellationToken);
        return ComparedSessions.Within(maxTokens, comparison, notes);
    }
}
