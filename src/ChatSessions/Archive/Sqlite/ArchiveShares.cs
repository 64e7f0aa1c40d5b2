using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

internal static class ArchiveShares
{
    /// <summary>SQL for a row's number of events, or 0 if that is impossible: the sum of such numbers could overflow.</summary>
    public const string PlausibleEvents = "iif(events between 0 and 2147483647, events, 0)";

    /// <summary>SQL for the length of a row's JSON, or 0 if that is impossible.</summary>
    public const string PlausibleBytes = "iif(bytes between 0 and 2147483647, bytes, 0)";

    public static IReadOnlyList<ArchiveShare> Read(SqliteConnection connection)
    {
        var shares = new List<ArchiveShare>();
        using var rows = new Statement(
            connection,
            $"""
            select o.name, s.origin, count(*), sum({PlausibleEvents}), sum(iif(s.bytes between 0 and 2147483647, s.bytes, 0)),
              min(iif(updated between 0 and {DateTime.MaxValue.Ticks}, updated, null)),
              max(iif(updated between 0 and {DateTime.MaxValue.Ticks}, updated, null)), count(e.session), count(k.session),
              (select coalesce(sum({PlausibleBytes}), 0) from original where owner = s.owner and format = s.origin),
              (select coalesce(sum(iif(stored between 0 and 2147483647, stored, 0)), 0) from original where owner = s.owner and format = s.origin)
            from session s join owner o on o.no = s.owner
              left join earlier_state e on e.session = s.no left join session_original k on k.session = s.no
            group by s.owner, s.origin order by s.owner, s.origin
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
                {
                    EarlierStates = rows.Number(7),
                    Originals = new KeptOriginals(rows.Number(8), rows.Number(9), rows.Number(10)),
                }
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
            EarlierStates = one.EarlierStates + other.EarlierStates,
            Originals = one.Originals + other.Originals,
        };

    private static DateTimeOffset? Moment(long? ticks) => ticks is { } known ? SessionRow.MomentOf(known) : null;
}
