using System.Buffers.Text;
using ChatSessions.Search;
using Microsoft.Data.Sqlite;

namespace ChatSessions.Archive.Sqlite;

/// <summary>
/// Finds the newest texts that match. FTS5 can return them newest first without reading older ones; its own ranking would read every
/// match, which takes seconds for a frequent word.
/// </summary>
internal sealed class Candidates : IDisposable
{
    /// <summary>How many texts of one session are taken before other sessions get their turn; more only if there is room left.</summary>
    private const int PerSession = 4;

    /// <summary>To read so many texts of other projects takes as long as to begin again after them.</summary>
    private const int MostPassed = 200;

    private const int MostNarrow = 5_000;

    private const int SmallestChunk = 256;

    private const int MostAsked = 64;

    private const int LargestChunk = 8_192;

    private readonly SqliteConnection connection;
    private readonly Statement find;
    private readonly Statement chunk;
    private readonly Statement session;
    private readonly Statement ofOwner;
    private readonly SearchFilter filter;
    private readonly IReadOnlySet<string>? elsewhere;
    private readonly IReadOnlyList<long> owners;
    private readonly List<string> marks = [];
    private readonly long[]? narrow;
    private readonly long from;
    private readonly long below;
    private ListedSessions? places;
    private int asked;

    /// <param name="owners">The numbers of the owners, at least one. If several have the same session, the first one's copy counts.</param>
    /// <param name="tools">If the filter names a tool, the numbers of its spellings.</param>
    /// <param name="end">Only ids below this are searched.</param>
    public Candidates(SqliteConnection connection, IReadOnlyList<long> owners, IReadOnlyList<long> tools, TextScope scope, long end)
    {
        (this.connection, this.owners, filter, elsewhere) = (connection, owners, scope.Filter, scope.Elsewhere);
        find = new(connection, "select rowid from words where words match ?1 and rowid >= ?2 and rowid < ?3 order by rowid desc");
        chunk = new(
            connection,
            """
            select group_concat(id, ' ') from
              (select rowid as id from words where words match ?1 and rowid >= ?2 and rowid < ?3 order by rowid desc limit ?4)
            """
        );
        session = new(
            connection,
            "select no, owner, events, updated, id, parent, summary, agent, folder, branch from session where no <= ?1 order by no desc limit 1"
        );
        ofOwner = new(connection, "select 1 from session where owner = ?1 and id = ?2");
        (from, below) = filter is { SessionId: null, UpdatedAfter: null, UpdatedBefore: null } ? (0, end) : Bounds(connection, end);
        narrow = filter.Recorded.IsNarrow ? Narrow(connection) : null;
        using var all = new Statement(connection, "select count(*) from owner");
        if (all.ReadNumber() > owners.Count)
            marks.Add(string.Join(" OR ", owners.Select(owner => MatchExpression.Word(FilterWord.ForOwner(owner)))));
        if (filter.Kind is { } kind)
            marks.Add(MatchExpression.Word(FilterWord.For(kind)));
        if (filter.Outcome is { } outcome)
            marks.Add(MatchExpression.Word(FilterWord.For(outcome)));
        if (tools.Count > 0)
            marks.Add(string.Join(" OR ", tools.Select(tool => MatchExpression.Word(FilterWord.ForTool(tool)))));
    }

    public bool Exists(TextMatch match)
    {
        Begin(MatchExpression.Write(match, marks), from, below);
        var exists = find.Read();
        find.Reset();
        return exists;
    }

    /// <summary>Finds the newest matches that are not known yet, up to the limit.</summary>
    /// <param name="first">Only those with this number or a higher one.</param>
    public IReadOnlyList<TextAddress> Find(
        TextMatch match,
        IReadOnlySet<TextAddress> known,
        long first,
        int limit,
        CancellationToken cancellationToken
    )
    {
        first = Math.Max(from, first);
        var expression = MatchExpression.Write(match, marks);
        var found = new List<TextAddress>(limit);
        var passed = new List<(long Session, long Below)>();
        var (current, inSession) = (new Place(long.MaxValue, false), 0);
        var (next, read) = (long.MaxValue, 0);
        Begin(expression, first, below);
        while (found.Count < limit && find.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var id = find.Number(0);
            if (id >= next)
            {
                if (++read % MostPassed == 0)
                    Begin(expression, first, next);
                continue;
            }
            if (id < current.No)
                (current, inSession) = (PlaceOf(id), 0);
            if (current.IsWanted && ++inSession <= PerSession)
            {
                Add(current.No, id);
                continue;
            }
            if (current.IsWanted)
                passed.Add((current.No, id + 1));
            next = EndOfNext(current.No);
            if (narrow is null)
                Begin(expression, first, next);
        }
        foreach (var (session, end) in passed)
        {
            var most = Math.Min(limit, found.Count + limit / 2);
            Begin(expression, first, end);
            while (found.Count < most && find.Read() && find.Number(0) is var id && id >= session)
                Add(session, id);
        }
        find.Reset();
        return found;

        void Add(long session, long id)
        {
            var address = new TextAddress(session, (int)(id - session));
            if (!known.Contains(address))
                found.Add(address);
        }
    }

    /// <summary>Finds all matches with numbers in a range, the newest first, up to the limit.</summary>
    public IReadOnlyList<TextAddress> FindAll(TextMatch match, long first, long? before, int limit, CancellationToken cancellationToken)
    {
        var expression = MatchExpression.Write(match, marks);
        var found = new List<TextAddress>();
        var current = new Place(long.MaxValue, false);
        var (next, end, size) = (long.MaxValue, Math.Min(below, before ?? long.MaxValue), SmallestChunk);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chunk = Chunk(expression, Math.Max(from, first), end, size);
            foreach (var id in chunk)
            {
                if (id >= next)
                    continue;
                if (id < current.No)
                    current = KnownPlaceOf(id);
                if (!current.IsWanted)
                    next = EndOfNext(current.No);
                else if (found.Count < limit)
                    found.Add(new(current.No, (int)(id - current.No)));
                else
                    return found;
            }
            if (chunk.Count < size)
                return found;
            (end, size) = (Math.Min(chunk[^1], next), Math.Min(8 * size, LargestChunk));
        }
    }

    /// <summary>The ids of some matches, the newest first. As one text, since a row costs more than all the rest.</summary>
    private List<long> Chunk(string expression, long first, long end, int size)
    {
        var ids = new List<long>(size);
        if (chunk.Bind(1, expression).Bind(2, first).Bind(3, end).Bind(4, size).Read())
            for (
                var rest = chunk.Bytes(0);
                Utf8Parser.TryParse(rest, out long id, out var used);
                rest = rest[Math.Min(used + 1, rest.Length)..]
            )
                ids.Add(id);
        chunk.Reset();
        return ids;
    }

    public void Dispose()
    {
        find.Dispose();
        chunk.Dispose();
        session.Dispose();
        ofOwner.Dispose();
    }

    /// <summary>The range of ids that contains the sessions to search. It may contain other sessions too.</summary>
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

    /// <summary>
    /// The numbers of the sessions that the filter's programs, folders and branches allow, in order: without them, a search for a frequent
    /// word in a project with few sessions would look at every session of the others. Null if they are many.
    /// </summary>
    private long[]? Narrow(SqliteConnection connection)
    {
        var recorded = filter.Recorded;
        if (ListedColumns.AreMissing(connection))
            return null;
        var numbers = new List<long>();
        foreach (var owner in owners)
        {
            var folders = recorded.Project is null ? [] : ListedColumns.Folders(connection, $"{owner}", name: null, recorded);
            if (folders is null)
                return null;
            var sql = $"select no from session where owner = {owner}";
            if (recorded.Project is not null)
                sql += $" and folder in ({string.Join(", ", folders.Select((_, at) => $"?{at + 3}"))})";
            if (recorded.Branch is not null)
                sql += recorded.Project is null ? " and branch = ?1" : " and +branch = ?1";
            if (recorded.Agent is not null)
                sql += recorded is { Project: null, Branch: null } ? " and agent = ?2" : " and +agent = ?2";
            using var rows = new Statement(connection, $"{sql} limit {MostNarrow + 1}");
            for (var at = 0; at < folders.Count; at++)
                rows.Bind(at + 3, folders[at]);
            if (recorded.Branch is { } branch)
                rows.Bind(1, branch);
            if (recorded.Agent is { } agent)
                rows.Bind(2, agent.ToLowerInvariant());
            while (rows.Read())
                numbers.Add(rows.Number(0));
            if (numbers.Count > MostNarrow)
                return null;
        }
        numbers.Sort();
        return [.. numbers];
    }

    /// <summary>Where to go on after a session: at the end of the next older one that may be wanted.</summary>
    private long EndOfNext(long no)
    {
        if (narrow is null)
            return no;
        var at = Array.BinarySearch(narrow, no) is var found && found >= 0 ? found : ~found;
        if (at == 0)
            return from;
        if (!session.Bind(1, narrow[at - 1]).Read())
            return no;
        var end = session.Number(0) + Math.Clamp(session.Number(2), 1, int.MaxValue);
        session.Reset();
        return Math.Min(no, end);
    }

    private void Begin(string expression, long first, long end)
    {
        find.Reset();
        find.Bind(1, expression).Bind(2, first).Bind(3, end);
    }

    /// <summary>As <see cref="PlaceOf"/>, but after many questions all sessions are read at once.</summary>
    private Place KnownPlaceOf(long id)
    {
        if (++asked > MostAsked && places is null && elsewhere is null && ListedSessions.CanTell(connection, filter))
            places = ListedSessions.Read(connection, owners, filter);
        if (places is null)
            return PlaceOf(id);
        var at = Array.BinarySearch(places.Numbers, id) is var found && found >= 0 ? found : ~found - 1;
        return at < 0 ? new(id, false) : new(places.Numbers[at], places.AreWanted[at]);
    }

    /// <summary>Finds a text's session, and checks it against the filter. Filter words only narrow the index; this check decides.</summary>
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
                && elsewhere?.Contains(session.Text(4)) is not true
                && (filter.UpdatedAfter is null || updated > filter.UpdatedAfter.Value.UtcTicks)
                && (filter.UpdatedBefore is null || (updated >= 0 && updated < filter.UpdatedBefore.Value.UtcTicks))
                && IsRecordedAsWanted()
                && !IsOfEarlierOwner(session.Number(1), session.Text(4))
        );
        session.Reset();
        return place;
    }

    private bool IsRecordedAsWanted()
    {
        var recorded = filter.SessionId is null ? filter.Recorded : filter.Recorded with { IncludeSubagents = true };
        // A row of an earlier format.
        if (session.TextOrNull(5) is not { } parent)
            return ListedTexts.FindSummary(session.Bytes(6)) is { } summary && recorded.Matches(summary);
        return (recorded.IncludeSubagents || parent.Length == 0)
            && (recorded.Without is null || session.Text(4) != recorded.Without)
            && recorded.Matches(session.Text(7), session.Text(8), session.Text(9));
    }

    private bool IsOfEarlierOwner(long owner, string id) =>
        owners.TakeWhile(earlier => earlier != owner).Any(earlier => ofOwner.Bind(1, earlier).Bind(2, id).ReadNumber() is not null);

    private readonly record struct Place(long No, bool IsWanted);
}
