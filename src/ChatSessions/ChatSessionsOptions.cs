using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Sources;
using ChatSessions.Sources.Files;
using ChatSessions.Sources.LlamaCloud;

namespace ChatSessions;

/// <summary>Where sessions come from, and how much memory they may take.</summary>
public sealed class ChatSessionsOptions
{
    /// <summary>Files and folders with sessions; a missing path is a warning, not an error.</summary>
    public IReadOnlyList<string> SessionPaths { get; set; } = [];

    /// <summary>Sessions read from a pipe, served like a file; null for none.</summary>
    public PipedFile? Piped { get; set; }

    /// <summary>How to reach LlamaCloud; null to do without it.</summary>
    public LlamaCloudOptions? LlamaCloud { get; set; }

    /// <summary>What readers should know of the configuration, such as a key that is missing: a sentence, or null.</summary>
    public string? Notice { get; set; }

    /// <summary>The archive's file, created when something is first saved; null for no archive.</summary>
    public string? ArchivePath { get; set; }

    /// <summary>The size limit of one session, in bytes after decompression.</summary>
    public long MaxSessionBytes { get; set; } = FileSource.DefaultMaxSessionBytes;

    /// <summary>The memory limit for sessions kept after reading, in bytes; 0 keeps none.</summary>
    public long CacheBytes { get; set; } = SessionCache.DefaultMaxBytes;

    /// <summary>Finds the secrets that are hidden in everything that leaves; null to hide none. They are never searched.</summary>
    public SecretFinder? Secrets { get; set; } = SecretFinder.Standard;

    /// <summary>What to replace in everything that leaves, in addition to secrets and hidden characters; see <see cref="OutgoingDoor"/>.</summary>
    public IReadOnlyList<OutgoingStep> OutgoingSteps { get; set; } = [];

    /// <summary>Checks the limits and paths.</summary>
    /// <exception cref="ChatSessionException">Names the first invalid option and what to set instead.</exception>
    public void Validate()
    {
        if (MaxSessionBytes < 1 || MaxSessionBytes > Array.MaxLength)
            throw Invalid($"{nameof(MaxSessionBytes)} must be from 1 byte to 2,047 MB.");
        if (CacheBytes < 0)
            throw Invalid($"{nameof(CacheBytes)} must be 0 or more.");
        if (SessionPaths.Any(string.IsNullOrWhiteSpace))
            throw Invalid("Empty sessions path. Pass --sessions PATH with a file or folder, or omit it.");
        if (ArchivePath is not null && (string.IsNullOrWhiteSpace(ArchivePath) || ArchivePath.Contains('\0')))
            throw Invalid("Invalid archive path. Pass --archive PATH with a file, or --archive none.");
        if (ArchivePath is not null && SessionArchive.Fault(ArchivePath) is { } fault)
            throw Invalid(fault);
        // Of a server's address this reads every part.
        if (ArchivePath is not null)
            _ = SessionArchive.Show(ArchivePath);
    }

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
