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
    ArchiveOwnerCounts Owners
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
                .GroupBy(share => share.Origin.Name)
                .ToImmutableSortedDictionary(origin => origin.Key, origin => origin.Sum(share => share.Sessions)),
            new(
                SessionsOf(shares, owner => owner == ArchiveOwners.Local),
                SessionsOf(shares, owner => owner != ArchiveOwners.Local && owners.Contains(owner)),
                SessionsOf(shares, owner => !owners.Contains(owner))
            )
        );

    private static long SessionsOf(IEnumerable<ArchiveShare> shares, Func<string, bool> isOne) =>
        shares.Where(share => isOne(share.Owner)).Sum(share => share.Sessions);

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AnswersJsonContext.Default.ArchiveStats);
}

/// <summary>Sessions per owner. Of other keys and projects only the total is shown.</summary>
internal sealed record ArchiveOwnerCounts(long Local, long ThisKeyAndProject, long OtherKeysOrProjects);
