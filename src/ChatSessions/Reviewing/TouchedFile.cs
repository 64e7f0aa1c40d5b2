using System.Collections.Immutable;
using ChatSessions.Analysis;

namespace ChatSessions.Reviewing;

/// <summary>What was done to a file.</summary>
public enum FileState
{
    /// <summary>Parts of it were changed.</summary>
    Edited,

    /// <summary>The session wrote it.</summary>
    Written,

    /// <summary>The session deleted it, and did not change it before.</summary>
    Deleted,
}

/// <summary>A file that the session's calls write, edit or delete.</summary>
/// <param name="Calls">How many calls write or edit it.</param>
/// <param name="Added">The lines that they add, as far as the calls say it.</param>
/// <param name="Removed">The lines that they remove.</param>
/// <param name="Position">The last call that changed the file. If none did, the call that deleted it.</param>
/// <param name="DeletedAt">The call that deleted it after that; null if none did.</param>
/// <param name="RevertedAt">The call that took its changes back; null if none did.</param>
public sealed record TouchedFile(
    string File,
    FileState State,
    int Calls,
    int Added,
    int Removed,
    int Position,
    int? DeletedAt,
    int? RevertedAt
)
{
    /// <summary>Whether the session leaves the file changed.</summary>
    public bool IsLeft => this is { DeletedAt: null, RevertedAt: null };

    /// <summary>
    /// First those that were edited, then those that were written, then those that were deleted or reverted; of each the last changed first.
    /// </summary>
    internal static ImmutableArray<TouchedFile> Find(FileChanges changes) =>
        [
            .. changes
                .Last.Select(change => new TouchedFile(
                    change.File,
                    change.Calls == 0 ? FileState.Deleted
                        : change.IsWritten ? FileState.Written
                        : FileState.Edited,
                    change.Calls,
                    change.Added,
                    change.Removed,
                    change.Position,
                    change.DeletedAt,
                    change.RevertedAt
                ))
                .OrderBy(file => !file.IsLeft)
                .ThenBy(file => file.State)
                .ThenByDescending(file => file.Position),
        ];
}
