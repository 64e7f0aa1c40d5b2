using System.Globalization;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using Fidelity;

namespace Benchmarks;

/// <summary>What condensed sessions still hold, computed without a model on each channel alone, next to two simple ways of cutting.</summary>
internal static class FidelityTable
{
    public static readonly int[] UsualBudgets = [1_000, 1_500, 2_500, 5_000, 10_000, 20_000];

    private static readonly string[] PerAnswer = [.. Rules.All.Where(rule => rule != Rules.Monotony)];

    /// <summary>Prints a table for each file.</summary>
    /// <param name="arguments">Files, <c>--budgets 500,1000</c>, <c>--verbose</c>, <c>--redact</c> to hide secrets too.</param>
    public static void Run(IReadOnlyList<string> arguments, TextWriter output)
    {
        var asked = Asked.Of(arguments, UsualBudgets);
        foreach (var path in asked.Files)
        {
            var sessions = SessionFiles.Read(path);
            output.WriteLine($"{Path.GetFileName(path)}: {sessions.Count} sessions");
            var measurements = Measurement.Of(sessions, asked.Budgets, Enum.GetValues<Channel>());
            Report(measurements, output);
            if (asked.IsVerbose)
                ReportFindings(measurements, output);
            if (asked.HidesSecrets)
                ReportHidden(sessions, asked, measurements, output);
        }
    }

    /// <summary>The same with secrets hidden. All that is expected is still what was recorded, so what is hidden counts as missing.</summary>
    private static void ReportHidden(List<Session> sessions, Asked asked, List<Measurement> recorded, TextWriter output)
    {
        Answer.Door = new OutgoingDoor(SecretFinder.Standard);
        try
        {
            var hidden = Measurement.Of(sessions, asked.Budgets, Enum.GetValues<Channel>());
            output.WriteLine($"the same, {sessions.Sum(session => Answer.Door.Show(session).Secrets.Values.Sum())} secrets hidden");
            Report(hidden, output);
            var falls = recorded
                .Zip(hidden)
                .SelectMany(pair =>
                    Expected
                        .Measures.Select(measure => (Name: measure, Fall: pair.First.Percent(measure) - pair.Second.Percent(measure)))
                        .Concat(PerAnswer.Select(rule => (Name: rule, Fall: pair.First.Keeping(rule) - pair.Second.Keeping(rule))))
                        .Append((Name: Rules.Monotony, Fall: pair.First.KeptByNext - pair.Second.KeptByNext))
                        .Select(one => (one.Name, one.Fall, Where: pair.First))
                );
            var (name, fall, where) = falls.MaxBy(one => one.Fall ?? 0);
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the most that a figure falls: {fall ?? 0:0.00} ({name}, {where.Budget:N0} {NameOf(where.Channel)})"
                )
            );
        }
        finally
        {
            Answer.Door = new();
        }
    }

    private static void Report(List<Measurement> measurements, TextWriter output)
    {
        output.WriteLine(
            $"{"budget", 7}        "
                + $"{Cells(Expected.Measures, name => name)} |{Cell("markers", 8)}{Cells(PerAnswer, name => name)}{Cell(Rules.Monotony, 7)} |"
                + $"{"size", 7}{"chars", 8}"
        );
        foreach (var measurement in measurements)
            output.WriteLine(
                $"{measurement.Budget, 7:N0} {NameOf(measurement.Channel), -7}"
                    + Cells(Expected.Measures, measure => Rounded(measurement.Percent(measure)))
                    + $" |{Cell(Rounded(measurement.Markers), 8)}"
                    + Cells(PerAnswer, rule => Rounded(measurement.Keeping(rule)))
                    + Cell(Rounded(measurement.KeptByNext), 7)
                    + $" |{Cell(Rounded(measurement.Size), 7)}{measurement.Characters, 8:N0}"
            );
    }

    private static void ReportFindings(List<Measurement> measurements, TextWriter output)
    {
        foreach (var measurement in measurements)
        foreach (var (name, findings) in measurement.Faults.Append(new("missing", measurement.Missing)))
        foreach (var finding in findings)
            output.WriteLine($"{name}: {finding}");
    }

    public static string NameOf(Channel channel) =>
        channel switch
        {
            Channel.Text => "T",
            Channel.Json => "S",
            Channel.Ends => "ends",
            _ => "strings",
        };

    /// <summary>What is not quite 100 never reads so.</summary>
    private static string Rounded(double? percent) =>
        percent is { } figure ? $"{(figure < 100 ? Math.Min(99.9, figure) : figure):0.0}" : "–";

    private static string Cells(IEnumerable<string> names, Func<string, string> cell) =>
        string.Concat(names.Select(name => Cell(cell(name), Math.Max(7, name.Length + 1))));

    private static string Cell(string text, int width) => text.PadLeft(width);
}

/// <summary>The arguments of a benchmark about sessions and budgets.</summary>
internal sealed record Asked(IReadOnlyList<string> Files, int[] Budgets, bool IsVerbose, bool HasFocus = false, bool HidesSecrets = false)
{
    public static Asked Of(IReadOnlyList<string> arguments, int[] usualBudgets)
    {
        var asked = new Asked([], usualBudgets, false);
        for (var index = 0; index < arguments.Count; index++)
            asked = arguments[index] switch
            {
                "--budgets" => asked with { Budgets = Numbers(arguments[++index]) },
                "--verbose" => asked with { IsVerbose = true },
                "--redact" => asked with { HidesSecrets = true },
                "--focus" => asked with { HasFocus = true },
                "--sessions" => asked,
                var file => asked with { Files = [.. asked.Files, file] },
            };
        return asked;
    }

    private static int[] Numbers(string list) => [.. list.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
