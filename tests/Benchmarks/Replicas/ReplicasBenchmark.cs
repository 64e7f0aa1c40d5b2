using System.Diagnostics;
using System.Globalization;
using Benchmarks.Archive;
using Benchmarks.Load;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Tests.Sources.LlamaCloud;

namespace Benchmarks.Replicas;

/// <summary>Three replicas behind HAProxy with one PostgreSQL: whether any answers any request, what a replica's end breaks, and what each adds.</summary>
internal sealed class ReplicasBenchmark : IAsyncDisposable
{
    private const int Most = 3;
    private const int Imported = 1_000;
    private const int SessionsAtCloud = 40;

    /// <summary>Of one core, so that the replicas are what limits, and not PostgreSQL on the same machine.</summary>
    private const double CoresOfReplica = 0.1;

    /// <summary>Clients that ask without a pause, when throughput is measured.</summary>
    private const int BusyClients = 24;

    /// <summary>Between two calls of one of many clients, in milliseconds.</summary>
    private const int LongestThought = 6_000;

    private readonly ReplicasOptions options;
    private readonly TextWriter output;
    private readonly BarTable table = new();
    private readonly MadeDatabases databases;
    private readonly FakeLlamaCloud cloud;
    private readonly List<HttpServer> replicas = [];
    private readonly List<string> known = [.. AtCloud];
    private string place = "";
    private int seed;

    private ReplicasBenchmark(ReplicasOptions options, FakeLlamaCloud cloud, TextWriter output)
    {
        (this.options, this.cloud, this.output) = (options, cloud, output);
        cloud.KeepsRequests = false;
        databases = new(options.Folder);
    }

    private static IReadOnlyList<string> AtCloud { get; } = [.. Enumerable.Range(0, SessionsAtCloud).Select(number => $"cloud-{number}")];

    /// <returns>The exit code: 1 if a bar is missed.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var options = ReplicasOptions.Parse(arguments);
        Machine.Describe(output);
        await using var benchmark = new ReplicasBenchmark(options, await FakeLlamaCloud.StartAsync(), output);
        await benchmark.MeasureAsync();
        return benchmark.table.AllMet ? 0 : 1;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in replicas)
            await replica.DisposeAsync();
        await databases.EndAsync();
        await cloud.DisposeAsync();
        Directory.Delete(options.Folder, recursive: true);
    }

    private async Task MeasureAsync()
    {
        foreach (var (number, id) in AtCloud.Index())
            cloud.Add(MadeSession.Json(id, 50 + number * 20));
        place = await databases.BeginAsync(Imported);
        using (var archive = SessionArchive.Open(place))
        {
            var made = new RemixedSessions(Material.Of(options.Sessions));
            foreach (var numbers in Enumerable.Range(0, Imported).Chunk(100))
            {
                ArchivedSession[] sessions = [.. numbers.Select(number => MadeArchives.Archived(made.Json(number)))];
                await archive.SaveAllAsync(MadeArchives.Owner, sessions, CancellationToken.None);
                known.AddRange(
                    sessions
                        .Select(one => one.Session)
                        .Where(one => one.Events.Length >= LoadCall.MostEvents)
                        .Select(one => one.Summary.SessionId)
                );
            }
        }
        await MeasureThroughputAsync();
        await StartAsync(Most, limited: false);
        await AddAnyAnswersAsync();
        await MeasureKillAsync();
        table.Write(output);
    }

    private async Task StartAsync(int count, bool limited)
    {
        foreach (var replica in replicas)
            await replica.DisposeAsync();
        replicas.Clear();
        for (var number = 0; number < count; number++)
        {
            var replica = await HttpServer.StartAsync(
                new Command(options.Server, "serve", "--http", "127.0.0.1:0", "--archive", place).With(cloud.BaseUrl)
            );
            if (limited)
                replica.Limit(CoresOfReplica);
            replicas.Add(replica);
        }
    }

    private Task<Balancer> BalanceAsync() =>
        Balancer.StartAsync(options.Example, options.Folder, replicas.Select(replica => replica.Address));

    /// <summary>What one replica answers a second, and what all do.</summary>
    private async Task MeasureThroughputAsync()
    {
        var rates = new List<double>();
        foreach (var count in (int[])[1, Most])
        {
            await StartAsync(count, limited: true);
            await using var balancer = await BalanceAsync();
            await LoadAsync(balancer.Address, BusyClients, 0, TimeSpan.FromSeconds(options.Seconds / 4), new LoadFigures());
            var (figures, database, used) = (new LoadFigures(), MadeDatabases.ProcessorTime(), Environment.CpuUsage.TotalTime);
            var started = Stopwatch.StartNew();
            await LoadAsync(balancer.Address, BusyClients, 0, TimeSpan.FromSeconds(options.Seconds / 2), figures);
            rates.Add(figures.Answered / started.Elapsed.TotalSeconds);
            output.WriteLine(
                $"{count} of {CoresOfReplica} cores each: {rates[^1]:0.0} calls a second; PostgreSQL {(MadeDatabases.ProcessorTime() - database) / started.Elapsed:0.00} cores, "
                    + $"clients {(Environment.CpuUsage.TotalTime - used) / started.Elapsed:0.00}"
            );
            figures.Write(output);
        }
        table.Add(
            $"calls a second of {Most} replicas",
            "≥ 2.7 times those of one",
            $"{rates[0]:0.0}, {rates[1]:0.0}: {rates[1] / rates[0]:0.00} times",
            rates[1] >= 2.7 * rates[0]
        );
    }

    /// <summary>Begins at one replica and goes on at another.</summary>
    private async Task AddAnyAnswersAsync()
    {
        var right = 0;
        for (var number = 0; number < Most; number++)
        {
            var (one, other) = (replicas[number], replicas[(number + 1) % Most]);
            var initialize = new LoadCall(
                "initialize",
                "initialize",
                """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"benchmark","version":"1"}}""",
                true
            );
            var begun = LoadFigures.Failure(await one.AskAsync(initialize, CancellationToken.None)) is null;
            var first = await one.AskAsync(List(""), CancellationToken.None);
            var cursor = first.GetProperty("result").GetProperty("structuredContent").GetProperty("next_cursor").GetString();
            var second = await other.AskAsync(List($"\"cursor\":\"{cursor}\","), CancellationToken.None);
            if (begun && LoadFigures.Failure(second) is null && first.GetRawText() != second.GetRawText())
                right++;
        }
        table.Add("initialize and a first page at one replica, the next page at another", "answered", $"{right} of {Most}", right == Most);

        static LoadCall List(string cursor) =>
            new("list", "tools/call", $$$"""{"name":"list_chat_sessions","arguments":{ {{{cursor}}} "limit":10}}""", true);
    }

    /// <summary>Many clients, while sessions are saved, and one replica is killed.</summary>
    private async Task MeasureKillAsync()
    {
        var figures = new LoadFigures();
        var time = TimeSpan.FromSeconds(options.Seconds);
        await using var balancer = await BalanceAsync();
        using var calls = new HttpCalls(balancer.Address);
        await CountUnreadAsync(calls);
        var saved = SaveAsync(time);
        var load = LoadAsync(balancer.Address, options.Clients, LongestThought, time, figures);
        await Task.Delay(time / 2);
        replicas[1].Kill();
        await load;
        figures.Write(output);
        figures.AddTo(table);
        using (var archive = SessionArchive.Open(place))
        {
            var (ids, lost) = (await saved, 0);
            foreach (var id in ids)
                if (await archive.FindSummaryAsync(MadeArchives.Owner, id, CancellationToken.None) is null)
                    lost++;
            table.Add("sessions that were imported under load, and are not in the archive", "0", $"{lost} of {ids.Count}", lost == 0);
        }
        cloud.Always = Faults.Status(503);
        var unread = await CountUnreadAsync(calls);
        table.Add("sessions of LlamaCloud that are not read any more when it is gone", "0", $"{unread} of {AtCloud.Count}", unread == 0);
        table.Add(
            "replicas left",
            $"{Most - 1}",
            $"{replicas.Count(replica => !replica.HasExited)}",
            replicas.Count(replica => !replica.HasExited) == Most - 1
        );
    }

    /// <summary>Reads all sessions of LlamaCloud.</summary>
    /// <returns>How many cannot be read.</returns>
    private static async Task<int> CountUnreadAsync(HttpCalls calls)
    {
        var unread = 0;
        foreach (var id in AtCloud)
        {
            var get = new LoadCall("get", "tools/call", $$$"""{"name":"get_chat_session","arguments":{"session_id":"{{{id}}}"}}""", true);
            if (LoadFigures.Failure(await calls.AskAsync(get, CancellationToken.None)) is not null)
                unread++;
        }
        return unread;
    }

    /// <summary>Imports sessions, as another process would.</summary>
    /// <returns>Those that were saved.</returns>
    private async Task<List<string>> SaveAsync(TimeSpan time)
    {
        var (ids, started) = (new List<string>(), Stopwatch.StartNew());
        using var archive = SessionArchive.Open(place);
        while (started.Elapsed < time)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"saved-{ids.Count}");
            await archive.SaveAllAsync(MadeArchives.Owner, [MadeArchives.Archived(MadeSession.Json(id, 40))], CancellationToken.None);
            ids.Add(id);
            await Task.Delay(200);
        }
        return ids;
    }

    private async Task LoadAsync(Uri address, int clients, int longestThought, TimeSpan time, LoadFigures figures)
    {
        using var end = new CancellationTokenSource(time);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => ClientAsync(new Random(seed++))));

        async Task ClientAsync(Random random)
        {
            using var calls = new HttpCalls(address);
            while (!end.IsCancellationRequested)
            {
                if (longestThought > 0)
                    await Task.Delay(random.Next(longestThought));
                var call = LoadCall.Make(random, known, ["never-there"]);
                var started = Stopwatch.GetTimestamp();
                try
                {
                    figures.Add("HAProxy", call, await calls.AskAsync(call, CancellationToken.None), Stopwatch.GetElapsedTime(started));
                }
                catch (Exception exception)
                {
                    figures.Fail(call.Name, $"{call.Parameters}: {exception.GetType().Name}: {exception.Message}");
                }
            }
        }
    }
}

/// <param name="Server">The server's program.</param>
/// <param name="Seconds">How long the load with the kill takes; the others take a part of it.</param>
/// <param name="Clients">How many clients it has.</param>
/// <param name="Folder">Takes the files of PostgreSQL; deleted at the end.</param>
/// <param name="Example">The configuration of HAProxy.</param>
/// <param name="Sessions">Files to make sessions of.</param>
internal sealed record ReplicasOptions(
    string Server,
    double Seconds,
    int Clients,
    string Folder,
    string Example,
    IReadOnlyList<string> Sessions
)
{
    public static ReplicasOptions Parse(string[] arguments)
    {
        var values = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "");
        return new(
            values["--server"],
            double.Parse(values.GetValueOrDefault("--seconds", "60"), CultureInfo.InvariantCulture),
            int.Parse(values.GetValueOrDefault("--clients", "200"), CultureInfo.InvariantCulture),
            Directory.CreateTempSubdirectory("chat-replicas-").FullName,
            values.GetValueOrDefault("--haproxy", "deploy/haproxy.cfg"),
            values.GetValueOrDefault("--sessions") is { } file ? [file] : []
        );
    }
}
