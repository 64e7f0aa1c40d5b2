namespace ChatSessions.Model;

/// <summary>
/// Something that the caller can be told: the message is one sentence or two that name the input, say what is wrong and what to do
/// next, and are safe to show (no key, no stack trace, no text from upstream taken over as ours).
/// </summary>
public sealed class ChatSessionException(ChatSessionError error, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What kind of failure it is, for callers that answer with a code of their own.</summary>
    public ChatSessionError Error { get; } = error;

    /// <summary>
    /// What went wrong in a few words, without what was asked for or what to do next, such as "LlamaCloud refused the API key (401)";
    /// null where only the message says it.
    /// </summary>
    public string? Cause { get; init; }

    /// <summary>Whether the source failed rather than the session or the request: another source may have what was asked for.</summary>
    public bool IsSourceFailure => Error is ChatSessionError.Unavailable or ChatSessionError.Unauthorized or ChatSessionError.NotFound;
}

/// <summary>The kinds of failure that a source of sessions tells its caller.</summary>
public enum ChatSessionError
{
    /// <summary>An argument is not of the form that it must have.</summary>
    InvalidArgument,

    /// <summary>There is no such session, event, turn or attachment.</summary>
    NotFound,

    /// <summary>The key is missing, wrong, or not allowed to see this.</summary>
    Unauthorized,

    /// <summary>What was found is not a chat session, or its JSON is broken.</summary>
    InvalidSession,

    /// <summary>What was found is larger than the limit.</summary>
    TooLarge,

    /// <summary>The service did not answer, or answered with a failure, also after the retries.</summary>
    Unavailable,
}
