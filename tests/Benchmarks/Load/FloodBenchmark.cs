using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Benchmarks.Archive;
using ChatSessions;

namespace Benchmarks.Load;

/// <summary>What a caller waits who asks at a human's pace, while another caller asks as much as it can.</summary>
internal static class FloodBenchmark
{
    private const int Sessions = 200;
    private const int Flooding = 64;
    private const int Rounds = 3;
    private const int Seed = 1;

    /// <summary>Between two calls, in milliseconds: who asks ten times a second comes to the limit.</summary>
    private const int Thought = 120;

    private static readonly string[] Callers = ["ann", "bob"];

    /// <returns>The exit code: 1 if the bar is missed.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var options = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "");
        var server = options.GetValueOrDefault("--server", Path.Combine(AppContext.BaseDirectory, "chat-mcp-server.dll"));
        var seconds = double.Parse(options.GetValueOrDefault("--seconds", "20"), CultureInfo.InvariantCulture);
        Machine.Describe(output);
        var folder = Directory.CreateTempSubdirectory("chat-flood-").FullName;
        try
        {
            return await MeasureAsync(server, folder, TimeSpan.FromSeconds(seconds), output) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> MeasureAsync(string server, string folder, TimeSpan time, TextWriter output)
    {
        var (archive, tokens) = (Path.Combine(folder, "archive.db"), Path.Combine(folder, "tokens.json"));
        var ids = Ids;
        foreach (var caller in Callers)
            using (var made = SessionArchive.Open(archive))
                await made.SaveAllAsync(
                    $"token:{caller}",
                    [.. ids.Select((id, number) => MadeArchives.Archived(MadeSession.Json(id, 30 + number)))],
                    CancellationToken.None
                );
        var (ann, bob) = (await AddAsync(server, tokens, Callers[0]), await AddAsync(server, tokens, Callers[1]));
        // The clients have the first processor, and the server has the others.
        using (var bound = new Command("taskset", "-a", "-c", "-p", "0", $"{Environment.ProcessId}").Start())
            await bound.WaitForExitAsync();
        var others = $"1-{Environment.ProcessorCount - 1}";
        await using var http = await HttpServer.StartAsync(
            new Command(
                "taskset",
                "-c",
                others,
                server,
                "serve",
                "--http",
                "127.0.0.1:0",
                "--archive",
                archive,
                "--auth",
                $"tokens:{tokens}"
            )
        );
        await AskAsync(http.Address, ann, ids, time / 4, new());
        var (alone, during, said) = (new List<double>(), new List<double>(), new List<string>());
        for (var round = 0; round < Rounds; round++)
        {
            await AskAsync(http.Address, ann, ids, time / Rounds, alone);
            // At a low priority, since the flood comes from another machine, which would not take this one's processor.
            var flood = Command.Self("flooding", http.Address.AbsoluteUri, bob);
            using var flooding = new Command("nice", ["-n", "19", flood.File, .. flood.Arguments]).Start();
            await flooding.StandardOutput.ReadLineAsync();
            await AskAsync(http.Address, ann, ids, time / Rounds, during);
            flooding.StandardInput.Close();
            said.Add(await flooding.StandardOutput.ReadToEndAsync());
            await flooding.WaitForExitAsync();
        }
        var table = new BarTable();
        var (quiet, flooded) = (new Times(alone), new Times(during));
        output.WriteLine($"The other caller, in each round: {string.Join("; ", said.Select(line => line.Trim()))}");
        table.Add("calls", "", $"{alone.Count:N0} alone, {during.Count:N0} during the flood");
        table.Add("p50", "", $"{quiet.Median:0.0}, {flooded.Median:0.0} ms: {flooded.Median / quiet.Median:0.00} times");
        table.Add(
            "p95",
            "at most twice",
            $"{quiet.P95:0.0}, {flooded.P95:0.0} ms: {flooded.P95 / quiet.P95:0.00} times",
            flooded.P95 <= 2 * quiet.P95
        );
        table.Write(output);
        return table.AllMet;
    }

    /// <summary>Asks as much as it can from many connections, until its input ends. Says when it begins, and what became of it.</summary>
    public static async Task FloodAsync(string address, string token, TextReader input, TextWriter output)
    {
        var counts = new ConcurrentDictionary<string, int>();
        using var end = new CancellationTokenSource();
        var flooding = Task.WhenAll(
            Enumerable.Range(0, Flooding).Select(number => FloodAsync(new Uri(address), token, Ids, new Random(number), counts, end.Token))
        );
        while (counts.IsEmpty)
            await Task.Delay(10);
        await output.WriteLineAsync("begun");
        await input.ReadToEndAsync();
        await end.CancelAsync();
        await flooding;
        await output.WriteLineAsync(string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Value:N0} {count.Key}")));
    }

    private static List<string> Ids { get; } = [.. Enumerable.Range(0, Sessions).Select(number => $"ses-{number}")];

    /// <summary>Asks one call after the other, always the same ones.</summary>
    private static async Task AskAsync(Uri address, string token, IReadOnlyList<string> ids, TimeSpan time, List<double> times)
    {
        using var calls = new HttpCalls(address, token);
        var (random, begun) = (new Random(Seed), Stopwatch.StartNew());
        while (begun.Elapsed < time)
        {
            var call = LoadCall.Make(random, ids, ["never-there"]);
            var started = Stopwatch.GetTimestamp();
            var failure = LoadFigures.Failure(await calls.AskAsync(call, CancellationToken.None));
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (failure is not null && call.MustSucceed)
                throw new InvalidDataException($"{call.Parameters}: {failure}");
            await Task.Delay(Thought);
        }
    }

    private static async Task FloodAsync(
        Uri address,
        string token,
        IReadOnlyList<string> ids,
        Random random,
        ConcurrentDictionary<string, int> counts,
        CancellationToken end
    )
    {
        using var calls = new HttpCalls(address, token);
        while (!end.IsCancellationRequested)
        {
            string became;
            try
            {
                await calls.AskAsync(LoadCall.Make(random, ids, ["never-there"]), CancellationToken.None);
                became = "answers";
            }
            catch (InvalidDataException exception) when (exception.Message.StartsWith("HTTP 429", StringComparison.Ordinal))
            {
                became = "refusals";
            }
            counts.AddOrUpdate(became, 1, (_, count) => count + 1);
        }
    }

    private static async Task<string> AddAsync(string server, string tokens, string caller)
    {
        using var process = new Command(server, "auth", "add", caller, "--auth-file", tokens).Start();
        var token = await process.StandardOutput.ReadLineAsync();
        await process.WaitForExitAsync();
        return token ?? throw new InvalidDataException(await process.StandardError.ReadToEndAsync());
    }
}
