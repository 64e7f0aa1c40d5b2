using ChatSessions.Archive;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Sources;

namespace ChatSessions.Importing;

/// <summary>Sessions as LlamaCloud's chat API returns them, one per file or per line. They are kept byte for byte.</summary>
internal static class LlamaCloudSession
{
    public static ImportFormat Format { get; } =
        new((records, broken, cancellationToken) => records.Each(Read, broken, cancellationToken))
        {
            Name = "llamacloud",
            Holds = "sessions of LlamaCloud (session_id, events)",
            Origin = SessionOrigin.File,
            IsOriginal = true,
            IsRecord = fields => fields.Has("session_id") && fields.Has("events"),
        };

    private static ImportedSession Read(RawJson record, ImportOrigin origin, int? line)
    {
        var session = SessionJson.Read(record.Utf8.ToArray(), origin.Name);
        if (SessionId.Fault(session.Summary.SessionId) is { } fault)
            throw new ChatSessionException(
                ChatSessionError.InvalidSession,
                $"{origin.Name} has an invalid session_id: it {fault}. Use one such as 'ses-abc123'."
            );
        return new ImportedSession(session, Format, line, []);
    }
}
