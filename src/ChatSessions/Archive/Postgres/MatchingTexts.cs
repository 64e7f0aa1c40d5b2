using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>Asks for the texts that match, of some numbers or some sessions.</summary>
/// <param name="below">The number that all texts are before.</param>
internal sealed class MatchingTexts(Work work, TextScope scope, SearchedSessions searched, long below)
{
    private readonly long[] owners = work.OwnerNumbers;

    /// <summary>Whether the program looks at the words of each text.</summary>
    public static bool IsNear(TextMatch match) => match is TextMatch.Near or TextMatch.Without { Match: TextMatch.Near };

    /// <summary>The texts of a window that match, the newest first.</summary>
    /// <param name="perSession">Only so many of each session; if negative, only those after so many. Null for all.</param>
    /// <param name="sessions">Only in these sessions, and the window does not matter; null for all of the window.</param>
    public async Task<List<TextAddress>> ReadAsync(
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
        var condition = new WordsCondition(match, searched.Marks, owners, searched.Recorded.IncludeSubagents);
        var query = condition.Query(sessions is null ? window.Marks(below) : SessionWindow.MarksOf(sessions));
        var parameters = new Parameters();
        var words = Words(window, from, before, sessions, parameters.Add);
        // The program itself tells which words are near each other: it is faster than PostgreSQL's expressions.
        if (IsNear(match))
            return await NearAsync(
                match,
                query,
                $"select session, position, words from ({Texts("w.session, w.position, w.words", words, "true", parameters.Add)}) t order by -session, position desc",
                parameters.All,
                limit,
                perSession
            );
        var matches = condition.Sql("w.words", parameters.Add);
        var texts =
            perSession is not null && searched.AreOfIndex
                // In their order, so that the words of no more texts are read than are needed.
                ? $"""
                    select w.session, w.position from (
                      select w.session, w.position, w.words from {words} order by -w.session, w.position desc offset 0) w
                    where {matches}
                    """
                : Texts("w.session, w.position", words, matches, parameters.Add);
        if (perSession is { } most)
            texts = $"""
                select session, position from (
                  select session, position, row_number() over (partition by -session order by position desc) as at from ({texts}) t) n
                where at {(most < 0 ? ">" : "<=")} {parameters.Add(Math.Abs(most))}
                """;
        // A row for each would take longer than all the rest.
        var sql = $"""
            select array_agg(session), array_agg(position)
            from (select session, position from ({texts}) t order by -session, position desc limit {parameters.Add(limit)}) f
            """;
        var found = await work.FindWordsAsync(
            query,
            sql,
            row => row.IsDBNull(0) ? [] : row.GetFieldValue<long[]>(0).Zip(row.GetFieldValue<int[]>(1)),
            parameters.All
        );
        return [.. found[0].Select(text => new TextAddress(text.First, text.Second))];
    }

    /// <summary>SQL for the rows of words that are looked at.</summary>
    private string Words(SessionWindow window, long from, long? before, long[]? sessions, Func<object?, string> add)
    {
        // A sum, so that no other index is used than that of the words.
        var words = $"chat_mcp.words w where w.owner = any({add(owners)})";
        if (sessions is null)
            words += $" and w.session + 0 >= {add(window.From)} and w.session + 0 < {add(window.Before)}";
        else
            words += $" and w.session + 0 = any({add(sessions)})";
        if (searched.Without.Length > 0)
            words += $" and w.session + 0 <> all({add(searched.Without)})";
        if (from > 0)
            words += $" and w.session + w.position >= {add(from)}";
        if (before is not null || scope.Before is not null)
            words += $" and w.session + w.position < {add(Math.Min(before ?? long.MaxValue, scope.Before ?? long.MaxValue))}";
        return words;
    }

    /// <summary>SQL for texts of the sessions that are searched.</summary>
    private string Texts(string columns, string words, string matches, Func<object?, string> add) =>
        searched.AreOfIndex
            ? $"select {columns} from {words} and {matches}"
            // The words are looked for first, once, and then the sessions that they are in: how many there are of either is hard to guess for a
            // planner, and without statistics it may take a bad index for each of them.
            : $"""
                with w as materialized (select w.owner, {columns} from {words} and {matches}),
                  d as materialized (select distinct owner, session from w),
                  s as materialized (
                    select d.session
                    from d cross join lateral (select from chat_mcp.session s where s.owner = d.owner and s.no = d.session{searched.Sql(
                        add
                    )} limit 1) o)
                select {columns} from w where w.session in (select session from s)
                """;

    /// <summary>Those of some texts that match by their words, up to the limit.</summary>
    private async Task<List<TextAddress>> NearAsync(
        TextMatch match,
        string query,
        string sql,
        object?[] parameters,
        int limit,
        int? perSession
    )
    {
        var (found, ofSession) = (new List<TextAddress>(), new Dictionary<long, int>());
        var rows = work.FindWordsInPartsAsync(
            query,
            sql,
            row => (Address: new TextAddress(row.GetInt64(0), row.GetInt32(1)), Words: row.GetString(2)),
            parameters
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
}
