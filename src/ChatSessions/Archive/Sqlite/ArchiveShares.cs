using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

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
                    SessionOrigin.OfStored(rows.Text(1)),
                    rows.Number(2),
                    rows.Number(3),
                    rows.Number(4),
                    Moment(rows.NumberOrNull(5)),
                    Moment(rows.NumberOrNull(6))
                )
            );
        // An origin may be stored under two names: the first archives used another one.
        return [.. shares.GroupBy(share => (share.Owner, share.Origin)).Select(same => same.Aggregate(Sum))];
    }

    private static ArchiveShare Sum(ArchiveShare one, ArchiveShare other) =>
        one with
        {
            Sessions = one.Sessions + other.Sessions,
            Events = one.Events + other.Events,
            JsonBytes = one.JsonBytes + other.JsonBytes,
            Oldest = new[] { one.Oldest, other.Oldest }.Min(),
            Newest = new[] { one.Newest, other.Newest }.Max(),
        };

    private static DateTimeOffset? Moment(long? ticks) => ticks is { } known ? SessionRow.MomentOf(known) : null;
}
