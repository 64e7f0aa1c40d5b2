using ChatMcpServer.Answers;
using ChatSessions.Condensing;
using ChatSessions.Json;
using ChatSessions.ToolCalls;
using Fidelity;

namespace Benchmarks;

/// <summary>
/// What a list of tool calls takes of a session that was read already: the first answer, for which turns, pairs and outcomes are derived,
/// the next ones, and those that search or sort all calls.
/// </summary>
internal static class ToolCallSpeed
{
    private const int Repetitions = 20;

    private static readonly int[] Lengths = [1_000, 5_000, 20_000, 100_000];

    private static readonly (string Name, CallQuery Query)[] Questions =
    [
        ("all", new()),
        ("failed", new() { Outcome = ChatSessions.Model.ToolOutcomeKind.Failed }),
        ("by size", new() { Order = CallOrder.Size }),
        ("words", new() { Matching = CallPattern.Parse("module path") }),
        ("expression", new() { Matching = CallPattern.Parse(@"/self\.\w+_error/") }),
    ];

    public static void Run(TextWriter output)
    {
        Machine.Describe(output);
        output.WriteLine($"\nprocessor time in milliseconds, the best of {Repetitions}");
        output.WriteLine($"{"events", -10}{"first", 12}{string.Concat(Questions.Select(question => $"{question.Name, 12}"))}");
        foreach (var length in Lengths)
        {
            var json = MadeSession.Json("ses-made", length);
            var (first, times) = (double.MaxValue, new double[Questions.Length]);
            Array.Fill(times, double.MaxValue);
            for (var repetition = 0; repetition < Repetitions; repetition++)
            {
                var session = SessionJson.Read(json, "a made session");
                first = Math.Min(first, Processor(() => List(session, Questions[0].Query)));
                for (var index = 0; index < times.Length; index++)
                    times[index] = Math.Min(times[index], Processor(() => List(session, Questions[index].Query)));
            }
            output.WriteLine($"{length, -10:N0}{first, 12:0.0}{string.Concat(times.Select(time => $"{time, 12:0.0}"))}");
        }
    }

    /// <summary>The milliseconds of processor time that something takes, which other programs on the machine lengthen little.</summary>
    private static double Processor(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }

    /// <summary>As the server does it: both forms.</summary>
    private static void List(ChatSessions.Model.Session session, CallQuery query)
    {
        var found = FoundCalls.Find(Answer.Door.Show(session), query, TimeProvider.System, CancellationToken.None);
        var answer = new ToolCallAnswer(found, cursor: null, notes: null, TimeProvider.System, CancellationToken.None);
        _ = answer.Within(CondenseOptions.DefaultMaxTokens, CondensedForm.Text, CancellationToken.None).ToText();
        _ = answer.Within(CondenseOptions.DefaultMaxTokens, CondensedForm.Json, CancellationToken.None).ToJson();
    }
}
