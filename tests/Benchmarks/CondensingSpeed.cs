using System.Text.Json;
using ChatSessions.Condensing;
using ChatSessions.Model;
using Fidelity;

namespace Benchmarks;

/// <summary>What condensing takes, one budget and one channel, when a session was read already.</summary>
/// <param name="Milliseconds">For one session on the average.</param>
/// <param name="Ratio">In all, to parsing the bytes of the same sessions with <see cref="JsonDocument"/>.</param>
internal readonly record struct CondensingSpeed(double Milliseconds, double Ratio)
{
    private const int Repetitions = 5;

    /// <summary>Times each session at its best of several times, in turns with parsing it.</summary>
    public static Dictionary<(int Budget, CondensedForm Form), CondensingSpeed> Of(IReadOnlyList<Session> sessions, int[] budgets)
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
        return questions
            .Zip(totals)
            .ToDictionary(
                total => total.First,
                total => new CondensingSpeed(total.Second / Math.Max(1, sessions.Count), total.Second / totals[^1])
            );
    }
}
