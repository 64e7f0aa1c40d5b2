using System.Collections.Concurrent;
using System.Diagnostics;
using Benchmarks.Archive;
using Fuzzing.Server;

namespace Benchmarks.Load;

/// <summary>
/// Mixed load with faults: clients over HTTP and over stdio ask for everything that there is, leave, cancel and send odd arguments, while LlamaCloud
/// fails at times, files change, and imports run. What must succeed does, and nothing is left over in the servers.
/// </summary>
internal static class LoadBenchmark
{
    private const int ClientsOverHttp = 6;
    private const int ClientsOverStdio = 4;
    private const int MostShown = 20;

    /// <summary>How much more memory a server may use at the end than at the first pause.</summary>
    private const double MostGrowth = 1.15;

    /// <summary>Between two calls of a client, in milliseconds.</summary>
    private const int LongestThought = 300;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LatestFirstPause = TimeSpan.FromMinutes(5);

    /// <summary>A server that is asked nothing gives memory back after 3, 34 and 65 seconds: the shared array pool frees its arrays last.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(72);

    /// <summary>The first time is over.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(8);

    /// <summary>What is kept open for the next call is closed after a while without one.</summary>
    private static readonly TimeSpan UntilClosed = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan ChildPatience = TimeSpan.FromSeconds(60);

    /// <returns>The exit code: 1 if a bar is missed.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var options = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "");
        var minutes = double.Parse(options.GetValueOrDefault("--minutes", "3"), System.Globalization.CultureInfo.InvariantCulture);
        var seed = int.Parse(options.GetValueOrDefault("--seed", "1"), System.Globalization.CultureInfo.InvariantCulture);
        var server = options.GetValueOrDefault("--server", Path.Combine(AppContext.BaseDirectory, "chat-mcp-server.dll"));
        Machine.Describe(output);
        output.WriteLine($"{minutes} minutes of load, seed {seed}, {server}");
        await using var world = await LoadedWorld.StartAsync(seed);
        await using var http = await HttpServer.StartAsync(
            world.Server(server, "serve", "--http", "127.0.0.1:0", "--agents", "claude-code")
        );
        await using var stdio = await StdioServer.StartAsync(world.Server(server, "serve", "--agents", "claude-code"));
        var run = new Run(world, server, http, stdio, seed, output);
        await run.PrepareAsync();
        return await run.MeasureAsync(TimeSpan.FromMinutes(minutes)) ? 0 : 1;
    }

    private sealed class Run(LoadedWorld world, string server, HttpServer http, StdioServer stdio, int seed, TextWriter output)
    {
        private readonly LoadedServer[] servers = [http, stdio];
        private readonly LoadFigures figures = new();
        private readonly BarTable table = new();

        /// <summary>Reads everything once, so that the archive has a copy of what LlamaCloud has, and the transcripts are imported.</summary>
        public async Task PrepareAsync()
        {
            foreach (var one in servers)
            foreach (var id in world.Known)
                for (var tries = 0; ; tries++)
                {
                    var answer = await one.AskAsync(
                        new(
                            "get_chat_session",
                            "tools/call",
                            $$$"""{"name":"get_chat_session","arguments":{"session_id":"{{{id}}}"}}""",
                            true
                        ),
                        CancellationToken.None
                    );
                    if (LoadFigures.Failure(answer) is not { } failure)
                        break;
                    if (tries == 50)
                        throw new InvalidDataException($"{id} cannot be read over {one.Name}: {failure}");
                    await Task.Delay(200);
                }
            // Copies are saved after the answer.
            await Task.Delay(TimeSpan.FromSeconds(3));
        }

        public async Task<bool> MeasureAsync(TimeSpan time)
        {
            await LoadAsync(WarmUp, part: 0);
            var start = await RestAsync();
            Show(TimeSpan.Zero, start);
            var between = TimeSpan.FromTicks(Math.Min(LatestFirstPause.Ticks, time.Ticks / 4));
            var (early, before, late, after) = (default(double[]), start, default(double[]), start);
            for (var (part, done) = (1, TimeSpan.Zero); done < time; part++)
            {
                var next = part == 1 ? between : TimeSpan.FromTicks(Math.Min(2 * between.Ticks, (time - done).Ticks));
                late = await LoadAsync(next, part);
                done += next;
                after = await RestAsync();
                Show(done, after);
                if (part == 1)
                    (early, before) = (late, after);
            }
            foreach (var one in servers)
                one.Leave();
            for (var number = 0; number < servers.Length; number++)
            {
                var name = servers[number].Name;
                AddMemory($"memory over {name}, at rest", before[number].Memory, after[number].Memory);
                AddMemory($"memory over {name}, under load", early![number], late![number]);
            }
            await AddOpenAsync(start);
            await AddStopsAsync();
            figures.AddTo(table);
            figures.Write(output);
            table.Write(output);
            return table.AllMet;
        }

        /// <summary>Shows what is in use at a rest.</summary>
        private void Show(TimeSpan after, (long Memory, int Descriptors, int Threads)[] used) =>
            output.WriteLine(
                $"At rest after {after.TotalMinutes:0.0} minutes: "
                    + string.Join(
                        "; ",
                        servers.Zip(
                            used,
                            (one, now) => $"{one.Name} {now.Memory / 1e6:0} MB, {now.Descriptors} descriptors, {now.Threads} threads"
                        )
                    )
                    + $"; archive {world.ArchiveBytes / 1e6:0.0} MB"
            );

        private void AddMemory(string what, double before, double after) =>
            table.Add(
                what,
                $"at most {MostGrowth - 1:0 %} more",
                $"{before / 1e6:0} MB, {after / 1e6:0} MB at the end: {after / before - 1:+0 %;-0 %}",
                after <= before * MostGrowth
            );

        /// <summary>Waits until no more is open than at the start.</summary>
        private async Task AddOpenAsync((long Memory, int Descriptors, int Threads)[] start)
        {
            var waited = Stopwatch.StartNew();
            while (waited.Elapsed < UntilClosed && !IsAsAtStart())
                await Task.Delay(TimeSpan.FromSeconds(5));
            for (var number = 0; number < servers.Length; number++)
            {
                var (one, (_, descriptors, threads)) = (servers[number], start[number]);
                table.Add(
                    $"file descriptors over {one.Name}",
                    "as many as at the start",
                    $"{descriptors}, {one.Descriptors} after {waited.Elapsed.TotalSeconds:0} s of rest",
                    one.Descriptors <= descriptors
                );
                if (one.Descriptors > descriptors)
                    output.WriteLine($"Open over {one.Name}: {string.Join(", ", one.Opened)}");
                table.Add($"threads over {one.Name}", "as many as at the start", $"{threads}, {one.Threads}", one.Threads <= threads);
            }

            bool IsAsAtStart() =>
                servers
                    .Index()
                    .All(one => one.Item.Descriptors <= start[one.Index].Descriptors && one.Item.Threads <= start[one.Index].Threads);
        }

        private async Task AddStopsAsync()
        {
            foreach (var one in servers)
            {
                foreach (var line in one.Log.Where(line => line.Contains("nexpected", StringComparison.Ordinal)).Take(MostShown))
                    figures.Fail($"log of {one.Name}", line);
                var alive = !one.HasExited;
                var code = await one.StopAsync();
                table.Add($"end over {one.Name}", "when asked, with 0", alive ? $"with {code}" : "by itself", alive && code == 0);
            }
        }

        /// <summary>Load for a while.</summary>
        /// <returns>The memory of the servers in the last quarter, in the median.</returns>
        private async Task<double[]> LoadAsync(TimeSpan time, int part)
        {
            using var end = new CancellationTokenSource(time);
            var memory = new ConcurrentBag<(TimeSpan At, long Http, long Stdio)>();
            var started = Stopwatch.StartNew();
            var number = part * 1_000 + seed * 10_000;
            Random Random() => new(number++);
            List<Task> all =
            [
                .. Enumerable.Range(0, ClientsOverHttp).Select(_ => ClientAsync(http, Random(), end.Token)),
                .. Enumerable.Range(0, ClientsOverStdio).Select(_ => ClientAsync(stdio, Random(), end.Token)),
                .. servers.Select(one => FollowerAsync(one, Random(), end.Token)),
                PosterAsync(Random(), end.Token),
                RepeatAsync(Random(), 400, world.ChangeAsync, end.Token),
                RepeatAsync(Random(), 2_000, random => world.FailAsync(random, end.Token), end.Token),
                RepeatAsync(Random(), 40_000, _ => ImportAsync(), end.Token),
                RepeatAsync(Random(), 40_000, VisitAsync, end.Token),
                RepeatAsync(
                    Random(),
                    2_000,
                    _ =>
                    {
                        memory.Add((started.Elapsed, http.Memory, stdio.Memory));
                        return Task.CompletedTask;
                    },
                    end.Token
                ),
            ];
            await Task.WhenAll(all);
            var last = memory.Where(sample => sample.At > time * 0.75).ToList();
            return
            [
                Machine.Median(last.Select(sample => (double)sample.Http)),
                Machine.Median(last.Select(sample => (double)sample.Stdio)),
            ];
        }

        private async Task<(long Memory, int Descriptors, int Threads)[]> RestAsync()
        {
            await Task.Delay(ShortPause);
            output.WriteLine(
                $"{ShortPause.TotalSeconds:0} s after the load: {string.Join(", ", servers.Select(one => $"{one.Name} {one.Memory / 1e6:0} MB"))}"
            );
            await Task.Delay(Pause - ShortPause);
            return [.. servers.Select(one => (one.Memory, one.Descriptors, one.Threads))];
        }

        /// <summary>Does something again and again.</summary>
        /// <param name="longest">The longest time between, in milliseconds.</param>
        private async Task RepeatAsync(Random random, int longest, Func<Random, Task> act, CancellationToken end)
        {
            try
            {
                while (!end.IsCancellationRequested)
                {
                    await Task.Delay(random.Next(longest), end);
                    await act(random);
                }
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The time is up.
            }
            catch (Exception exception)
            {
                figures.Fail("the benchmark", exception.ToString());
            }
        }

        private Task ClientAsync(LoadedServer one, Random random, CancellationToken end) =>
            RepeatAsync(random, LongestThought, _ => CallAsync(one, LoadCall.Make(random, world.Known, world.Passing), random), end);

        private async Task CallAsync(LoadedServer one, LoadCall call, Random random)
        {
            using var leave = new CancellationTokenSource();
            var leaves = random.Next(20) == 0;
            if (leaves)
                leave.CancelAfter(random.Next(100));
            var started = Stopwatch.GetTimestamp();
            try
            {
                var answer = await one.AskAsync(call, leave.Token);
                figures.Add(one.Name, call, answer, Stopwatch.GetElapsedTime(started));
            }
            catch (OperationCanceledException) when (leave.IsCancellationRequested)
            {
                figures.Left();
            }
            catch (Exception exception)
            {
                figures.Fail($"{call.Name} over {one.Name}", $"{call.Parameters}: {exception.GetType().Name}: {exception.Message}");
            }
        }

        private Task FollowerAsync(LoadedServer one, Random random, CancellationToken end) =>
            RepeatAsync(
                random,
                1_000,
                async _ =>
                {
                    var session = world.Known[random.Next(world.Known.Count)];
                    if (await one.FollowAsync(session, TimeSpan.FromMilliseconds(random.Next(8_000))))
                        figures.Followed();
                    else
                        figures.Fail($"subscription over {one.Name}", session);
                },
                end
            );

        /// <summary>Sends bytes that are no message.</summary>
        private Task PosterAsync(Random random, CancellationToken end)
        {
            var frames = new FramesTarget();
            return RepeatAsync(
                random,
                1_000,
                async _ =>
                {
                    var frame = frames.Make(random);
                    if (await http.PostAsync(frame) is var status and >= 500)
                        figures.Fail($"a frame over HTTP: {status}", Convert.ToBase64String(frame));
                },
                end
            );
        }

        private async Task ImportAsync()
        {
            using var process = world.Import(server).Start();
            var text = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (await EndOfAsync(process) is var code and not 0)
                figures.Fail($"an import: exit code {code}", await text + await errors);
            else
                figures.Imported();
        }

        /// <summary>A server of its own for a client that closes its input while calls run.</summary>
        private async Task VisitAsync(Random random)
        {
            await using var visited = await StdioServer.StartAsync(world.Server(server, "serve"));
            await visited.LeaveAmidAsync(
                Enumerable.Range(0, 5).Select(_ => LoadCall.Make(random, world.Known, world.Passing)),
                TimeSpan.FromMilliseconds(random.Next(300))
            );
            if (await visited.StopAsync() is var code and not 0)
                figures.Fail($"a client that left: exit code {code}", string.Join('\n', visited.Log));
            else
                figures.Visited();
        }

        private static async Task<int?> EndOfAsync(Process process)
        {
            try
            {
                await process.WaitForExitAsync().WaitAsync(ChildPatience);
                return process.ExitCode;
            }
            catch (TimeoutException)
            {
                process.Kill();
                return null;
            }
        }
    }
}
