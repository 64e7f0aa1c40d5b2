using System.Collections.Immutable;
using ChatSessions.Analysis;

namespace ChatSessions.Reviewing;

/// <summary>What became of a file.</summary>
public enum FileState
{
    /// <summary>Parts of it were changed.</summary>
    Edited,

    /// <summary>The session wrote it.</summary>
    Written,

    /// <summary>It was deleted after the session had written or edited it.</summary>
    Deleted,
}

/// <summary>A file that the session's calls write or edit.</summary>
/// <param name="Calls">How many calls do.</param>
/// <param name="Added">The lines that they add, as far as the calls say it.</param>
/// <param name="Removed">The lines that they remove.</param>
/// <param name="Position">The last of the calls.</param>
public sealed record TouchedFile(string File, FileState State, int Calls, int Added, int Removed, int Position)
{
    /// <summary>First those that were edited, then those that were written, then the deleted ones; of each the last changed first.</summary>
    internal static ImmutableArray<TouchedFile> Find(FileChanges changes) =>
        [
            .. changes
                .Last.Select(change => new TouchedFile(
                    change.File,
                    change.IsDeleted ? FileState.Deleted
                        : change.IsWritten ? FileState.Written
                        : FileState.Edited,
                    change.Calls,
                    change.Added,
                    change.Removed,
                    change.Position
                ))
                .OrderBy(file => file.State)
                .ThenByDescending(file => file.Position),
        ];
}
