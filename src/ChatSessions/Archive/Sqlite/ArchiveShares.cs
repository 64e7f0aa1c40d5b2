using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>Counts what is in an open archive, whoever owns it.</summary>
internal static class ArchiveShares
{
    public static IReadOnlyList<ArchiveShare> Read(SqliteConnection connection)
    {
        var shares = new List<ArchiveShare>();
        using var rows = new Statement(
            connection,
            $"""
            select o.name, s.origin, count(*), sum({SessionRow.PlausibleEvents}), sum({SessionRow.PlausibleBytes}),
              min(iif(updated between 0 and {DateTime.MaxValue.Ticks}, updated, null)),
              max(iif(updated between 0 and {DateTime.MaxValue.Ticks}, updated, null))
            from session s join owner o on o.no = s.owner group by s.owner, s.origin order by s.owner, s.origin
            """
        );
        while (rows.Read())
            shares.Add(
                new(
                    rows.Text(0),
                    SessionRow.OriginOf(rows.Text(1))
                        ?? throw new ChatSessionException(
                            ChatSessionError.InvalidSession,
                            $"The archive is damaged: it says that a session came from '{rows.Text(1)}'. Verify it to see which session that is."
                        ),
                    rows.Number(2),
                    rows.Number(3),
                    rows.Number(4),
                    Moment(rows.NumberOrNull(5)),
                    Moment(rows.NumberOrNull(6))
                )
            );
        return shares;
    }

    private static DateTimeOffset? Moment(long? ticks) => ticks is { } known ? SessionRow.MomentOf(known) : null;
}
