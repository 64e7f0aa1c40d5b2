using System.Text.Json;
using ChatSessions.Condensing;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace Benchmarks;

/// <summary>A session's bytes to an answer, in process: how long next to <see cref="JsonDocument.Parse(ReadOnlyMemory{byte}, JsonDocumentOptions)"/> of the same bytes, and how much memory.</summary>
internal static class MemoryBenchmark
{
    private const int Runs = 15;

    public static void Run(int events, TextWriter output)
    {
        Machine.Describe(output);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, MadeSession.Json("ses-made", events));
            ReportTimes(File.ReadAllBytes(path), events, output);
            ReportPeak(path, output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>What the process that measures its memory does: it has made no session itself, whose garbage would count.</summary>
    public static void AnswerOnce(string path, TextWriter output)
    {
        Answer(MadeSession.Json("ses-small", 100));
        var before = Machine.Resident(Environment.ProcessId);
        var bytes = File.ReadAllBytes(path);
        Answer(bytes);
        output.WriteLine($"{bytes.Length} {before} {Machine.Resident(Environment.ProcessId, atPeak: true)}");
    }

    private static void ReportTimes(byte[] json, int events, TextWriter output)
    {
        string[] names =
        [
            "JsonDocument.Parse",
            "SessionJson.Read",
            "steps and turns",
            "outcomes of calls",
            "condensing, twice",
            "bytes to answer",
        ];
        var times = names.Select(_ => new List<double>()).ToArray();
        for (var run = 0; run <= Runs; run++)
        {
            GC.Collect();
            double parse = Machine.Time(() => JsonDocument.Parse(json).Dispose());
            GC.Collect();
            Session session = null!;
            double[] row =
            [
                parse,
                Machine.Time(() => session = SessionJson.Read(json, "made")),
                Machine.Time(() => _ = session.Steps.Length + session.Turns.Length),
                Machine.Time(() => _ = session.ToolUses.Count(use => use.Outcome.IsFailure)),
                Machine.Time(() => Condense(session)),
            ];
            // The first run warms up.
            if (run > 0)
                for (var index = 0; index < names.Length; index++)
                    times[index].Add(index < row.Length ? row[index] : row[1..].Sum());
        }
        output.WriteLine($"\n{events:N0} events, {json.Length / 1e6:0.0} MB: median of {Runs} runs");
        for (var index = 0; index < names.Length; index++)
            output.WriteLine(
                $"{names[index], -20}{Machine.Median(times[index]), 9:0.0} ms  {Machine.Median(times[index]) / Machine.Median(times[0]), 5:0.00} of Parse"
            );
    }

    private static void ReportPeak(string path, TextWriter output)
    {
        using var process = Command.Self("memory", "--answer-once", path).Start();
        var line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var figures = line.Split(' ').Select(double.Parse).ToArray();
        var (bytes, before, peak) = (figures[0], figures[1], figures[2]);
        output.WriteLine($"\n{"peak memory", -20}{peak / 1e6, 9:0.0} MB  {peak / bytes, 5:0.00} of the bytes");
        output.WriteLine($"{"without the runtime", -20}{(peak - before) / 1e6, 9:0.0} MB  {(peak - before) / bytes, 5:0.00} of the bytes");
    }

    private static void Answer(byte[] json) => Condense(SessionJson.Read(json, "made"));

    /// <summary>Both channels of an answer.</summary>
    private static void Condense(Session session)
    {
        var (text, json) = new Condenser(new OutgoingDoor().Show(session)).CondenseBoth(new());
        _ = text.ToText();
        _ = json.ToJson();
    }
}
