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

    /// <summary>Each finds texts of an owner's sessions that are wrong, and says what of them.</summary>
    private static readonly (string Sql, string Problem)[] Texts =
    [
        (
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                e.kind not between 0 and {(int)Enum.GetValues<SearchKind>().Max()}
                  or e.outcome not between 0 and {(int)Enum.GetValues<ToolOutcomeKind>().Max()} or e.events < 1 or e.at < 0 or e.length < 0
                """
            ),
            "have an impossible kind, outcome, place or length"
        ),
        (
            """
            not exists
              (select 1 from chat_mcp.chunk c where c.owner = e.owner and c.session = e.session and c.position <= e.position)
            """,
            "are in no piece of its JSON"
        ),
    ];

    /// <summary>
    /// Owners stay when their sessions are deleted. A backup that row-level security hides them from has none, and without them all else is hidden.
    /// </summary>
    private const string WithoutOwners =
        "select 1::bigint where not exists (select from chat_mcp.owner) and (select is_called from chat_mcp.number)";

    /// <summary>Returns what is wrong.</summary>
    public static async Task<IReadOnlyList<ArchiveProblem>> RunAsync(Work work)
    {
        var problems = new List<ArchiveProblem>();
        foreach (var owner in work.Owners)
        {
            var rows = await work.ListAsync(
                "select no, updated, earlier_of from chat_mcp.session where owner = $1 order by no",
                row =>
                    (No: row.GetInt64(0), Updated: row.GetInt64(1), EarlierOf: row.IsDBNull(2) ? null : StoredText.Read(row.GetString(2))),
                owner.No
            );
            if (rows.Count != owner.Sessions)
                problems.Add(
                    new($"The owner has {((long)rows.Count).Grouped()} sessions, but {owner.Sessions.Grouped()} are recorded.", owner.Name)
                );
            foreach (var row in rows)
                await CheckSessionAsync(work, owner, row.No, row.Updated, row.EarlierOf, problems);
            await CheckTextsAsync(work, owner, problems);
            foreach (
                var number in await work.ListAsync("select no from chat_mcp.original where owner = $1", row => row.GetInt64(0), owner.No)
            )
                await CheckOriginalAsync(work, owner, number, problems);
        }
        if (await work.NumberAsync(WithoutOwners) is not null)
            problems.Add(
                new(
                    "Sessions were saved, but no owner is left: if this was restored from a backup, the backup was made without "
                        + "PGOPTIONS='-c chat_mcp.maintenance=on'. Make one with it, and restore that."
                )
            );
        foreach (var (sql, problem) in Counts)
            if (await work.NumberAsync(sql) is > 0 and var count)
                problems.Add(new(problem.Replace("{0}", count.Grouped(), StringComparison.Ordinal)));
        return problems;
    }

    private static async Task CheckSessionAsync(
        Work work,
        OwnerRow owner,
        long no,
        long updated,
        string? earlierOf,
        List<ArchiveProblem> problems
    )
    {
        var row = await work.FindAsync(
            $"select {SessionReading.Columns} from chat_mcp.session s where s.owner = $1 and s.no = $2",
            SessionReading.Row,
            owner.No,
            no
        );
        if (row is null)
            return;
        try
        {
            var (session, summary) = (row.With(await work.ReadJsonAsync(row)).Session, row.Summary);
            if (summary.SessionId != row.Id)
                problems.Add(new($"The list entry of session '{row.Id}' belongs to another session.", owner.Name, row.Id));
            if (session.Events.Length != row.Events)
                problems.Add(
                    new(
                        $"Session '{row.Id}' has {session.Events.Length.Grouped()} events, but its row has another number.",
                        owner.Name,
                        row.Id
                    )
                );
            if (updated != (summary.LastUpdated?.UtcTicks ?? SessionRow.UnknownTime))
                problems.Add(
                    new($"The list has another time for the last update of session '{row.Id}' than the session itself.", owner.Name, row.Id)
                );
            if (row.OutcomeNumber != (long)session.Outcome)
                problems.Add(new($"The list has another outcome for session '{row.Id}' than the session itself.", owner.Name, row.Id));
            if (EarlierState.Of(session) != earlierOf)
                problems.Add(
                    new(
                        $"The list says of session '{row.Id}' otherwise than the session itself whether it is an earlier state.",
                        owner.Name,
                        row.Id
                    )
                );
        }
        catch (ChatSessionException broken)
        {
            problems.Add(new(broken.Message, owner.Name, row.Id));
        }
    }

    private static async Task CheckTextsAsync(Work work, OwnerRow owner, List<ArchiveProblem> problems)
    {
        foreach (var (sql, problem) in Texts)
        foreach (
            var (id, count) in await work.ListAsync(
                $"""
                select s.id, count(*) from chat_mcp.entry e join chat_mcp.session s on s.owner = e.owner and s.no = e.session
                where e.owner = $1 and ({sql}) group by s.no, s.id order by s.no
                """,
                row => (StoredText.Read(row.GetString(0)), row.GetInt64(1)),
                owner.No
            )
        )
            problems.Add(
                new(
                    $"{count.Grouped()} texts of session '{id}' {problem}. Delete it from the archive, and import or read it again.",
                    owner.Name,
                    id
                )
            );
        var texts = await work.NumberAsync("select count(*) from chat_mcp.entry where owner = $1", owner.No) ?? 0;
        var found = await work.FindWordsAsync(
            WordsCondition.AllOf(owner.No),
            "select count(*) from chat_mcp.words w join chat_mcp.entry e using (owner, session, position) where w.owner = $1",
            row => row.GetInt64(0),
            owner.No
        );
        if (found[0] != texts)
            problems.Add(new($"There are {texts.Grouped()} texts, but the index has {found[0].Grouped()}.", owner.Name));
    }

    private static async Task CheckOriginalAsync(Work work, OwnerRow owner, long number, List<ArchiveProblem> problems)
    {
        try
        {
            await work.FindOriginalAsync(owner.No, number);
        }
        catch (ChatSessionException damaged)
        {
            problems.Add(new(damaged.Message, owner.Name));
        }
    }
}
