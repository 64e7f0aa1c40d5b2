using System.Buffers.Text;
using System.Globalization;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>All sessions of an archive, and which of them a search wants: for searches with hits in many.</summary>
/// <param name="Numbers">In ascending order.</param>
internal sealed record ListedSessions(long[] Numbers, bool[] AreWanted)
{
    /// <summary>Whether an index tells which sessions a filter allows.</summary>
    public static bool CanTell(SqliteConnection connection, SearchFilter filter) =>
        filter.SessionId is null && !filter.Recorded.IsNarrow && !ListedColumns.AreMissing(connection);

    public static ListedSessions Read(SqliteConnection connection, IReadOnlyList<long> owners, SearchFilter filter)
    {
        var wanted = $"owner in ({string.Join(',', owners)})";
        if (!filter.Recorded.IncludeSubagents)
            wanted += " and parent = ''";
        if (filter.UpdatedAfter is not null)
            wanted += " and updated > ?1";
        if (filter.UpdatedBefore is not null)
            wanted += " and updated >= 0 and updated < ?2";
        if (filter.Recorded.Without is not null)
            wanted += " and id <> ?3";
        // Of a session that several owners have, the first one's copy counts.
        for (var at = 1; at < owners.Count; at++)
            wanted += string.Create(
                CultureInfo.InvariantCulture,
                $" and (owner <> {owners[at]} or not exists (select 1 from session e where e.owner in ({string.Join(',', owners.Take(at))}) and e.id = s.id))"
            );
        // As one text, since a row costs more than all the rest.
        using var rows = new Statement(
            connection,
            $"select group_concat(2 * no + ({wanted}), ' ') from session s indexed by session_listed"
        );
        if (filter.UpdatedAfter is { } after)
            rows.Bind(1, after.UtcTicks);
        if (filter.UpdatedBefore is { } before)
            rows.Bind(2, before.UtcTicks);
        if (filter.Recorded.Without is { } without)
            rows.Bind(3, without);
        var read = new List<long>();
        if (rows.Read())
            for (
                var rest = rows.Bytes(0);
                Utf8Parser.TryParse(rest, out long one, out var used);
                rest = rest[Math.Min(used + 1, rest.Length)..]
            )
                read.Add(one);
        read.Sort();
        return new([.. read.Select(one => one >> 1)], [.. read.Select(one => (one & 1) == 1)]);
    }
}
