using System.Collections.Immutable;

namespace ChatSessions.Importing;

/// <summary>The progress and, at the end, the result of an import. Everything that is counted is saved.</summary>
public sealed record ImportProgress
{
    /// <summary>Files to read: all that were found except <see cref="FilesAsBefore"/>.</summary>
    public int Files { get; init; }

    public int FilesDone { get; init; }

    /// <summary>The size of these files on disk, in bytes.</summary>
    public long Bytes { get; init; }

    public long BytesDone { get; init; }

    /// <summary>Sessions that are new to the archive.</summary>
    public int Added { get; init; }

    /// <summary>Sessions that replaced an earlier state.</summary>
    public int Replaced { get; init; }

    /// <summary>Sessions that the archive already had unchanged.</summary>
    public int Unchanged { get; init; }

    /// <summary>Sessions not saved because the archive has a newer state, or one that has everything that they have.</summary>
    public int Older { get; init; }

    /// <summary>Sessions whose earlier state has something that the later one has not. Both are kept.</summary>
    public int KeptBoth { get; init; }

    /// <summary>Sessions of files in folders that were deleted from the archive and have not been updated since. They are left out.</summary>
    public int Deleted { get; init; }

    /// <summary>Files in folders that were not read because they have not changed since they were imported.</summary>
    public int FilesAsBefore { get; init; }

    /// <summary>Files in folders that are another kind of JSON, or empty.</summary>
    public ImmutableSortedSet<string> OfAnotherKind { get; init; } = ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);

    /// <summary>Files in folders that are sessions of programs that are not supported, by program.</summary>
    public ImmutableSortedDictionary<string, int> Unread { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Files or folders that could not be read completely.</summary>
    public int Broken { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether the import was cancelled.</summary>
    public bool IsStopped { get; init; }

    /// <summary>All sessions found in the files that were read.</summary>
    public int Sessions => Added + Replaced + Unchanged + Older + KeptBoth;
}
