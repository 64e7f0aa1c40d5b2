using System.Globalization;
using ChatSessions.Model;
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

    /// <summary>If the filter lets more sessions through, their texts are found by their words first.</summary>
    private const int MostSessions = 200;

    /// <summary>A project with more folders is looked for in the sessions, not in the index.</summary>
    private const int MostFolders = 100;

    /// <summary>How many numbers are looked through first.</summary>
    private const int SmallestWindow = 4_096;

    /// <summary>How many times as many numbers a window has at most than the one before it.</summary>
    private const int Growth = 16;

    private readonly SearchFilter filter = scope.Filter;
    private readonly List<string> marks = [];
    private readonly long[] owners = work.OwnerNumbers;
    private readonly string[] elsewhere = [.. (scope.Elsewhere ?? new HashSet<string>()).Select(StoredText.Of)];

    /// <summary>The folders that the filter's project names; null to compare each session's.</summary>
    private string[]? folders;

    /// <summary>The sessions that the filter lets through; null if they are many.</summary>
    private long[]? few;

    /// <summary>The sessions that the filter excepts.</summary>
    private long[] without = [];

    /// <summary>Whether the index decides which sessions count; if not, their rows do.</summary>
    private bool isOfIndex;
    private bool isNarrowed;

    /// <summary>Whether nothing can be found: no owner has anything.</summary>
    public bool IsEmpty => owners.Length == 0;

    public async Task<bool> ExistsAsync(TextMatch match) => (await FindAllAsync(match, 0, null, 1)).Count > 0;

    /// <summary>Finds all matches with numbers in a range, the newest first, up to the limit.</summary>
    public async Task<IReadOnlyList<TextAddress>> FindAllAsync(TextMatch match, long from, long? before, int limit)
    {
        if (await FewSessionsAsync() is { } sessions)
            return await ReadAsync(match, default, from, before, limit, perSession: null, sessions);
        var found = new List<TextAddress>();
        await LookAsync(
            from,
            Math.Min(before ?? long.MaxValue, Below),
            limit,
            async window =>
            {
                found.AddRange(await ReadAsync(match, window, from, before, limit - found.Count, perSession: null, sessions: null));
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
        var sessions = await FewSessionsAsync();
        if (sessions is not null)
            await TakeAsync(default);
        else
            await LookAsync(from, Below, limit, TakeAsync, isAtOnce: IsNear(match));
        if (found.Count >= limit || passed.Count == 0)
            return found;
        var seen = found.ToHashSet();
        var rest = await ReadAsync(match, default, from, null, 4 * limit + known.Count, perSession: -PerSession, [.. passed]);
        foreach (var session in rest.Where(text => !known.Contains(text) && !seen.Contains(text)).GroupBy(text => text.Session))
            found.AddRange(session.Take(Math.Min(limit, found.Count + limit / 2) - found.Count));
        return found;

        async Task<int> TakeAsync(SessionWindow window)
        {
            var read = await ReadAsync(match, window, from, null, limit + known.Count, PerSession, sessions);
            found.AddRange(read.Where(text => !known.Contains(text)).Take(limit - found.Count));
            passed.AddRange(read.GroupBy(text => text.Session).Where(texts => texts.Count() == PerSession).Select(texts => texts.Key));
            return limit - found.Count;
        }
    }

    private long Below => Math.Min(scope.Before ?? next, next);

    /// <summary>The sessions that the filter lets through; null if they are many, or the index tells them.</summary>
    private async Task<long[]?> FewSessionsAsync()
    {
        if (isNarrowed)
            return few;
        isNarrowed = true;
        folders = await SessionList.FoldersAsync(work, owners, filter.Recorded);
        AddMarks();
        if (filter.Recorded.Without is { } excepted)
            without =
            [
                .. await work.ListAsync(
                    "select no from chat_mcp.session where owner = any($1) and id = $2",
                    row => row.GetInt64(0),
                    owners,
                    StoredText.Of(excepted)
                ),
            ];
        var isOfMarks = filter.Recorded.Project is null || folders is { Length: <= MostFolders };
        isOfIndex =
            isOfMarks
            && owners.Length == 1
            && elsewhere.Length == 0
            && filter is { SessionId: null, UpdatedAfter: null, UpdatedBefore: null };
        if (isOfMarks && filter is { SessionId: null, UpdatedAfter: null, UpdatedBefore: null })
            return null;
        var parameters = new List<object?>();
        var numbers = await work.ListAsync(
            $"select s.no from chat_mcp.session s where true{Wanted(Add)} limit {Add(MostSessions + 1)}",
            row => row.GetInt64(0),
            [.. parameters]
        );
        return few = numbers.Count <= MostSessions ? [.. numbers] : null;

        string Add(object? value) => AddTo(parameters, value);
    }

    /// <summary>What the index is asked for in addition to words.</summary>
    private void AddMarks()
    {
        if (filter.Kind is { } kind)
            marks.Add(WordsCondition.AnyOf([FilterWord.For(kind)]));
        if (filter.Outcome is { } outcome)
            marks.Add(WordsCondition.AnyOf([FilterWord.For(outcome)]));
        if (filter.Tool is { } tool)
            marks.Add(WordsCondition.AnyOf([Mark.Tool(tool)]));
        var recorded = filter.Recorded;
        if (recorded.Agent is { } agent)
            marks.Add(WordsCondition.AnyOf([Mark.Agent(StoredText.Key(agent.ToLowerInvariant()))]));
        if (recorded.Branch is { } branch)
            marks.Add(WordsCondition.AnyOf([Mark.Branch(StoredText.Key(branch))]));
        if (folders is { Length: > 0 and <= MostFolders })
            marks.Add(WordsCondition.AnyOf(folders.Select(Mark.Folder)));
    }

    /// <summary>A session that is named may be a subagent's.</summary>
    private RecordingFilter Recorded => filter.SessionId is null ? filter.Recorded : filter.Recorded with { IncludeSubagents = true };

    /// <summary>Looks through windows from the newest to the oldest, until there are no more or the caller has enough.</summary>
    /// <param name="from">No text before this number is looked for.</param>
    /// <param name="wanted">How many texts are wanted.</param>
    /// <param name="read">Returns how many are still wanted after a window.</param>
    /// <param name="isAtOnce">Whether all is looked through at once: few texts are asked for.</param>
    private async Task LookAsync(long from, long below, int wanted, Func<SessionWindow, Task<int>> read, bool isAtOnce)
    {
        if (folders is [])
            return;
        // The first text may be in the middle of a session.
        var oldest =
            from > 0
                ? await work.NumberAsync(
                    """
                    select max(s.no) from unnest($1::bigint[]) o (no) cross join lateral
                      (select no from chat_mcp.session where owner = o.no and no <= $2 order by no desc limit 1) s
                    """,
                    owners,
                    from
                ) ?? 0
                : 0;
        var (before, size, rest) = (below, Math.Max(SmallestWindow, isAtOnce ? below : 0), wanted);
        while (before > oldest && rest > 0)
        {
            var start = Math.Max(oldest, before - size);
            rest = await read(new(start, before));
            before = start;
            // As many numbers as the rest is likely in, with a quarter more, if anything was found.
            var likely = rest < wanted ? 1.25 * (below - before) * rest / (wanted - rest) : double.MaxValue;
            size = (long)Math.Clamp(likely, SmallestWindow, Growth * (double)size);
        }
    }

    /// <summary>The texts of a window that match, the newest first.</summary>
    /// <param name="perSession">Only so many of each session; if negative, only those after so many. Null for all.</param>
    /// <param name="sessions">Only in these sessions, and the window does not matter; null for all of the window.</param>
    private async Task<List<TextAddress>> ReadAsync(
        TextMatch match,
        SessionWindow window,
        long from,
        long? before,
        int limit,
        int? perSession,
        long[]? sessions
    )
    {
        if (sessions is [])
            return [];
        var condition = new WordsCondition(match, marks, owners, Recorded.IncludeSubagents);
        var parameters = new List<object?>();
        // A sum, so that no other index is used than that of the words.
        var words = $"chat_mcp.words w where w.owner = any({Add(owners)})";
        if (sessions is null)
            words += $" and w.session + 0 >= {Add(window.From)} and w.session + 0 < {Add(window.Before)}";
        else
            words += $" and w.session + 0 = any({Add(sessions)})";
        if (without.Length > 0)
            words += $" and w.session + 0 <> all({Add(without)})";
        if (from > 0)
            words += $" and w.session + w.position >= {Add(from)}";
        if (before is not null || scope.Before is not null)
            words += $" and w.session + w.position < {Add(Math.Min(before ?? long.MaxValue, scope.Before ?? long.MaxValue))}";
        // The program itself tells which words are near each other: it is faster than PostgreSQL's expressions.
        var (columns, matches) = IsNear(match)
            ? ("w.session, w.position, w.words", "true")
            : ("w.session, w.position", condition.Sql("w.words", Add));
        string texts;
        if (!isOfIndex)
            // The words are looked for first, once, and then the sessions that they are in: how many there are of either is hard to guess for a
            // planner, and without statistics it may take a bad index for each of them.
            texts = $"""
                with w as materialized (select w.owner, {columns} from {words} and {matches}),
                  d as materialized (select distinct owner, session from w),
                  s as materialized (
                    select d.session
                    from d cross join lateral (select from chat_mcp.session s where s.owner = d.owner and s.no = d.session{Wanted(
                        Add
                    )} limit 1) o)
                select {columns} from w where w.session in (select session from s)
                """;
        else if (perSession is not null && !IsNear(match))
            // In their order, so that the words of no more texts are read than are needed.
            texts = $"""
                select w.session, w.position from (
                  select w.session, w.position, w.words from {words} order by -w.session, w.position desc offset 0) w
                where {matches}
                """;
        else
            texts = $"select {columns} from {words} and {matches}";
        var query = condition.Query(sessions is null ? window.Marks(Below) : SessionWindow.MarksOf(sessions));
        if (IsNear(match))
            return await NearAsync(
                match,
                query,
                $"select session, position, words from ({texts}) t order by -session, position desc",
                parameters,
                limit,
                perSession
            );
        if (perSession is { } most)
            texts = $"""
                select session, position from (
                  select session, position, row_number() over (partition by -session order by position desc) as at from ({texts}) t) n
                where at {(most < 0 ? ">" : "<=")} {Add(Math.Abs(most))}
                """;
        // A row for each would take longer than all the rest.
        var sql = $"""
            select array_agg(session), array_agg(position)
            from (select session, position from ({texts}) t order by -session, position desc limit {Add(limit)}) f
            """;
        var found = await work.FindWordsAsync(
            query,
            sql,
            row => row.IsDBNull(0) ? [] : row.GetFieldValue<long[]>(0).Zip(row.GetFieldValue<int[]>(1)),
            [.. parameters]
        );
        return [.. found[0].Select(text => new TextAddress(text.First, text.Second))];

        string Add(object? value) => AddTo(parameters, value);
    }

    /// <summary>Those of some texts that match by their words, up to the limit.</summary>
    private async Task<List<TextAddress>> NearAsync(
        TextMatch match,
        string query,
        string sql,
        List<object?> parameters,
        int limit,
        int? perSession
    )
    {
        var (found, ofSession) = (new List<TextAddress>(), new Dictionary<long, int>());
        var rows = work.FindWordsInPartsAsync(
            query,
            sql,
            row => (Address: new TextAddress(row.GetInt64(0), row.GetInt32(1)), Words: row.GetString(2)),
            [.. parameters]
        );
        await foreach (var (address, words) in rows)
        {
            if (found.Count >= limit)
                break;
            if (!match.IsIn(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                continue;
            var at = ofSession[address.Session] = ofSession.GetValueOrDefault(address.Session) + 1;
            if (perSession is not { } most || (most < 0 ? at > -most : at <= most))
                found.Add(address);
        }
        return found;
    }

    /// <summary>Whether the program looks at the words of each text.</summary>
    private static bool IsNear(TextMatch match) => match is TextMatch.Near or TextMatch.Without { Match: TextMatch.Near };

    private static string AddTo(List<object?> parameters, object? value)
    {
        parameters.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
    }

    /// <summary>SQL for the sessions that are searched.</summary>
    private string Wanted(Func<object?, string> add)
    {
        var sql = $" and s.owner = any({add(owners)})";
        if (filter.SessionId is { } id)
            sql += $" and s.id = {add(StoredText.Of(id))}";
        if (filter.UpdatedAfter is { } after)
            sql += $" and s.updated > {add(after.UtcTicks)}";
        if (filter.UpdatedBefore is { } before)
            sql += $" and s.updated >= 0 and s.updated < {add(before.UtcTicks)}";
        if (elsewhere.Length > 0)
            sql += $" and s.id <> all({add(elsewhere)})";
        sql += SessionList.Recorded("s", Recorded, folders, add);
        // Of a session that several owners have, the first one's copy counts.
        for (var at = 1; at < owners.Length; at++)
            sql +=
                $" and (s.owner <> {add(owners[at])} or not exists "
                + $"(select from chat_mcp.session e where e.owner = any({add(owners[..at])}) and e.id = s.id offset 0))";
        return sql;
    }
}

/// <summary>Sessions with numbers from one up to, but not including, another.</summary>
internal readonly record struct SessionWindow(long From, long Before)
{
    private const int MostMarks = 8;

    /// <summary>A few marks that all of its texts have one of, and few others. None if it has most texts: the index is quicker without.</summary>
    /// <param name="below">The number that all texts are before.</param>
    public IReadOnlyList<string> Marks(long below)
    {
        var (from, last) = (From, Before - 1);
        if (
            2 * (Before - From) > below
            || Array.Find(Mark.Windows, size => (last >> size) - (from >> size) < MostMarks) is not (> 0 and var power)
        )
            return [];
        return
        [
            .. Enumerable.Range(0, (int)((last >> power) - (from >> power)) + 1).Select(at => Mark.Window(power, (from >> power) + at)),
        ];
    }

    /// <summary>The marks of the smallest windows that some sessions are in.</summary>
    public static IReadOnlyList<string> MarksOf(IEnumerable<long> sessions)
    {
        var size = Mark.Windows[0];
        return [.. sessions.Select(session => session >> size).Distinct().Select(index => Mark.Window(size, index))];
    }
}
