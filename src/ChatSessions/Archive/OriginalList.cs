namespace ChatSessions.Archive;

/// <summary>Totals of originals.</summary>
/// <param name="Sessions">How many sessions were made of them.</param>
/// <param name="Bytes">Their length before compression, in bytes.</param>
/// <param name="StoredBytes">Their length as stored, in bytes.</param>
public sealed record KeptOriginals(long Sessions, long Bytes, long StoredBytes)
{
    /// <summary>The sum of two totals.</summary>
    public static KeptOriginals operator +(KeptOriginals one, KeptOriginals other) =>
        new(one.Sessions + other.Sessions, one.Bytes + other.Bytes, one.StoredBytes + other.StoredBytes);
}

/// <summary>An original in the archive, and what was made of it.</summary>
/// <param name="Number">Its number in the archive.</param>
/// <param name="SessionIds">The sessions that were made of it, or are earlier states of such sessions.</param>
/// <param name="Unwanted">The sessions that were made of it and were deleted.</param>
public sealed record OriginalUse(long Number, IReadOnlyList<string> SessionIds, IReadOnlyList<string> Unwanted);

/// <summary>The originals of an owner's imported sessions.</summary>
/// <param name="Without">Imported sessions whose originals were not kept. LlamaCloud's own sessions are their own originals.</param>
public sealed record OriginalList(IReadOnlyList<OriginalUse> Originals, IReadOnlyList<string> Without)
{
    /// <summary>Whether sessions of an origin are their own originals. The first archives wrote its name with capitals.</summary>
    internal static bool AreOwn(string origin) =>
        origin.Equals(SessionOrigin.File.Name, StringComparison.OrdinalIgnoreCase)
        || origin.Equals(SessionOrigin.LlamaCloud.Name, StringComparison.OrdinalIgnoreCase);
}
