using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Benchmarks;

/// <summary>
/// Many calls at once, next to a tool that returns the very same answer as a constant from the same hosts. Publish this program natively
/// where the server is native: it is the process that serves the constant.
/// </summary>
internal static class Throughput
{
    private const int CallsAtOnce = 1_000;
    private const int Clients = 50;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(string server, TextWriter output)
    {
        Machine.Describe(output);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var session = Path.Combine(folder.FullName, "ses-made.json");
            await File.WriteAllBytesAsync(session, MadeSession.Json("ses-made", 5_000, outputLength: 720));
            var answer = Path.Combine(folder.FullName, "answer.json");
            string[] sessions = ["--sessions", session];
            await SaveAnswerAsync(new Command(server, sessions), answer);
            output.WriteLine($"\nget_chat_session of 5,000 events; the result has {new FileInfo(answer).Length / 1e3:0.0} kB");

            output.WriteLine($"{"", -34}{"calls/s", 10}{"errors", 10}{"of constant", 13}");
            Command[] overStdio = [new Command(server, sessions), Command.Self("constant", answer)];
            await CompareAsync($"{CallsAtOnce:N0} at once over stdio", overStdio, AtOnceAsync, rounds: 15);
            Command[] overHttp =
            [
                new Command(server, ["serve", "--http", "127.0.0.1:0", .. sessions]),
                Command.Self("constant", answer, "--http"),
            ];
            await CompareAsync($"{Clients} clients for {Duration.TotalSeconds} s over HTTP", overHttp, OverHttpAsync, rounds: 3);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task CompareAsync(string name, Command[] commands, Func<Command, Task<(double PerSecond, int Errors)>> measure, int rounds)
        {
            var (rates, constants, errors) = (new List<double>(), new List<double>(), 0);
            for (var round = 0; round < rounds; round++)
            {
                var (rate, failed) = await measure(commands[0]);
                var (constant, _) = await measure(commands[1]);
                rates.Add(rate);
                constants.Add(constant);
                errors += failed;
            }
            var (ours, theirs) = (Machine.Median(rates), Machine.Median(constants));
            output.WriteLine($"{name, -34}{ours, 10:0}{errors, 10}{ours / theirs, 13:0.00}");
            output.WriteLine($"{"  the constant", -34}{theirs, 10:0}");
        }
    }

    private static async Task SaveAnswerAsync(Command command, string path)
    {
        var (client, _) = await StdioClient.StartAsync(command);
        using (client)
        {
            var (answer, _) = await client.CallAsync("get_chat_session", Arguments);
            using var json = JsonDocument.Parse(answer);
            await File.WriteAllTextAsync(path, json.RootElement.GetProperty("result").GetRawText());
        }
    }

    private const string Arguments = """{"session_id":"ses-made"}""";

    private static async Task<(double PerSecond, int Errors)> AtOnceAsync(Command command)
    {
        var (client, _) = await StdioClient.StartAsync(command);
        using (client)
        {
            await client.CallAsync("get_chat_session", Arguments);
            var answers = new List<string>();
            var started = Stopwatch.GetTimestamp();
            var sending = client.SendAsync(
                Enumerable.Range(2, CallsAtOnce).Select(id => StdioClient.Call(id, "get_chat_session", Arguments))
            );
            while (answers.Count < CallsAtOnce)
                answers.Add(await client.ReadAsync());
            await sending;
            var rate = CallsAtOnce / Stopwatch.GetElapsedTime(started).TotalSeconds;
            return (rate, answers.Count(answer => !StdioClient.IsAnswer(answer)));
        }
    }

    private static async Task<(double PerSecond, int Errors)> OverHttpAsync(Command command)
    {
        using var process = command.Start();
        try
        {
            var line = await process.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            var address = new Uri(line!["Listening on ".Length..]);
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients });
            var (calls, errors) = (0, new ConcurrentBag<string>());
            await CallAsync(1);
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(ClientAsync)));
            return (calls / Stopwatch.GetElapsedTime(started).TotalSeconds, errors.Count);

            async Task ClientAsync()
            {
                while (Stopwatch.GetElapsedTime(started) < Duration)
                    await CallAsync(Interlocked.Increment(ref calls));
            }

            async Task CallAsync(int id)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, address)
                {
                    Content = new StringContent(StdioClient.Call(id, "get_chat_session", Arguments), Encoding.UTF8, "application/json"),
                };
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
                using var response = await http.SendAsync(request);
                var body = await response.Content.ReadAsStringAsync();
                var data = body.Split('\n').FirstOrDefault(line => line.StartsWith("data: {", StringComparison.Ordinal));
                if (!response.IsSuccessStatusCode || data is null || !StdioClient.IsAnswer(data["data: ".Length..]))
                    errors.Add(body);
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
