using System.Collections.Immutable;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;

namespace ChatSessions.Archive;

/// <summary>What lists are filtered by, as an archive keeps it next to a session, so that a filter reads no summaries.</summary>
/// <param name="Title">Without secrets, in folded case; empty if there is none.</param>
/// <param name="Indexes">The ids of its indexes, each between line breaks; empty if there are none.</param>
/// <param name="Agent">In lower case.</param>
/// <param name="Folder">In folded case, with a slash before each part; empty if there is none.</param>
/// <param name="Branch">Empty if there is none.</param>
/// <param name="Parent">The session that started it; empty if there is none.</param>
internal sealed record ListedTexts(string Title, string Indexes, string Agent, string Folder, string Branch, string Parent)
{
    /// <param name="summary">Null if it is damaged.</param>
    public static ListedTexts Of(SessionSummary? summary, OutgoingDoor secrets) =>
        new(
            summary?.GeneratedTitle is { } title ? SessionFilter.Fold(secrets.Replace(title)) : "",
            IndexesOf(summary?.IndexIds ?? []),
            summary?.Agent.ToLowerInvariant() ?? "",
            RecordingFilter.FolderKey(summary?.Recording?.Folder),
            summary?.Recording?.Branch ?? "",
            summary?.Recording?.Parent?.SessionId ?? ""
        );

    public static string IndexesOf(ImmutableArray<string> ids) => ids.IsEmpty ? "" : $"\n{string.Join('\n', ids)}\n";

    /// <summary>Reads a summary; null if it is damaged, which is reported elsewhere.</summary>
    public static SessionSummary? FindSummary(ReadOnlySpan<byte> json)
    {
        try
        {
            return SummaryJson.Read(json);
        }
        catch (ChatSessionException)
        {
            return null;
        }
    }
}
