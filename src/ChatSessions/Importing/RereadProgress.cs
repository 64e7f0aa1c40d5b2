namespace ChatSessions.Importing;

/// <summary>The progress and, at the end, the result of reading originals again. Everything that is counted is saved.</summary>
public sealed record RereadProgress
{
    /// <summary>Originals to read.</summary>
    public int Originals { get; init; }

    public int OriginalsDone { get; init; }

    /// <summary>Sessions that became different.</summary>
    public int Replaced { get; init; }

    /// <summary>Sessions that were not made of these originals before.</summary>
    public int Added { get; init; }

    /// <summary>Sessions that are the same as before.</summary>
    public int Unchanged { get; init; }

    /// <summary>Imported sessions whose originals were not kept.</summary>
    public int NotKept { get; init; }

    /// <summary>Sessions that were left as they are, each for a reason that was reported.</summary>
    public int LeftAlone { get; init; }

    /// <summary>Whether it was cancelled.</summary>
    public bool IsStopped { get; init; }
}

/// <summary>What became of a session whose original was read again.</summary>
/// <param name="IsNew">Whether there was no such session.</param>
/// <param name="EventsBefore">Null if it is new, or was damaged.</param>
/// <param name="Events">Null if it was left as it is.</param>
/// <param name="Reason">Why it was left as it is; null if it was not.</param>
public sealed record RereadSession(string SessionId, bool IsNew, int? EventsBefore, int? Events, string? Reason);
