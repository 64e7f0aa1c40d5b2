using ChatSessions.Tests.Sources.LlamaCloud;

namespace Benchmarks;

/// <summary>
/// One question after the other about sessions of 5,000 events, through the server's standard input and output, from a LlamaCloud on
/// loopback: cold is a session that was never asked for, warm one that was and has not changed. Requests are counted.
/// </summary>
internal static class Calls
{
    private const int Events = 5_000;
    private const int Runs = 40;
    private const int WarmUps = 5;

    public static async Task RunAsync(string server, TextWriter output)
    {
        Machine.Describe(output);
        await using var cloud = await FakeLlamaCloud.StartAsync();
        var bytes = 0;
        for (var number = 0; number < Runs + WarmUps; number++)
        {
            var json = MadeSession.Json($"ses-{number}", Events, outputLength: 720);
            bytes = json.Length;
            cloud.Add(json);
        }
        var (client, _) = await StdioClient.StartAsync(new Command(server).With(cloud.BaseUrl));
        using (client)
        {
            output.WriteLine($"\nsessions of {Events:N0} events, {bytes / 1e6:0.0} MB; {Runs} calls each, one after the other");
            output.WriteLine($"{"", -34}{"median ms", 10}{"fastest", 10}{"slowest", 10}{"downloads", 11}{"summaries", 11}");
            await MeasureAsync("get_chat_session, cold", "get_chat_session", number => Session(number));
            await MeasureAsync("get_chat_session, warm", "get_chat_session", _ => Session(0));
            await MeasureAsync(
                "get_chat_session, warm, new question",
                "get_chat_session",
                number => $$"""{"session_id":"ses-0","max_tokens":{{4_000 + number}}}"""
            );
            await MeasureAsync("read_chat_events, warm", "read_chat_events", _ => """{"session_id":"ses-0","events":"2001-2009"}""");
            output.WriteLine($"\nresident after {Runs + WarmUps} sessions: {Machine.Resident(client.ProcessId) / 1e6:0} MB");
        }

        static string Session(int number) => $$"""{"session_id":"ses-{{number}}"}""";

        async Task MeasureAsync(string name, string tool, Func<int, string> arguments)
        {
            for (var number = Runs; number < Runs + WarmUps; number++)
                await client.CallAsync(tool, arguments(number));
            var before = cloud.Requests.Count;
            var times = new List<double>();
            for (var number = 0; number < Runs; number++)
                times.Add((await client.CallAsync(tool, arguments(number))).Milliseconds);
            var requests = cloud.Requests.Skip(before).ToList();
            var summaries = requests.Count(request => request.Path.EndsWith("/summary", StringComparison.Ordinal));
            output.WriteLine(
                $"{name, -34}{Machine.Median(times), 10:0.0}{times.Min(), 10:0.0}{times.Max(), 10:0.0}{requests.Count - summaries, 11}{summaries, 11}"
            );
        }
    }
}
