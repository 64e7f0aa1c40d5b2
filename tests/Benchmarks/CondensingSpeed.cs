using System.Text.Json;
using ChatSessions.Condensing;
using ChatSessions.Json;
using ChatSessions.Model;
using ChatSessions.Recorded;
using Fidelity;

namespace Benchmarks;

/// <summary>
/// What condensing takes when a session was read already, next to parsing its bytes. It does what the server does for an answer: derives
/// everything from the session once, and condenses it into both forms.
/// </summary>
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
        var totals = new double[budgets.Length + 1];
        foreach (var session in sessions)
        {
            var best = new double[budgets.Length + 1];
            Array.Fill(best, double.MaxValue);
            // The first time code is compiled, and what is derived of the session is.
            for (var repetition = 0; repetition <= Repetitions; repetition++)
            {
                Keep(budgets.Length, () => JsonDocument.Parse(session.Json.Utf8).Dispose());
                for (var index = 0; index < budgets.Length; index++)
                {
                    var budget = budgets[index];
                    Keep(index, () => Condense(session, budget));
                }

                void Keep(int index, Action action) => best[index] = Math.Min(best[index], Machine.Time(action));
            }
            for (var index = 0; index < totals.Length; index++)
                totals[index] += best[index];
        }
        output.WriteLine($"condensing {name}");
        foreach (var (budget, total) in budgets.Zip(totals))
            output.WriteLine($"{budget, 7:N0}{total / sessions.Count, 8:0.0} ms{total / totals[^1], 8:0.00} of JsonDocument.Parse");
    }

    private static void Condense(Session session, int budget)
    {
        var options = new CondenseOptions { MaxTokens = budget, Notes = OutgoingText.DataNotice };
        var (text, json) = new Condenser(Answer.Door.Show(session)).CondenseBoth(options);
        _ = text.ToText();
        _ = json.ToJson();
    }
}
