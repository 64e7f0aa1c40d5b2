using System.Collections.Immutable;
using ChatSessions.Model;

namespace ChatSessions.Importing;

/// <summary>A session that was made of what a file holds.</summary>
/// <param name="Session">The session; its <see cref="Session.Json"/> is what to keep.</param>
/// <param name="Format">What it was made of.</param>
/// <param name="Line">The line that it was made of, from 1; null when it was made of the whole file.</param>
/// <param name="Notes">What was left out and why, a sentence each; empty when nothing was.</param>
public sealed record ImportedSession(Session Session, ImportFormat Format, int? Line, ImmutableArray<string> Notes)
{
    /// <summary>How far the file was read when the session was made, in bytes on the disk.</summary>
    internal long ReadUpTo { get; init; }
}
