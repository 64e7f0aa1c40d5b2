namespace ChatSessions.Model;

/// <summary>
/// A failure to report to the caller. The message is one or two sentences that name the input, say what is wrong and what to do next. It is
/// safe to show: no key, no stack trace, no upstream text presented as the server's own.
/// </summary>
public sealed class ChatSessionException(ChatSessionError error, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The kind of failure, for callers with error codes of their own.</summary>
    public ChatSessionError Error { get; } = error;

    /// <summary>
    /// What went wrong in a few words, without the request or the next step, such as "LlamaCloud refused the API key (401)"; null if only
    /// the message says it.
    /// </summary>
    public string? Cause { get; init; }

    /// <summary>Whether no session has the id that was given. Who shows the message adds how to list the ids.</summary>
    public bool IsUnknownId { get; init; }

    /// <summary>Whether the source failed, not the session or the request, so that another source may have what was asked for.</summary>
    public bool IsSourceFailure => Error is ChatSessionError.Unavailable or ChatSessionError.Unauthorized or ChatSessionError.NotFound;
}

/// <summary>The kinds of failure that a source of sessions reports.</summary>
public enum ChatSessionError
{
    /// <summary>An argument has an invalid form.</summary>
    InvalidArgument,

    /// <summary>There is no such session, event, turn or attachment.</summary>
    NotFound,

    /// <summary>The key is missing, invalid, or not allowed to see this.</summary>
    Unauthorized,

    /// <summary>The input is not a chat session, or its JSON is invalid.</summary>
    InvalidSession,

    /// <summary>The input is larger than the limit.</summary>
    TooLarge,

    /// <summary>The service did not answer or reported a failure, even after the retries.</summary>
    Unavailable,
}
