using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>
/// Finds the texts that match, the newest first. It looks through windows of sessions, from the newest on: a frequent word is found often enough in
/// small ones, and a rare one is found quickly in all. If the filter lets only a few sessions through, it looks through these.
/// </summary>
/// <param name="next">The number that the next text will get.</param>
internal sealed class FoundTexts(Work work, TextScope scope, long next)
{
    /// <summary>How many texts of one session are taken before other sessions get their turn; more only if there is room left.</summary>
    private const int PerSession = 4;

    /// <summary>How many numbers are looked through first.</summary>
    private const int SmallestWindow = 4_096;

    /// <summary>How many times as many numbers a window has at most than the one before it.</summary>
    private const int Growth = 64;

    private SearchedSessions? known;

    /// <summary>Whether nothing can be found: no owner has anything.</summary>
    public bool IsEmpty => work.Owners.Count == 0;

    public async Task<bool> ExistsAsync(TextMatch match) => (await FindAllAsync(match, 0, null, 1)).Count > 0;

    /// <summary>Finds all matches with numbers in a range, the newest first, up to the limit.</summary>
    public async Task<IReadOnlyList<TextAddress>> FindAllAsync(TextMatch match, long from, long? before, int limit)
    {
        var (searched, texts) = await SearchedAsync();
        if (searched.Few is { } sessions)
            return await texts.ReadAsync(match, default, from, before, limit, perSession: null, sessions);
        var found = new List<TextAddress>();
        await LookAsync(
            from,
            Math.Min(before ?? long.MaxValue, Below),
            limit,
            async window =>
            {
                found.AddRange(await texts.ReadAsync(match, window, from, before, limit - found.Count, perSession: null, sessions: null));
                return limit - found.Count;
            },
            isAtOnce: false
        );
        return found;
    }

    /// <summary>Finds the newest matches that are not known yet, up to the limit.</summary>
    public async Task<IReadOnlyList<TextAddress>> FindNewestAsync(TextMatch match, IReadOnlySet<TextAddress> known, long from, int limit)
    {
        var found = new List<TextAddress>(limit);
        var passed = new List<long>();
        var (searched, texts) = await SearchedAsync();
        if (searched.Few is not null)
            await TakeAsync(default);
        else
            await LookAsync(from, Below, limit, TakeAsync, isAtOnce: MatchingTexts.IsNear(match));
        if (found.Count >= limit || passed.Count == 0)
            return found;
        var seen = found.ToHashSet();
        var rest = await texts.ReadAsync(match, default, from, null, 4 * limit + known.Count, perSession: -PerSession, [.. passed]);
        foreach (var session in rest.Where(text => !known.Contains(text) && !seen.Contains(text)).GroupBy(text => text.Session))
            found.AddRange(session.Take(Math.Min(limit, found.Count + limit / 2) - found.Count));
        return found;

        async Task<int> TakeAsync(SessionWindow window)
        {
            var read = await texts.ReadAsync(match, window, from, null, limit + known.Count, PerSession, searched.Few);
            found.AddRange(read.Where(text => !known.Contains(text)).Take(limit - found.Count));
            passed.AddRange(read.GroupBy(text => text.Session).Where(texts => texts.Count() == PerSession).Select(texts => texts.Key));
            return limit - found.Count;
        }
    }

    private long Below => Math.Min(scope.Before ?? next, next);

    private async Task<(SearchedSessions Sessions, MatchingTexts Texts)> SearchedAsync()
    {
        known ??= await SearchedSessions.ReadAsync(work, scope);
        return (known, new(work, scope, known, Below));
    }

    /// <summary>Looks through windows from the newest to the oldest, until there are no more or the caller has enough.</summary>
    /// <param name="from">No text before this number is looked for.</param>
    /// <param name="wanted">How many texts are wanted.</param>
    /// <param name="read">Returns how many are still wanted after a window.</param>
    /// <param name="isAtOnce">Whether all is looked through at once: few texts are asked for.</param>
    private async Task LookAsync(long from, long below, int wanted, Func<SessionWindow, Task<int>> read, bool isAtOnce)
    {
        if (known is { IsEmpty: true })
            return;
        // The first text may be in the middle of a session.
        var oldest =
            from > 0
                ? await work.NumberAsync(
                    """
                    select max(s.no) from unnest($1::bigint[]) o (no) cross join lateral
                      (select no from chat_mcp.session where owner = o.no and no <= $2 order by no desc limit 1) s
                    """,
                    work.OwnerNumbers,
                    from
                ) ?? 0
                : 0;
        var (before, size, rest) = (below, Math.Max(SmallestWindow, isAtOnce ? below : 0), wanted);
        while (before > oldest && rest > 0)
        {
            var start = Math.Max(oldest, before - size);
            rest = await read(new(start, before));
            before = start;
            // As many numbers as the rest is likely in, with a few more, if anything was found.
            var likely = rest < wanted ? 1.15 * (below - before) * rest / (wanted - rest) : double.MaxValue;
            size = (long)Math.Clamp(likely, SmallestWindow, Growth * (double)size);
        }
    }
}
