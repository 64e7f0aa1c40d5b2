using System.Diagnostics;
using Fuzzing;
using Fuzzing.Server;

namespace Benchmarks;

/// <summary>Runs the targets of the fuzz tests with as many inputs as there is time for.</summary>
internal static class FuzzCommand
{
    /// <summary>Every input takes milliseconds. One that is still running after this is named, and the run goes on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly FuzzTarget[] Targets =
    [
        new SessionTarget(),
        new ImportTarget(),
        new DatabaseTarget(),
        new SecretsTarget(),
        new DoorTarget(),
        new WordsTarget(),
        new ArchiveTarget(),
        new RequestsTarget(),
        new AddressesTarget(),
        new FramesTarget(),
    ];

    /// <returns>The exit code: 1 if an input failed.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var options = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "");
        var name = options.GetValueOrDefault("--target", "all");
        var inputs = int.Parse(options.GetValueOrDefault("--inputs", "10000"));
        var seed = int.Parse(options.GetValueOrDefault("--seed", "1"));
        var targets = Array.FindAll(Targets, target => name == "all" || target.Name == name);
        if (targets.Length == 0)
        {
            output.WriteLine($"Unknown target '{name}'. Use all or one of {string.Join(", ", Targets.Select(target => target.Name))}.");
            return 1;
        }
        var failed = 0;
        foreach (var target in targets)
            await using (target)
                failed += await RunAsync(target, inputs, seed, output);
        return failed > 0 ? 1 : 0;
    }

    private static async Task<int> RunAsync(FuzzTarget target, int inputs, int first, TextWriter output)
    {
        var (watch, running, failed) = (Stopwatch.StartNew(), first, 0);
        using var timer = new Timer(_ => Report());
        for (var seed = first; seed < first + inputs; seed = running + 1)
            try
            {
                await Fuzz.RunAsync(target, first + inputs - seed, seed, Begin);
                break;
            }
            catch (FuzzFailure failure)
            {
                failed++;
                output.WriteLine(failure);
            }
        output.WriteLine($"{target.Name}: {inputs:N0} inputs, {failed:N0} failed, {inputs / watch.Elapsed.TotalSeconds:N0} a second");
        return failed;

        void Begin(int seed)
        {
            running = seed;
            timer.Change(Patience, Timeout.InfiniteTimeSpan);
        }

        void Report() => output.WriteLine($"{target.Name}: the input of seed {running} has been running for {Patience.TotalSeconds:N0} s.");
    }
}
