using System.Diagnostics;
using System.Globalization;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Recorded;
using ChatSessions.Search;

namespace Benchmarks.Archive;

/// <summary>What a session costs in PostgreSQL, at the load of one, two and four partitions: owners whose sessions are saved and searched at a fixed rate.</summary>
internal static class PartitionLoad
{
    private static readonly int[] Partitions = [1, 2, 4];

    /// <summary>Of one partition, a second.</summary>
    private const double Saved = 6;

    private const double Searched = 1;
    private const double Listed = 2;
    private const int PageSize = 50;
    private const int HitLimit = 10;
    private const int BatchSessions = 6;

    /// <summary>Sessions that an owner has already.</summary>
    private const int Before = 600;

    public static async Task RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        var options = ArchiveOptions.Parse([.. arguments, "--postgres"]);
        var seconds = TimeSpan.FromSeconds(options.Cases);
        Machine.Describe(output);
        output.WriteLine(
            $"each partition: {Saved} sessions saved a second, {Searched} search, {Listed} lists, for {seconds.TotalSeconds:0} s\n"
                + $"{"", 12}{"a session saved", 54}{"all together", 36}\n"
                + $"{"partitions", 12}{"JSON KB", 9}{"client ms", 11}{"server ms", 11}{"WAL KB", 9}{"disk KB", 9}{"late", 7}"
                + $"{"server cores", 14}{"search p95", 12}{"list p95", 10}"
        );
        var made = new RemixedSessions(Material.Of(options.Sessions));
        var queries = Queries.Of(made.Json, Before).Values.SelectMany(kind => kind.Take(20)).ToArray();
        foreach (var partitions in Partitions)
        {
            var folder = Directory.CreateTempSubdirectory("chat-partitions-").FullName;
            var databases = new MadeDatabases(folder);
            try
            {
                output.WriteLine(await MeasureAsync(partitions, seconds, made, queries, databases));
            }
            finally
            {
                await databases.EndAsync();
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<string> MeasureAsync(
        int partitions,
        TimeSpan time,
        RemixedSessions made,
        string[] queries,
        MadeDatabases databases
    )
    {
        var place = await databases.BeginAsync(partitions);
        var owners = Enumerable.Range(0, partitions).Select(number => $"oidc:https://issuer.example#user-{number}").ToArray();
        using var archive = SessionArchive.Open(place);
        foreach (var owner in owners)
        foreach (var numbers in Enumerable.Range(0, Before).Chunk(100))
            await SaveAsync(owner, numbers[0], numbers.Length);
        await databases.ExecuteAsync("checkpoint");

        var (wal, size, server) = (
            await NumberAsync("select pg_current_wal_lsn() - '0/0'"),
            await SizeAsync(),
            MadeDatabases.ProcessorTime()
        );
        var (saved, bytes, late, client) = (0, 0L, 0, TimeSpan.Zero);
        var (searches, lists) = (new List<double>(), new List<double>());
        var started = Stopwatch.StartNew();
        await Task.WhenAll(
            owners.SelectMany(owner =>
                (Task[])
                    [
                        RepeatAsync(Saved / BatchSessions, turn => SaveCountedAsync(owner, Before + turn * BatchSessions)),
                        RepeatAsync(Searched, turn => SearchAsync(owner, queries[turn % queries.Length])),
                        RepeatAsync(Listed, _ => ListAsync(owner)),
                    ]
            )
        );
        var took = started.Elapsed;
        var used = MadeDatabases.ProcessorTime() - server;
        await databases.ExecuteAsync("checkpoint");
        var walBytes = await NumberAsync("select pg_current_wal_lsn() - '0/0'") - wal;
        var disk = await SizeAsync() - size;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{partitions, 12}{bytes / 1e3 / saved, 9:0.0}{client.TotalMilliseconds / saved, 11:0.0}{used.TotalMilliseconds / saved, 11:0.0}{walBytes / 1e3 / saved, 9:0}{disk / 1e3 / saved, 9:0}{late, 7}{used / took, 14:0.00}{new Times(searches).P95, 12:0.0}{new Times(lists).P95, 10:0.0}"
        );

        async Task RepeatAsync(double aSecond, Func<int, Task> act)
        {
            for (var turn = 0; ; turn++)
            {
                var due = TimeSpan.FromSeconds(turn / aSecond);
                if (due > time)
                    return;
                if (due > started.Elapsed)
                    await Task.Delay(due - started.Elapsed);
                else if (started.Elapsed - due > TimeSpan.FromSeconds(1))
                    Interlocked.Increment(ref late);
                await act(turn);
            }
        }

        async Task SaveCountedAsync(string owner, int first)
        {
            var (added, processor) = await SaveAsync(owner, first, BatchSessions);
            lock (searches)
                (saved, bytes, client) = (saved + BatchSessions, bytes + added, client + processor);
        }

        async Task<(long Bytes, TimeSpan Client)> SaveAsync(string owner, int first, int count)
        {
            List<byte[]> json;
            lock (made)
                json = [.. Enumerable.Range(first, count).Select(made.Json)];
            // What else this process does then counts too: little, compared with saving.
            var before = Environment.CpuUsage.TotalTime;
            await archive.SaveAllAsync(owner, [.. json.Select(MadeArchives.Archived)], CancellationToken.None);
            return (json.Sum(one => (long)one.Length), Environment.CpuUsage.TotalTime - before);
        }

        async Task SearchAsync(string owner, string query)
        {
            var begun = Stopwatch.GetTimestamp();
            await archive.SearchAsync(
                new OutgoingDoor(),
                [owner],
                SearchQuery.Parse(query),
                SearchFilter.All,
                HitLimit,
                null,
                CancellationToken.None
            );
            lock (searches)
                searches.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        async Task ListAsync(string owner)
        {
            var begun = Stopwatch.GetTimestamp();
            await archive.ListAsync(owner, ChatSessions.Sources.SessionFilter.Usual, null, PageSize, CancellationToken.None);
            lock (searches)
                lists.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        async Task<double> NumberAsync(string sql) => Convert.ToDouble(await databases.ScalarAsync(sql), CultureInfo.InvariantCulture);

        Task<double> SizeAsync() => NumberAsync($"select pg_database_size('{MadeDatabases.Part(partitions)}')");
    }
}
