using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace Fidelity;

/// <summary>What the answers about some sessions hold at one budget on one channel.</summary>
internal sealed class Measurement(int budget, CondensedForm form)
{
    private readonly Dictionary<string, (int Kept, int All)> figures = [];
    private readonly List<double> shares = [];
    private readonly List<int> lengths = [];

    public int Budget => budget;

    public CondensedForm Form => form;

    /// <summary>The markers that were checked, of cuts and of events.</summary>
    public int Markers { get; private set; }

    /// <summary>What is expected and missing.</summary>
    public List<Finding> Missing { get; } = [];

    /// <summary>The exceptions to each of the <see cref="Rules"/>.</summary>
    public Dictionary<string, List<Finding>> Faults { get; } = Rules.All.ToDictionary(rule => rule, _ => new List<Finding>());

    /// <summary>How many of a hundred are kept; null where there are none.</summary>
    public double? Percent(string measure) => figures.TryGetValue(measure, out var figure) ? 100.0 * figure.Kept / figure.All : null;

    /// <summary>How much of the budget the answers used on the average, in percent of its tokens.</summary>
    public double Size => 100 * shares.DefaultIfEmpty().Average();

    /// <summary>The median of the answers' characters.</summary>
    public int Characters => lengths.Order().ElementAtOrDefault(lengths.Count / 2);

    /// <summary>Measures answers about sessions at some budgets on both channels, in the order of the budgets.</summary>
    public static List<Measurement> Of(IEnumerable<Session> sessions, IEnumerable<int> budgets)
    {
        var measurements = budgets
            .Order()
            .SelectMany(budget => Enum.GetValues<CondensedForm>().Select(form => new Measurement(budget, form)))
            .ToList();
        foreach (var session in sessions)
        {
            var expected = Expected.Of(session);
            var lost = Recovery.ProblemsOfPages(session, CondenseOptions.DefaultMaxTokens).ToList();
            foreach (var channel in measurements.GroupBy(measurement => measurement.Form))
            {
                var kept = new int?[expected.Count];
                var answers = channel.Select(measurement => Answer.Of(session, measurement.Budget, measurement.Form)).ToList();
                foreach (var (measurement, answer) in channel.Zip(answers))
                {
                    measurement.AddKept(answer, expected, kept);
                    measurement.AddFaults(answer, answers[^1], lost);
                }
            }
        }
        return measurements;
    }

    private void AddKept(Answer answer, List<Expected> expected, int?[] kept)
    {
        for (var index = 0; index < expected.Count; index++)
        {
            var (measure, name, isKept) = expected[index];
            var (before, all) = figures.GetValueOrDefault(measure);
            if (isKept(answer))
            {
                figures[measure] = (before + 1, all + 1);
                kept[index] ??= budget;
                continue;
            }
            figures[measure] = (before, all + 1);
            var finding = Found(answer, $"{measure} {name}");
            Missing.Add(finding);
            if (kept[index] is { } smaller)
                Faults[Rules.Monotony].Add(finding with { What = $"{finding.What} (kept at {smaller})" });
        }
    }

    private void AddFaults(Answer answer, Answer largest, List<string> lost)
    {
        var (tokens, characters) = answer.Cost;
        shares.Add(tokens / (double)budget);
        lengths.Add(answer.Raw.Length);
        if (!FitsIn(budget, answer))
            Faults[Rules.Budget].Add(Found(answer, $"{tokens} tokens, {characters} characters"));
        var honesty = Honesty.Of(answer);
        Markers += honesty.Markers;
        Faults[Rules.Honesty].AddRange(honesty.Problems.Select(problem => Found(answer, problem)));
        Faults[Rules.Recovery]
            .AddRange(
                honesty
                    .Cuts.Select(cut => Recovery.ProblemOf(answer.Session, cut))
                    .OfType<string>()
                    .Concat(lost)
                    .Select(problem => Found(answer, problem))
            );
        if (Answer.Of(answer.Session, budget, form).Raw != answer.Raw)
            Faults[Rules.Determinism].Add(Found(answer, "the second answer is another"));
        if (largest.IsCalledComplete && !answer.IsCalledComplete && FitsIn(budget, largest))
            Faults[Rules.Full].Add(Found(answer, $"the whole takes {largest.Cost.Tokens} tokens"));
    }

    private static bool FitsIn(int budget, Answer answer) =>
        answer.Cost.Tokens <= budget && answer.Cost.Characters <= budget * CondenseOptions.CharactersPerToken;

    private static Finding Found(Answer answer, string what) => new(answer.Session.Summary.SessionId, answer.Budget, answer.Form, what);
}

/// <summary>Something to look at.</summary>
internal sealed record Finding(string SessionId, int Budget, CondensedForm Form, string What)
{
    public override string ToString() => $"{SessionId} at {Budget} as {Form}: {OutgoingText.Show(What)}";
}
