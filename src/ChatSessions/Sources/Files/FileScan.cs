using System.Collections.Immutable;

namespace ChatSessions.Sources.Files;

/// <summary>The sessions and problems of a file, as of a stamp.</summary>
/// <param name="Sessions">Each session once.</param>
/// <param name="Hidden">The others with the same ids; null if there are none.</param>
internal sealed record FileScan(
    FileStamp Stamp,
    ImmutableArray<StoredSession> Sessions,
    HiddenSessions? Hidden,
    ImmutableArray<FileProblem> Problems
);
