using System.Diagnostics;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Search;
using ChatSessions.Sources;

namespace Benchmarks.Archive;

/// <summary>How long search, list and get take, the same calls to both archives in turns.</summary>
internal static class Latency
{
    private const int WarmUps = 30;
    private const int ListRuns = 500;
    private const int FilterRuns = 100;
    private const int PageSize = 50;
    private const int HitLimit = 10;
    private const int SlowestNamed = 8;

    public static async Task MeasureAsync(MadeArchives archives, BarTable table, TextWriter output)
    {
        var (small, large) = archives.Options.Counts;
        using var first = SessionArchive.Open(await archives.PlaceAsync(small));
        using var second = SessionArchive.Open(await archives.PlaceAsync(large));
        ISessionArchive[] both = [first, second];
        // A server's processor time is not this process's: growth is of the clock then.
        var (onPostgres, searchBar, listBar, nothingBar, getBar) = archives.Options.OnPostgres
            ? (true, 100, 15, 60, 30)
            : (false, 50, 5, 20, 20);
        output.WriteLine($"\n{"", -32}{$"{small:N0} sessions", 33}{$"{large:N0} sessions", 33}{"processor", 12}{"growth of", 15}");
        output.WriteLine($"{"ms", -32}{Columns}{Columns}{"p95", 12}{"p50", 9}{"p95", 6}");

        // Of sessions that both have.
        foreach (var (kind, queries) in archives.Options.Has("search") ? Queries.Of(archives.Json, small) : Queries.None)
        {
            var isBarred = kind is "one word" or "two words" or "phrase" or "identifier";
            await AddAsync(
                $"search, {kind}",
                [.. queries.Select(SearchQuery.Parse)],
                (archive, query) => SearchAsync(archive, query, SearchFilter.All),
                isBarred ? (searchBar, 3) : null
            );
            if (kind == "one word")
                await AddAsync(
                    "search, one word in a project",
                    [.. queries.Select(SearchQuery.Parse)],
                    (archive, query) => SearchAsync(archive, query, new() { Recorded = new(Project: RemixedSessions.Project(1)) }),
                    (searchBar, double.PositiveInfinity)
                );
        }
        foreach (
            var (kind, filter) in archives.Options.Has("search")
                ? (List<(string, SearchFilter)>)
                    [("the newest failures", new(Outcome: ToolOutcomeKind.Failed)), ("the newest messages of users", new(SearchKind.User))]
                : []
        )
            await AddAsync(
                $"search, {kind}",
                [.. Enumerable.Repeat(SearchQuery.Newest, FilterRuns)],
                (archive, query) => SearchAsync(archive, query, filter),
                (searchBar, 3)
            );
        if (!archives.Options.Has("list"))
            return;
        await AddAsync(
            "list, first page",
            [.. Enumerable.Repeat(false, ListRuns)],
            (archive, _) => ListAsync(archive, null),
            (listBar, 1.5)
        );
        await AddAsync(
            "list, without subagents",
            [.. Enumerable.Repeat(false, ListRuns)],
            (archive, _) => ListAsync(archive, null, SessionFilter.Usual),
            (listBar, 1.5)
        );
        var page = (await ListAsync(first, null, SessionFilter.Usual)).Select(summary => summary.SessionId).ToHashSet();
        await AddAsync(
            "list, a page's subagents",
            [.. Enumerable.Repeat(false, ListRuns)],
            (archive, _) => ListAsync(archive, null, new() { SubagentsOf = page, Recorded = new(IncludeSubagents: true) }),
            (listBar, 1.5)
        );
        var middle = new Dictionary<ISessionArchive, SessionPlace?>
        {
            [first] = await MiddleAsync(first, small),
            [second] = await MiddleAsync(second, large),
        };
        await AddAsync(
            "list, a page in the middle",
            [.. Enumerable.Repeat(false, ListRuns)],
            (archive, _) => ListAsync(archive, middle[archive]),
            (listBar, 1.5)
        );
        foreach (
            var (kind, filter) in (List<(string, SessionFilter)>)
                [
                    ("a title", new(TitleContains: "no title has this")),
                    ("an outcome", new(Outcome: RunOutcome.Unfinished)),
                    ("a date", new(UpdatedAfter: DateTimeOffset.MaxValue)),
                    ("an agent", new() { Recorded = new(Agent: "gemini") }),
                    ("a project", new() { Recorded = new(Project: "no/project") }),
                    ("a branch", new() { Recorded = new(Branch: "no branch") }),
                ]
        )
            await AddAsync(
                $"list, {kind} that none has",
                [.. Enumerable.Repeat(filter, FilterRuns)],
                (archive, nothing) => ListAsync(archive, null, nothing),
                (nothingBar, double.PositiveInfinity)
            );
        var random = new Random(7);
        await AddAsync(
            "get",
            [.. Enumerable.Range(0, ListRuns).Select(_ => random.NextDouble())],
            (archive, place) =>
                archive.FindAsync(
                    MadeArchives.Owner,
                    RemixedSessions.Id((int)(place * (archive == first ? small : large))),
                    CancellationToken.None
                ),
            (getBar, 1.5)
        );

        async Task AddAsync<T>(string what, IReadOnlyList<T> calls, Func<ISessionArchive, T, Task> call, (double P95, double Growth)? bar)
        {
            var (clock, processor) = (new[] { new List<double>(), new List<double>() }, new[] { new List<double>(), new List<double>() });
            foreach (var one in calls.Take(WarmUps))
            {
                await call(first, one);
                await call(second, one);
            }
            foreach (var one in calls)
            foreach (var (number, archive) in both.Index())
            {
                var (used, started) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
                await call(archive, one);
                clock[number].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                processor[number].Add((Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
            }
            if (archives.Options.IsVerbose && calls is IReadOnlyList<SearchQuery> queries)
                foreach (var (number, slow) in clock[1].Index().OrderByDescending(one => one.Item).Take(SlowestNamed))
                    output.WriteLine($"  {slow, 9:0.0} ms  {queries[number].Text}");
            Times[] times = [new(clock[0]), new(clock[1])];
            // Of processor time: what else the machine does then tells less.
            Times[] work = onPostgres ? times : [new(processor[0]), new(processor[1])];
            var growth = (Median: work[1].Median / work[0].Median, P95: work[1].P95 / work[0].P95);
            output.WriteLine(
                $"{what, -32}{Cells(times[0])}{Cells(times[1])}{work[1].P95, 12:0.00}{growth.Median, 9:0.00}{growth.P95, 6:0.00}"
            );
            table.Add(
                what,
                bar is { } limits ? $"p95 < {limits.P95} ms{(double.IsFinite(limits.Growth) ? $", growth < {limits.Growth}" : "")}" : "",
                $"p50 {times[1].Median:0.0}, p95 {times[1].P95:0.0} ms, of processor time {work[1].P95:0.0}; growth {growth.Median:0.00}, of p95 {growth.P95:0.00}",
                bar is { } held ? times[1].P95 < held.P95 && Math.Max(growth.Median, growth.P95) < held.Growth : null
            );
        }
    }

    private static string Columns => $"{"p50", 11}{"p95", 11}{"max", 11}";

    private static string Cells(Times times) => $"{times.Median, 11:0.00}{times.P95, 11:0.00}{times.Max, 11:0.00}";

    private static Task<SearchPage> SearchAsync(ISessionArchive archive, SearchQuery query, SearchFilter filter) =>
        archive.SearchAsync(new OutgoingDoor(), [MadeArchives.Owner], query, filter, HitLimit, null, CancellationToken.None);

    private static Task<IReadOnlyList<SessionSummary>> ListAsync(
        ISessionArchive archive,
        SessionPlace? after,
        SessionFilter? filter = null
    ) => archive.ListAsync(MadeArchives.Owner, filter ?? SessionFilter.All, after, PageSize, CancellationToken.None);

    private static async Task<SessionPlace?> MiddleAsync(ISessionArchive archive, int count)
    {
        SessionPlace? after = null;
        for (var passed = 0; passed < count / 2; passed += PageSize)
            after = SessionPlace.From((await ListAsync(archive, after))[^1]);
        return after;
    }
}
