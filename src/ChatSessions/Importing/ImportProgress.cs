namespace ChatSessions.Importing;

/// <summary>How far an import has come and, at its end, what it has done. What is counted is saved for good.</summary>
public sealed record ImportProgress
{
    /// <summary>How many files are to be read: all that were found but for <see cref="FilesAsBefore"/>.</summary>
    public int Files { get; init; }

    /// <summary>How many of them are done.</summary>
    public int FilesDone { get; init; }

    /// <summary>How many bytes these files have in all, compressed as they may be.</summary>
    public long Bytes { get; init; }

    /// <summary>How many of these bytes are done.</summary>
    public long BytesDone { get; init; }

    /// <summary>How many sessions the archive did not have.</summary>
    public int Added { get; init; }

    /// <summary>How many sessions took the place of an earlier state of them.</summary>
    public int Replaced { get; init; }

    /// <summary>How many sessions the archive had as they are.</summary>
    public int Unchanged { get; init; }

    /// <summary>How many sessions the archive has in a state that was updated later, and keeps so.</summary>
    public int Older { get; init; }

    /// <summary>How many files in folders were not read, being as they were when they were imported before.</summary>
    public int FilesAsBefore { get; init; }

    /// <summary>How many files in folders are JSON of another kind, or empty.</summary>
    public int FilesOfAnotherKind { get; init; }

    /// <summary>How many files or folders could not be read, or not as a whole.</summary>
    public int Broken { get; init; }

    /// <summary>How long it has taken.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether it was cancelled before it was done.</summary>
    public bool IsStopped { get; init; }

    /// <summary>How many sessions were found in the files that were read.</summary>
    public int Sessions => Added + Replaced + Unchanged + Older;
}
