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
        output.WriteLine($"\n{"events", -10}{"first ms", 10}{string.Concat(Questions.Select(question => $"{question.Name, 12}"))}");
        foreach (var length in Lengths)
        {
            var json = MadeSession.Json("ses-made", length);
            var first = double.MaxValue;
            var best = new double[Questions.Length];
            Array.Fill(best, double.MaxValue);
            for (var repetition = 0; repetition <= Repetitions; repetition++)
            {
                var session = SessionJson.Read(json, "a made session");
                first = Math.Min(first, Machine.Time(() => List(session, Questions[0].Query)));
                for (var index = 0; index < Questions.Length; index++)
                    best[index] = Math.Min(best[index], Machine.Time(() => List(session, Questions[index].Query)));
            }
            output.WriteLine($"{length, -10:N0}{first, 10:0.0}{string.Concat(best.Select(time => $"{time, 12:0.0}"))}");
        }
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
