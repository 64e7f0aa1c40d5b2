namespace Benchmarks;

/// <summary>What a user waits for: from starting a server to its reply to <c>initialize</c>, next to the vendor's, one after the other in turns.</summary>
internal static class ColdStart
{
    private const int Runs = 31;

    public static async Task RunAsync(string server, string vendor, TextWriter output)
    {
        Machine.Describe(output);
        var nowhere = new Uri("http://127.0.0.1:9");
        (string Name, Command Command)[] programs =
        [
            ("chat-mcp-server", new Command(server).With(nowhere)),
            ("chat-mcp-server, samples", new Command(server)),
            ("llama-cloud-mcp", Command.Vendor(vendor).With(nowhere)),
        ];
        var times = programs.Select(_ => new List<double>()).ToArray();
        var memory = programs.Select(_ => new List<double>()).ToArray();
        for (var run = 0; run <= Runs; run++)
        for (var index = 0; index < programs.Length; index++)
        {
            var (process, took) = await StdioClient.StartAsync(programs[index].Command);
            using (process)
            {
                // The first run fills the disk's cache.
                if (run == 0)
                    continue;
                times[index].Add(took);
                memory[index].Add(Machine.Resident(process.ProcessId) / 1e6);
            }
        }
        output.WriteLine($"\n{Runs} starts each, in turns: {new FileInfo(server).Length / 1e6:0.0} MB of file");
        output.WriteLine($"{"", -26}{"median ms", 10}{"fastest", 10}{"slowest", 10}{"of vendor", 11}{"MB", 8}{"of vendor", 11}");
        for (var index = 0; index < programs.Length; index++)
        {
            var (time, size) = (Machine.Median(times[index]), Machine.Median(memory[index]));
            output.WriteLine(
                $"{programs[index].Name, -26}{time, 10:0.0}{times[index].Min(), 10:0.0}{times[index].Max(), 10:0.0}"
                    + $"{time / Machine.Median(times[^1]), 11:0.000}{size, 8:0.0}{size / Machine.Median(memory[^1]), 11:0.000}"
            );
        }
    }
}
