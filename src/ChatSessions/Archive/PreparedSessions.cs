using System.Runtime.CompilerServices;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatSessions.Archive;

/// <summary>
/// Makes what is written of sessions on all cores, before the archive is locked. What was made of a session is kept until it is taken or
/// forgotten, or the session is no longer in use. May be used by several threads at once.
/// </summary>
internal sealed class PreparedSessions(OutgoingDoor secrets)
{
    /// <summary>A larger session is made while it is written, chunk by chunk: its words take as much memory as its JSON.</summary>
    private const int MostBytes = 16 << 20;

    private readonly ConditionalWeakTable<Session, IReadOnlyList<PreparedChunk>> made = [];

    public Task PrepareAsync(IReadOnlyCollection<Session> sessions, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            sessions.Where(session => session.Json.Utf8.Length <= MostBytes && !made.TryGetValue(session, out _)),
            cancellationToken,
            (session, _) =>
            {
                made.AddOrUpdate(session, [.. PreparedChunk.Make(session, secrets)]);
                return ValueTask.CompletedTask;
            }
        );

    /// <summary>The chunks of a session. Those of one that was not prepared are made one by one.</summary>
    public IEnumerable<PreparedChunk> Take(Session session)
    {
        if (!made.TryGetValue(session, out var chunks))
            return PreparedChunk.Make(session, secrets);
        made.Remove(session);
        return chunks;
    }

    /// <summary>Forgets what was made of sessions that were saved. It was not taken if another process had saved the same by then.</summary>
    public void Forget(IEnumerable<ArchivedSession> sessions)
    {
        foreach (var session in sessions)
            made.Remove(session.Session);
    }
}
