namespace ChatSessions.Archive;

/// <summary>Something in an archive that is damaged.</summary>
/// <param name="Says">What, in a sentence.</param>
/// <param name="Owner">Whose it is; null if it is of the archive as a whole.</param>
/// <param name="SessionId">The session that is damaged; null if it is something else.</param>
public sealed record ArchiveProblem(string Says, string? Owner = null, string? SessionId = null);
