using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Checks the originals of imported sessions, and which sessions are earlier states.</summary>
internal static class OriginalCheck
{
    /// <summary>Each counts what is wrong, and names it.</summary>
    private static readonly (string Sql, string Problem)[] Links =
    [
        (
            "select count(*) from original where no not in (select original from session_original)",
            "{0} originals do not belong to any session."
        ),
        (
            """
            select count(*) from session_original
            where session not in (select no from session) or original not in (select no from original)
            """,
            "{0} links between sessions and their originals are wrong."
        ),
        (
            """
            select count(*) from original_part p where not exists (
              select 1 from original where no = (select max(no) from original where no <= p.no) and p.no < no + parts)
            """,
            "{0} pieces of originals do not belong to any original."
        ),
        ("select count(*) from unwanted where original not in (select no from original)", "{0} deleted sessions have no original."),
        (
            "select count(*) from earlier_state e where not exists (select 1 from session s where s.no = e.session and s.owner = e.owner)",
            "{0} earlier states do not belong to any session."
        ),
    ];

    /// <summary>Adds what is wrong.</summary>
    public static void Run(SqliteConnection connection, List<ArchiveProblem> problems, CancellationToken cancellationToken)
    {
        using var rows = new Statement(
            connection,
            "select o.no, o.bytes, o.stored, o.parts, w.name from original o left join owner w on w.no = o.owner order by o.no"
        );
        using var originals = new Originals(connection);
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (
                    originals.Read(rows.Number(0)) is { } read
                    && (read.Bytes, read.StoredBytes, read.Parts.Length) != (rows.Number(1), rows.Number(2), rows.Number(3))
                )
                    problems.Add(new($"The original records of {read.Name} have another length than is recorded.", Owner()));
            }
            catch (ChatSessionException damaged)
            {
                problems.Add(new(damaged.Message, Owner()));
            }
            catch (SqliteException exception) when (ArchiveFailure.IsDamage(exception))
            {
                problems.Add(new("Cannot read the original records of a session: the file is damaged there.", Owner()));
            }
        }
        foreach (var (sql, problem) in Links)
        {
            using var wrong = new Statement(connection, sql);
            if (wrong.ReadNumber() is > 0 and var count)
                problems.Add(new(problem.Replace("{0}", count.Grouped(), StringComparison.Ordinal)));
        }

        string? Owner() => rows.TextOrNull(4);
    }
}
