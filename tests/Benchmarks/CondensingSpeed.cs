using System.Text.Json;
using ChatSessions.Condensing;
using ChatSessions.Json;
using ChatSessions.Model;
using Fidelity;

namespace Benchmarks;

/// <summary>What condensing takes, one budget and one channel, when a session was read already, beside parsing its bytes.</summary>
internal static class CondensingSpeed
{
    private const int LongSession = 100_000;
    private const int Repetitions = 5;

    private static readonly int[] UsualBudgets = [2_500, 5_000, 10_000, 20_000];

    /// <summary>Prints a table for each file, and one for a long session.</summary>
    public static void Run(IReadOnlyList<string> arguments, TextWriter output)
    {
        var asked = Asked.Of(arguments, UsualBudgets);
        foreach (var path in asked.Files)
            Report(Path.GetFileName(path), SessionFiles.Read(path), asked.Budgets, output);
        var made = SessionJson.Read(MadeSession.Json("ses-made", LongSession), "a made session");
        Report($"{LongSession:N0} events, made up", [made], asked.Budgets, output);
    }

    /// <summary>Times each session at its best of several times, in turns with parsing it.</summary>
    private static void Report(string name, List<Session> sessions, int[] budgets, TextWriter output)
    {
        var questions = budgets.SelectMany(budget => Enum.GetValues<CondensedForm>().Select(form => (Budget: budget, Form: form))).ToList();
        var totals = new double[questions.Count + 1];
        foreach (var session in sessions)
        {
            var best = new double[questions.Count + 1];
            Array.Fill(best, double.MaxValue);
            // The first time code is compiled, and what is derived of the session is.
            for (var repetition = 0; repetition <= Repetitions; repetition++)
            {
                Keep(questions.Count, () => JsonDocument.Parse(session.Json.Utf8).Dispose());
                for (var index = 0; index < questions.Count; index++)
                {
                    var (budget, form) = questions[index];
                    Keep(index, () => _ = Answer.Of(session, budget, form).Raw);
                }

                void Keep(int index, Action action) => best[index] = Math.Min(best[index], Machine.Time(action));
            }
            for (var index = 0; index < totals.Length; index++)
                totals[index] += best[index];
        }
        output.WriteLine($"condensing {name}");
        foreach (var ((budget, form), total) in questions.Zip(totals))
            output.WriteLine(
                $"{budget, 7:N0} {(form == CondensedForm.Text ? "T" : "S")}{total / sessions.Count, 8:0.0} ms{total / totals[^1], 8:0.00} of JsonDocument.Parse"
            );
    }
}
