using System.Globalization;
using ChatSessions.Condensing;
using ChatSessions.Json;
using Fidelity;

namespace Benchmarks;

/// <summary>What condensed sessions still hold, computed without a model on each channel alone, and what condensing takes.</summary>
internal static class FidelityTable
{
    private const int LongSession = 100_000;

    private static readonly int[] UsualBudgets = [2_500, 5_000, 10_000, 20_000];

    /// <summary>Measured besides, since what must never be is looked for at every budget.</summary>
    private static readonly int[] OtherBudgets = [CondenseOptions.SmallestMaxTokens, 1_000, CondenseOptions.LargestMaxTokens];

    /// <summary>Prints a table for each file.</summary>
    /// <param name="arguments">Files, <c>--budgets 500,1000</c>, <c>--verbose</c>.</param>
    public static void Run(IReadOnlyList<string> arguments, TextWriter output)
    {
        var paths = new List<string>();
        var (budgets, isVerbose) = (UsualBudgets, false);
        for (var index = 0; index < arguments.Count; index++)
        {
            if (arguments[index] == "--budgets")
                budgets = [.. arguments[++index].Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            else if (arguments[index] == "--verbose")
                isVerbose = true;
            else
                paths.Add(arguments[index]);
        }
        foreach (var path in paths)
        {
            var sessions = SessionFiles.Read(path);
            var measurements = Measurement.Of(sessions, budgets.Union(OtherBudgets));
            output.WriteLine($"{Path.GetFileName(path)}: {sessions.Count} sessions");
            Report(measurements, CondensingSpeed.Of(sessions, budgets), output);
            if (isVerbose)
                ReportFindings(measurements, output);
        }
        output.WriteLine($"condensing {LongSession:N0} events, made up");
        var made = SessionJson.Read(MadeSession.Json("ses-made", LongSession), "a made session");
        foreach (var ((budget, form), speed) in CondensingSpeed.Of([made], budgets))
            output.WriteLine($"{budget, 7:N0} {ChannelOf(form)}{speed.Milliseconds, 7:0.0} ms  {speed.Ratio:0.00} of JsonDocument.Parse");
    }

    private static void Report(List<Measurement> measurements, Dictionary<(int, CondensedForm), CondensingSpeed> speeds, TextWriter output)
    {
        var faults = measurements[0].Faults.Keys;
        output.WriteLine(
            $"{"budget", 9}{Cells(Expected.Measures, 7)} |{Cells(faults, 8)}{"markers", 9} |{"size", 6}{"chars", 8}{"ms", 6}{"/parse", 7}"
        );
        foreach (var measurement in measurements)
        {
            var isAsked = speeds.TryGetValue((measurement.Budget, measurement.Form), out var speed);
            if (!isAsked && measurement.Faults.Values.All(findings => findings.Count == 0))
                continue;
            output.WriteLine(
                $"{measurement.Budget, 7:N0} {ChannelOf(measurement.Form)}"
                    + Cells(Expected.Measures.Select(measure => Rounded(measurement.Percent(measure))), 7)
                    + $" |{Cells(measurement.Faults.Values.Select(findings => $"{findings.Count:N0}"), 8)}{measurement.Markers, 9:N0}"
                    + $" |{measurement.Size, 6:0.0}{measurement.Characters, 8:N0}{(isAsked ? $"{speed.Milliseconds, 6:0.0}{speed.Ratio, 7:0.0}" : "")}"
            );
        }
    }

    private static void ReportFindings(List<Measurement> measurements, TextWriter output)
    {
        foreach (var measurement in measurements)
        foreach (var (name, findings) in measurement.Faults.Append(new("missing", measurement.Missing)))
        foreach (var finding in findings)
            output.WriteLine($"{name}: {finding}");
    }

    private static string ChannelOf(CondensedForm form) => form == CondensedForm.Text ? "T" : "S";

    /// <summary>What is not quite 100 never reads so.</summary>
    private static string Rounded(double? percent) => percent is { } figure ? $"{Math.Floor(figure * 10) / 10:0.0}" : "–";

    private static string Cells(IEnumerable<string> cells, int width) => string.Concat(cells.Select(cell => cell.PadLeft(width)));
}
