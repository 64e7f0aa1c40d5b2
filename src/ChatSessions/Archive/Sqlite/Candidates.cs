using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Collects the newest texts that an expression finds. Their number is limited, and FTS5 tells them newest first without a look at the
/// others: its own ranking would read every match, seconds for a frequent word.
/// </summary>
internal sealed class Candidates : IDisposable
{
    /// <summary>Then other sessions come first, and this one again if there is room left.</summary>
    private const int PerSession = 4;

    private readonly Statement find;
    private readonly Statement session;
    private readonly Statement ofOwner;
    private readonly SearchFilter filter;
    private readonly IReadOnlyList<long> owners;
    private readonly List<string> marks = [];
    private readonly IReadOnlyList<SearchTerm> without;
    private readonly long from;
    private readonly long below;

    /// <param name="owners">The numbers of the owners, at least one. Of a session that several have, the first one's counts.</param>
    /// <param name="tool">The tool's number, where the filter names one.</param>
    /// <param name="end">The first id that is not looked at, nor any after it.</param>
    public Candidates(
        SqliteConnection connection,
        IReadOnlyList<long> owners,
        long? tool,
        SearchFilter filter,
        IReadOnlyList<SearchTerm> without,
        long end
    )
    {
        (this.owners, this.filter, this.without) = (owners, filter, without);
        find = new(connection, "select rowid from words where words match ?1 and rowid >= ?2 and rowid < ?3 order by rowid desc");
        session = new(connection, "select no, owner, events, updated, id from session where no <= ?1 order by no desc limit 1");
        ofOwner = new(connection, "select 1 from session where owner = ?1 and id = ?2");
        (from, below) = filter is { SessionId: null, UpdatedAfter: null, UpdatedBefore: null } ? (0, end) : Bounds(connection, end);
        using var all = new Statement(connection, "select count(*) from owner");
        if (all.ReadNumber() > owners.Count)
            marks.Add(string.Join(" OR ", owners.Select(owner => MatchExpression.Word(Mark.OfOwner(owner)))));
        if (filter.Kind is { } kind)
            marks.Add(MatchExpression.Word(Mark.Of(kind)));
        if (filter.Outcome is { } outcome)
            marks.Add(MatchExpression.Word(Mark.Of(outcome)));
        if (tool is { } number)
            marks.Add(MatchExpression.Word(Mark.OfTool(number)));
    }

    /// <summary>What was collected: the ids of the texts, each with that of its session.</summary>
    public Dictionary<long, long> Found { get; } = [];

    /// <summary>Whether there is anything at all.</summary>
    public bool Exists(string expression)
    {
        Begin(expression, below);
        var exists = find.Read();
        find.Reset();
        return exists;
    }

    /// <summary>Collects at most so many more.</summary>
    public void Collect(string expression, int max)
    {
        var room = Found.Count + max;
        var passed = new List<(Place Session, long Below)>();
        var (current, inSession) = (new Place(long.MaxValue, false), 0);
        Begin(expression, below);
        while (Found.Count < room && find.Read())
        {
            var id = find.Number(0);
            if (id < current.No)
                (current, inSession) = (PlaceOf(id), 0);
            if (current.IsWanted && ++inSession <= PerSession)
            {
                Found.TryAdd(id, current.No);
                continue;
            }
            if (current.IsWanted)
                passed.Add((current, id + 1));
            Begin(expression, current.No);
        }
        foreach (var (place, end) in passed)
        {
            var half = Found.Count + max / 2;
            Begin(expression, end);
            while (Found.Count < Math.Min(room, half) && find.Read() && find.Number(0) is var id && id >= place.No)
                Found.TryAdd(id, place.No);
        }
        find.Reset();
    }

    public void Dispose()
    {
        find.Dispose();
        session.Dispose();
        ofOwner.Dispose();
    }

    /// <summary>Between which ids the texts lie of the sessions that are to be searched; others lie between them too.</summary>
    private (long From, long Below) Bounds(SqliteConnection connection, long end)
    {
        using var bounds = new Statement(
            connection,
            $"""
            with wanted as (
              select min(no) as first, max(no) as last from session
              where owner in ({string.Join(',', owners)}) and updated > ?1 and updated < ?2 and (?3 is null or id = ?3)
            )
            select first, last + (select max(events, 1) from session where no = last) from wanted
            """
        );
        bounds.Bind(1, filter.UpdatedAfter?.UtcTicks ?? long.MinValue).Bind(2, filter.UpdatedBefore?.UtcTicks ?? long.MaxValue);
        if (filter.SessionId is { } id)
            bounds.Bind(3, id);
        bounds.Read();
        return (bounds.Number(0), Math.Min(bounds.Number(1), end));
    }

    private void Begin(string expression, long end)
    {
        find.Reset();
        find.Bind(1, MatchExpression.Restricted(expression, marks, without)).Bind(2, from).Bind(3, end);
    }

    /// <summary>The session that a text is in, and whether it is one of those to be searched: marks are words, this is what counts.</summary>
    private Place PlaceOf(long id)
    {
        if (!session.Bind(1, id).Read())
            return new(id, false);
        var (no, updated) = (session.Number(0), session.Number(3));
        var place = new Place(
            no,
            owners.Contains(session.Number(1))
                && id < no + session.Number(2)
                && (filter.SessionId is null || session.Text(4) == filter.SessionId)
                && (filter.UpdatedAfter is null || updated > filter.UpdatedAfter.Value.UtcTicks)
                && (filter.UpdatedBefore is null || (updated >= 0 && updated < filter.UpdatedBefore.Value.UtcTicks))
                && !IsOfEarlierOwner(session.Number(1), session.Text(4))
        );
        session.Reset();
        return place;
    }

    private bool IsOfEarlierOwner(long owner, string id) =>
        owners.TakeWhile(earlier => earlier != owner).Any(earlier => ofOwner.Bind(1, earlier).Bind(2, id).ReadNumber() is not null);

    private readonly record struct Place(long No, bool IsWanted);
}
