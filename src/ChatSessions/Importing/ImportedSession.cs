using System.Collections.Immutable;
using ChatSessions.Archive;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>A session made from a file.</summary>
/// <param name="Session">The session; its <see cref="Session.Json"/> is what to save.</param>
/// <param name="Format">The file's format.</param>
/// <param name="Line">The session's line, from 1; null if it is the whole file.</param>
/// <param name="Notes">What was skipped and why, one sentence each.</param>
public sealed record ImportedSession(Session Session, ImportFormat Format, int? Line, ImmutableArray<string> Notes)
{
    /// <summary>How far the file had been read when the session was made, in bytes on disk.</summary>
    internal long ReadUpTo { get; init; }

    /// <summary>The records that it was made of; null if they are not kept.</summary>
    internal Original? Original { get; init; }
}
