using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Benchmarks;

/// <summary>What the figures were taken on, and with what.</summary>
internal static class Machine
{
    public static string RuntimeKind => RuntimeFeature.IsDynamicCodeCompiled ? "JIT" : "native";

    public static void Describe(TextWriter output) =>
        output.WriteLine(
            $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription.Split('#')[0].Trim()}, {RuntimeInformation.ProcessArchitecture}; "
                + $"{RuntimeInformation.FrameworkDescription}, this program {RuntimeKind}"
        );

    /// <summary>The resident memory of a process in bytes, now or at its peak.</summary>
    public static long Resident(int process, bool atPeak = false) =>
        File.ReadLines($"/proc/{process}/status")
            .First(line => line.StartsWith(atPeak ? "VmHWM:" : "VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            is [_, var kilobytes, ..]
            ? long.Parse(kilobytes, System.Globalization.CultureInfo.InvariantCulture) * 1024
            : 0;

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The milliseconds that something takes.</summary>
    public static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
