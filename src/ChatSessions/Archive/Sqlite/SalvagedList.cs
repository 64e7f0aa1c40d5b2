using ChatSessions.Model;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// All sessions of an owner that can still be found in a damaged archive: by the table of sessions from either end, by its indexes, and by
/// the stored JSON. A damaged page of the file ends one of these ways, and the others may get past it.
/// </summary>
internal sealed class SalvagedList
{
    private readonly string owner;
    private readonly long? number;
    private readonly Dictionary<long, Listed> found = [];
    private bool isDamaged;

    private SalvagedList(string owner, long? number) => (this.owner, this.number) = (owner, number);

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Listed> Sessions { get; private set; } = [];

    /// <summary>A sentence about sessions that are lost without a trace of their id; null if none are.</summary>
    public string? Loss { get; private set; }

    public static SalvagedList Read(SqliteConnection connection, string owner, CancellationToken cancellationToken)
    {
        long? number = null;
        var isReadable = false;
        foreach (var way in (string[])["owner", "owner not indexed"])
            isReadable |= Try(() => number ??= Number(connection, $"select no from {way} where name = ?1", owner));
        var list = new SalvagedList(owner, number);
        if (!isReadable)
            list.Loss = "The list of owners is damaged, so no owner's sessions can be read.";
        if (number is not null)
            list.Collect(connection, cancellationToken);
        return list;
    }

    /// <summary>Reads a session of the list; null if it was deleted since.</summary>
    /// <exception cref="ChatSessionException">The session is damaged.</exception>
    public ArchivedSession? Find(Listed listed, SqliteConnection connection)
    {
        try
        {
            using var reader = new SessionReader(connection, owner);
            if (reader.FindRow(listed.No) is { } row)
                return row.Owner == number ? reader.Read(row) : throw row.Broken();
            // The session was replaced or deleted since, or it is lost.
            if (listed.Id is null || reader.Known([listed.Id]).Count == 0)
                return null;
            return reader.Find(listed.Id) ?? throw Unreadable(listed, null);
        }
        catch (SqliteException exception) when (ArchiveFailure.IsDamage(exception))
        {
            throw Unreadable(listed, exception);
        }
    }

    private void Collect(SqliteConnection connection, CancellationToken cancellationToken)
    {
        const string Table = "select no, id, updated from session not indexed where owner = ?1 order by no";
        if (!Add(connection, Table))
            Add(connection, $"{Table} desc");
        Try(() =>
        {
            using var indexes = new Statement(connection, "select name from pragma_index_list('session') where partial = 0");
            var names = new List<string>();
            while (indexes.Read())
                names.Add(indexes.Text(0));
            // The index that keeps ids unique has the id: for a lost row, that is all that is left.
            foreach (var name in names)
                Add(
                    connection,
                    $"select no, {(name.Contains("autoindex") ? "id" : "null")}, null from session indexed by \"{name}\" where owner = ?1"
                );
        });
        long? counted = null;
        Try(() => counted = Number(connection, $"select sessions from owner where no = {number}"));
        if (isDamaged || counted > found.Count)
            AddByJson(connection, cancellationToken);
        if (counted is null && isDamaged)
            Loss = "The list of sessions is damaged. There may have been more sessions than were found.";
        else if (counted > found.Count)
            Loss = $"The archive had {counted.Grouped()} sessions, and {(counted - found.Count).Grouped()} of them can no longer be found.";
        Sessions = [.. found.Values.OrderByDescending(session => session.Updated).ThenBy(session => session.Id, StringComparer.Ordinal)];
    }

    /// <summary>Adds the sessions that a query returns; false if a damaged page stopped it.</summary>
    private bool Add(SqliteConnection connection, string sql) =>
        Try(() =>
        {
            using var rows = new Statement(connection, sql);
            rows.Bind(1, number);
            while (rows.Read())
            {
                var known = found.GetValueOrDefault(rows.Number(0));
                found[rows.Number(0)] = new(rows.Number(0), known?.Id ?? rows.TextOrNull(1), known?.Updated ?? rows.NumberOrNull(2));
            }
        }) || !(isDamaged = true);

    /// <summary>Looks up each chunk's first event as the number of a session: a session's first chunk has that number.</summary>
    private void AddByJson(SqliteConnection connection, CancellationToken cancellationToken)
    {
        using var reader = new SessionReader(connection, owner);
        foreach (var direction in (string[])["asc", "desc"])
            Try(() =>
            {
                using var parts = new Statement(connection, $"select first_event from chunk order by first_event {direction}");
                while (parts.Read())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var no = parts.Number(0);
                    if (!found.ContainsKey(no))
                        Try(() =>
                        {
                            if (reader.FindRow(no) is { } row && row.Owner == number)
                                found[no] = new(no, row.Id, null);
                        });
                }
            });
    }

    private static long? Number(SqliteConnection connection, string sql, string? name = null)
    {
        using var statement = new Statement(connection, sql);
        return (name is null ? statement : statement.Bind(1, name)).ReadNumber();
    }

    private static bool Try(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (SqliteException exception) when (ArchiveFailure.IsDamage(exception))
        {
            return false;
        }
    }

    public static ChatSessionException Unreadable(Listed listed, Exception? exception) =>
        new(
            ChatSessionError.InvalidSession,
            listed.Id is { } id
                ? $"Cannot read session '{id}': the archive's file is damaged there."
                : "Cannot read a session whose id is lost: the archive's file is damaged there.",
            exception
        );
}

/// <summary>A session that was found in the archive.</summary>
/// <param name="No">The id of its first event.</param>
/// <param name="Id">Null if only its number could be read.</param>
/// <param name="Updated">Its last update in ticks; null if it could not be read.</param>
internal sealed record Listed(long No, string? Id, long? Updated);
