using ChatSessions.Model;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Checks an archive for damage: the file itself, and every session in it.</summary>
internal static class ArchiveCheck
{
    /// <summary>Checks everything, and writes nothing. Returns what is wrong.</summary>
    public static List<ArchiveProblem> Run(SqliteConnection connection, CancellationToken cancellationToken) =>
        [.. OfSessions(connection, cancellationToken), .. OfIndex(connection, cancellationToken)];

    private static List<ArchiveProblem> OfSessions(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<ArchiveProblem>();
        Try(problems, "Cannot read the whole file.", () => Structure(connection, "pragma quick_check", problems));
        cancellationToken.ThrowIfCancellationRequested();
        // quick_check does not check whether the sessions are in their indexes.
        if (problems.Count == 0)
            Try(problems, "The list of sessions is damaged.", () => Structure(connection, "pragma integrity_check (session)", problems));
        Try(problems, "The list of sessions is damaged.", () => Sessions(connection, problems, cancellationToken));
        Try(problems, "The list of owners is damaged.", () => Counts(connection, problems));
        Try(problems, "The stored JSON of the sessions is damaged.", () => StrayChunks(connection, problems));
        Try(problems, "The list of imported files is damaged.", () => Imports(connection, problems));
        Try(
            problems,
            "The originals of the imported sessions are damaged.",
            () => OriginalCheck.Run(connection, problems, cancellationToken)
        );
        return problems;
    }

    /// <summary>If SQLite itself fails on damage, reports one more problem, so that the other checks still run.</summary>
    private static void Try(List<ArchiveProblem> problems, string damage, Action check)
    {
        try
        {
            check();
        }
        catch (SqliteException exception) when (ArchiveFailure.IsDamage(exception))
        {
            problems.Add(new(damage));
        }
    }

    private static void Structure(SqliteConnection connection, string sql, List<ArchiveProblem> problems)
    {
        using var check = new Statement(connection, sql);
        while (check.Read())
            if (check.Text(0) is not "ok" and var fault)
                problems.Add(new($"The file is damaged: {fault.TrimEnd('.')}."));
    }

    private static void Sessions(SqliteConnection connection, List<ArchiveProblem> problems, CancellationToken cancellationToken)
    {
        using var rows = new Statement(
            connection,
            "select o.name, s.id, s.updated, s.outcome from session s join owner o on o.no = s.owner order by s.no"
        );
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (owner, id) = (rows.Text(0), rows.Text(1));
            try
            {
                using var reader = new SessionReader(connection, owner);
                if (reader.FindRow(id) is not { } row)
                {
                    problems.Add(new($"Session '{id}' is in the list but cannot be found by its id.", owner, id));
                    continue;
                }
                var (session, summary) = (reader.Read(row).Session, row.Summary);
                if (summary.SessionId != id)
                    problems.Add(new($"The list entry of session '{id}' belongs to another session.", owner, id));
                if (session.Events.Length != row.Events)
                    problems.Add(
                        new($"Session '{id}' has {session.Events.Length.Grouped()} events, but its row has another number.", owner, id)
                    );
                if (rows.Number(2) != (summary.LastUpdated?.UtcTicks ?? SessionRow.UnknownTime))
                    problems.Add(
                        new($"The list has another time for the last update of session '{id}' than the session itself.", owner, id)
                    );
                if (rows.Number(3) != SessionRow.UnreadOutcome && rows.Number(3) != (long)session.Outcome)
                    problems.Add(new($"The list has another outcome for session '{id}' than the session itself.", owner, id));
            }
            catch (ChatSessionException broken)
            {
                problems.Add(new(broken.Message, owner, id));
            }
            catch (SqliteException exception) when (ArchiveFailure.IsDamage(exception))
            {
                problems.Add(new($"Cannot read session '{id}': the file is damaged there.", owner, id));
            }
        }
    }

    private static void Counts(SqliteConnection connection, List<ArchiveProblem> problems)
    {
        using var owners = new Statement(
            connection,
            "select name, sessions, (select count(*) from session where owner = owner.no) as found from owner where sessions <> found"
        );
        while (owners.Read())
            problems.Add(
                new($"The owner has {owners.Number(2).Grouped()} sessions, but {owners.Number(1).Grouped()} are recorded.", owners.Text(0))
            );
    }

    private static void StrayChunks(SqliteConnection connection, List<ArchiveProblem> problems)
    {
        using var strays = new Statement(
            connection,
            """
            select count(*) from chunk where not exists (
              select 1 from session where no = (select max(no) from session where no <= first_event) and first_event < no + max(events, 1))
            """
        );
        if (strays.ReadNumber() is > 0 and var count)
            problems.Add(new($"{count.Grouped()} pieces of JSON do not belong to any session."));
    }

    private static void Imports(SqliteConnection connection, List<ArchiveProblem> problems)
    {
        using var impossible = new Statement(
            connection,
            $"""
            select count(*) from imported where bytes < 0
              or modified not between 0 and {DateTime.MaxValue.Ticks} or at not between 0 and {DateTime.MaxValue.Ticks}
            """
        );
        if (impossible.ReadNumber() is > 0 and var count)
            problems.Add(new($"{count.Grouped()} imported files have an impossible size or time."));
    }

    private static List<ArchiveProblem> OfIndex(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<ArchiveProblem>();
        Index(connection, "words", "The index of words is damaged.", problems);
        cancellationToken.ThrowIfCancellationRequested();
        Index(connection, "title_part", "The index of titles is damaged.", problems);
        Try(problems, "The list of texts is damaged.", () => Texts(connection, problems));
        Try(problems, "The counters are damaged.", () => Counters(connection, problems));
        return problems;
    }

    private static void Index(SqliteConnection connection, string table, string damage, List<ArchiveProblem> problems)
    {
        var found = new List<ArchiveProblem>();
        Try(found, damage, () => Structure(connection, $"pragma integrity_check ({table})", found));
        if (found.Count > 0)
            problems.Add(new(damage));
    }

    private static void Texts(SqliteConnection connection, List<ArchiveProblem> problems)
    {
        using var counts = new Statement(connection, "select (select count(*) from entry), (select count(*) from words_docsize)");
        counts.Read();
        if (counts.Number(0) != counts.Number(1))
            problems.Add(new($"There are {counts.Number(0).Grouped()} texts, but the index has {counts.Number(1).Grouped()}."));
        using var strays = new Statement(
            connection,
            """
            select count(*) from entry where not exists (
              select 1 from session where no = (select max(no) from session where no <= entry.id) and entry.id < no + max(events, 1))
            """
        );
        if (strays.ReadNumber() is > 0 and var count)
            problems.Add(new($"{count.Grouped()} texts do not belong to any session."));
        using var impossible = new Statement(
            connection,
            $"""
            select count(*) from entry where kind not between 0 and {(int)Enum.GetValues<SearchKind>().Max()}
              or outcome not between 0 and {(int)Enum.GetValues<ToolOutcomeKind>().Max()}
              or events not between 1 and {int.MaxValue} or offset not between 0 and {int.MaxValue} or length not between 0 and {int.MaxValue}
            """
        );
        if (impossible.ReadNumber() is > 0 and var wrong)
            problems.Add(new($"{wrong.Grouped()} texts have an impossible kind, outcome, place or length."));
    }

    private static void Counters(SqliteConnection connection, List<ArchiveProblem> problems)
    {
        using var behind = new Statement(
            connection,
            "select 1 from counter where name = 'next_event' and value > coalesce((select max(no + max(events, 1) - 1) from session), 0)"
        );
        if (behind.ReadNumber() is null)
            problems.Add(new("The number for the next event is already in use."));
    }
}
