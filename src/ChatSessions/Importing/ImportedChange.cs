using ChatSessions.Archive;

namespace ChatSessions.Importing;

/// <summary>A session that an import has saved because it is new or has changed.</summary>
/// <param name="Outcome"><see cref="SaveOutcome.Added"/> or <see cref="SaveOutcome.Replaced"/>.</param>
public sealed record ImportedChange(ArchivedSession Session, SaveOutcome Outcome);
