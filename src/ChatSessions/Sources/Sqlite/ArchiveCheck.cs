using Microsoft.Data.Sqlite;

namespace ChatSessions.Sources.Sqlite;

/// <summary>Looks for damage in an archive: in the file itself, and in each session that it keeps.</summary>
internal static class ArchiveCheck
{
    /// <summary>What is wrong with the file and its sessions, a sentence each.</summary>
    public static List<string> OfSessions(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        Structure(connection, problems);
        Sessions(connection, problems, cancellationToken);
        Counts(connection, problems);
        return problems;
    }

    private static void Structure(SqliteConnection connection, List<string> problems)
    {
        using var check = new Statement(connection, "pragma quick_check");
        while (check.Read())
            if (check.Text(0) is not "ok" and var fault)
                problems.Add($"The file is damaged: {fault}.");
    }

    private static void Sessions(SqliteConnection connection, List<string> problems, CancellationToken cancellationToken)
    {
        using var rows = new Statement(connection, "select o.name, s.id from session s join owner o on o.no = s.owner order by s.no");
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (owner, id) = (rows.Text(0), rows.Text(1));
            try
            {
                using var reader = new SessionReader(connection, owner);
                var events = reader.Find(id)!.Session.Events.Length;
                if (events != reader.FindRow(id)!.Events)
                    problems.Add($"Session '{id}' has {events:N0} events, and its row says otherwise.");
            }
            catch (ChatSessionException broken)
            {
                problems.Add(broken.Message);
            }
        }
    }

    private static void Counts(SqliteConnection connection, List<string> problems)
    {
        using var owners = new Statement(
            connection,
            "select name, sessions, (select count(*) from session where owner = owner.no) as found from owner where sessions <> found"
        );
        while (owners.Read())
            problems.Add($"An owner has {owners.Number(2):N0} sessions, and is said to have {owners.Number(1):N0}.");
        using var strays = new Statement(
            connection,
            """
            select count(*) from chunk where not exists (
              select 1 from session where no = (select max(no) from session where no <= first_event) and first_event < no + max(events, 1))
            """
        );
        if (strays.ReadNumber() is > 0 and var count)
            problems.Add($"{count:N0} parts of JSON belong to no session.");
    }

    /// <summary>What is wrong with the index of words. FTS5 checks it by a write, so no other can write meanwhile.</summary>
    public static List<string> OfIndex(SqliteConnection connection)
    {
        var problems = new List<string>();
        try
        {
            Statement.Execute(connection, "insert into words (words, rank) values ('integrity-check', 0)");
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT)
        {
            problems.Add("The index of words is damaged.");
        }
        using var counts = new Statement(connection, "select (select count(*) from entry), (select count(*) from words_docsize)");
        counts.Read();
        if (counts.Number(0) != counts.Number(1))
            problems.Add($"There are {counts.Number(0):N0} texts, and words of {counts.Number(1):N0}.");
        using var strays = new Statement(
            connection,
            """
            select count(*) from entry where not exists (
              select 1 from session where no = (select max(no) from session where no <= entry.id) and entry.id < no + max(events, 1))
            """
        );
        if (strays.ReadNumber() is > 0 and var count)
            problems.Add($"{count:N0} texts belong to no session.");
        return problems;
    }
}
