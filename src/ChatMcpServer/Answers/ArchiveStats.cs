using System.Collections.Immutable;
using System.Text.Json;
using ChatSessions.Archive;

namespace ChatMcpServer.Answers;

/// <summary>The content of an archive, over all owners.</summary>
internal sealed record ArchiveStats(
    string Path,
    long Sessions,
    long Events,
    long JsonBytes,
    long FileBytes,
    DateTimeOffset? OldestUpdate,
    DateTimeOffset? NewestUpdate,
    ImmutableSortedDictionary<string, long> Origins,
    ArchiveOwnerCounts Owners,
    ArchiveOriginals Originals,
    long EarlierStates
)
{
    /// <param name="owners">The owners whose sessions the user may see.</param>
    public static ArchiveStats From(string path, IReadOnlyList<string> owners, IReadOnlyList<ArchiveShare> shares, long fileBytes) =>
        new(
            path,
            shares.Sum(share => share.Sessions),
            shares.Sum(share => share.Events),
            shares.Sum(share => share.JsonBytes),
            fileBytes,
            shares.Min(share => share.Oldest),
            shares.Max(share => share.Newest),
            shares
                // Lists and filters call sessions in LlamaCloud's format so, whether they came from there or from a file.
                .GroupBy(share => (share.Origin == SessionOrigin.File ? SessionOrigin.LlamaCloud : share.Origin).Name)
                .ToImmutableSortedDictionary(origin => origin.Key, origin => origin.Sum(share => share.Sessions)),
            new(
                SessionsOf(shares, owner => owner == ArchiveOwners.Local),
                SessionsOf(shares, owner => owner != ArchiveOwners.Local && owners.Contains(owner)),
                SessionsOf(shares, owner => !owners.Contains(owner))
            ),
            new(
                shares.Sum(share => share.Originals.Sessions),
                shares.Sum(share => share.Originals.Bytes),
                shares.Sum(share => share.Originals.StoredBytes)
            ),
            shares.Sum(share => share.EarlierStates)
        );

    private static long SessionsOf(IEnumerable<ArchiveShare> shares, Func<string, bool> isOne) =>
        shares.Where(share => isOne(share.Owner)).Sum(share => share.Sessions);

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AnswersJsonContext.Default.ArchiveStats);
}

/// <summary>What sessions were made of.</summary>
/// <param name="Sessions">How many sessions.</param>
/// <param name="Bytes">The length of the records, before compression.</param>
/// <param name="StoredBytes">Their length in the file.</param>
internal sealed record ArchiveOriginals(long Sessions, long Bytes, long StoredBytes);

/// <summary>Sessions per owner. Of groups, other callers, and other keys and projects only the total is shown.</summary>
internal sealed record ArchiveOwnerCounts(long Local, long ThisKeyAndProject, long Others);
