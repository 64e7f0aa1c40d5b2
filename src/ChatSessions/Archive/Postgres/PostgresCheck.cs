using System.Globalization;
using ChatSessions.Model;
using ChatSessions.Search;

namespace ChatSessions.Archive.Postgres;

/// <summary>Checks everything in an archive for damage, within the caller's transaction.</summary>
internal static class PostgresCheck
{
    /// <summary>Each counts what is wrong, and names it.</summary>
    private static readonly (string Sql, string Problem)[] Counts =
    [
        (
            """
            select count(*) from chat_mcp.original o
            where not exists (select 1 from chat_mcp.session s where s.owner = o.owner and s.original = o.no)
            """,
            "{0} originals do not belong to any session."
        ),
        (
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                select count(*) from chat_mcp.entry where kind not between 0 and {(int)Enum.GetValues<SearchKind>().Max()}
                  or outcome not between 0 and {(int)Enum.GetValues<ToolOutcomeKind>().Max()} or events < 1 or at < 0 or length < 0
                """
            ),
            "{0} texts have an impossible kind, outcome, place or length."
        ),
        (
            """
            select count(*) from chat_mcp.entry e where not exists
              (select 1 from chat_mcp.chunk c where c.owner = e.owner and c.session = e.session and c.position <= e.position)
            """,
            "{0} texts are in no piece of JSON."
        ),
        (
            """
            select count(*) from chat_mcp.session s where s.no + greatest(s.events, 1) > (select last_value + is_called::int from chat_mcp.number)
            """,
            "{0} sessions have numbers that will be given again."
        ),
        (
            "select count(*) from chat_mcp.imported where bytes < 0 or modified < 0 or at < 0",
            "{0} imported files have an impossible size or time."
        ),
    ];

    /// <summary>Returns one sentence per problem.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(Work work)
    {
        var problems = new List<string>();
        foreach (var owner in work.Owners)
        {
            var rows = await work.ListAsync(
                "select no, updated, earlier_of from chat_mcp.session where owner = $1 order by no",
                row =>
                    (No: row.GetInt64(0), Updated: row.GetInt64(1), EarlierOf: row.IsDBNull(2) ? null : StoredText.Read(row.GetString(2))),
                owner.No
            );
            if (rows.Count != owner.Sessions)
                problems.Add($"An owner has {((long)rows.Count).Grouped()} sessions, but {owner.Sessions.Grouped()} are recorded.");
            foreach (var row in rows)
                await CheckSessionAsync(work, owner.No, row.No, row.Updated, row.EarlierOf, problems);
            await CheckTextsAsync(work, owner.No, problems);
            foreach (
                var number in await work.ListAsync("select no from chat_mcp.original where owner = $1", row => row.GetInt64(0), owner.No)
            )
                await CheckOriginalAsync(work, owner.No, number, problems);
        }
        foreach (var (sql, problem) in Counts)
            if (await work.NumberAsync(sql) is > 0 and var count)
                problems.Add(problem.Replace("{0}", count.Grouped(), StringComparison.Ordinal));
        return problems;
    }

    private static async Task CheckSessionAsync(Work work, long owner, long no, long updated, string? earlierOf, List<string> problems)
    {
        var row = await work.FindAsync(
            $"select {SessionReading.Columns} from chat_mcp.session s where s.owner = $1 and s.no = $2",
            SessionReading.Row,
            owner,
            no
        );
        if (row is null)
            return;
        try
        {
            var (session, summary) = (row.With(await work.ReadJsonAsync(row)).Session, row.Summary);
            if (summary.SessionId != row.Id)
                problems.Add($"The list entry of session '{row.Id}' belongs to another session.");
            if (session.Events.Length != row.Events)
                problems.Add($"Session '{row.Id}' has {session.Events.Length.Grouped()} events, but its row has another number.");
            if (updated != (summary.LastUpdated?.UtcTicks ?? SessionRow.UnknownTime))
                problems.Add($"The list has another time for the last update of session '{row.Id}' than the session itself.");
            if (row.OutcomeNumber != (long)session.Outcome)
                problems.Add($"The list has another outcome for session '{row.Id}' than the session itself.");
            if (EarlierState.Of(session) != earlierOf)
                problems.Add($"The list says of session '{row.Id}' otherwise than the session itself whether it is an earlier state.");
        }
        catch (ChatSessionException broken)
        {
            problems.Add(broken.Message);
        }
    }

    private static async Task CheckTextsAsync(Work work, long owner, List<string> problems)
    {
        var texts = await work.NumberAsync("select count(*) from chat_mcp.entry where owner = $1", owner) ?? 0;
        var found = await work.FindWordsAsync(
            WordsCondition.AllOf(owner),
            "select count(*) from chat_mcp.words w join chat_mcp.entry e using (owner, session, position) where w.owner = $1",
            row => row.GetInt64(0),
            owner
        );
        if (found[0] != texts)
            problems.Add($"There are {texts.Grouped()} texts, but the index has {found[0].Grouped()}.");
    }

    private static async Task CheckOriginalAsync(Work work, long owner, long number, List<string> problems)
    {
        try
        {
            await work.FindOriginalAsync(owner, number);
        }
        catch (ChatSessionException damaged)
        {
            problems.Add(damaged.Message);
        }
    }
}
