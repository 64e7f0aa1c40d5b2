using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace Fidelity;

/// <summary>What the answers about some sessions hold at one budget on one channel.</summary>
internal sealed class Measurement(int budget, Channel channel)
{
    private readonly Dictionary<string, (double Kept, double All)> figures = [];
    private readonly List<(string Rule, bool IsKept)> rules = [];
    private readonly List<double> shares = [];
    private readonly List<int> lengths = [];
    private (int Kept, int All) next;
    private (int Own, int All) tokens;

    public int Budget => budget;

    public Channel Channel => channel;

    /// <summary>What is expected and missing.</summary>
    public List<Finding> Missing { get; } = [];

    /// <summary>The exceptions to each of the <see cref="Rules"/>.</summary>
    public Dictionary<string, List<Finding>> Faults { get; } = Rules.All.ToDictionary(rule => rule, _ => new List<Finding>());

    /// <summary>How many of a hundred are kept; null where there are none.</summary>
    public double? Percent(string measure) => figures.TryGetValue(measure, out var figure) ? 100 * figure.Kept / figure.All : null;

    /// <summary>Of a hundred answers, how many keep a rule; null where it does not apply.</summary>
    public double? Keeping(string rule)
    {
        var answers = rules.Where(answer => answer.Rule == rule).ToList();
        return answers.Count == 0 ? null : 100.0 * answers.Count(answer => answer.IsKept) / answers.Count;
    }

    /// <summary>Of a hundred things that are kept, how many the next larger budget keeps; null where none was measured.</summary>
    public double? KeptByNext => next.All == 0 ? null : 100.0 * next.Kept / next.All;

    /// <summary>How many of a hundred tokens are markers, positions, and the list of what is left out; null for plain text.</summary>
    public double? Markers => tokens.All == 0 ? null : 100.0 * tokens.Own / tokens.All;

    /// <summary>How much of the budget the answers used on the average, in percent of its tokens.</summary>
    public double Size => 100 * shares.DefaultIfEmpty().Average();

    /// <summary>The median of the answers' characters.</summary>
    public int Characters => lengths.Order().ElementAtOrDefault(lengths.Count / 2);

    /// <summary>Measures answers about sessions at some budgets on some channels, in the order of the budgets.</summary>
    public static List<Measurement> Of(IEnumerable<Session> sessions, IEnumerable<int> budgets, params Channel[] channels)
    {
        int[] ordered = [.. budgets.Order()];
        var measurements = Empty(ordered, channels);
        foreach (var one in sessions.AsParallel().AsOrdered().Select(session => OfOne(session, ordered, channels)))
        foreach (var (all, added) in measurements.Zip(one))
            all.Add(added);
        return measurements;
    }

    private static List<Measurement> Empty(int[] budgets, Channel[] channels) =>
        [.. budgets.SelectMany(budget => channels.Select(channel => new Measurement(budget, channel)))];

    private static List<Measurement> OfOne(Session session, int[] budgets, Channel[] channels)
    {
        var measurements = Empty(budgets, channels);
        var expected = Expected.Of(session);
        var lost = Recovery.ProblemsOfPages(Answer.Door.Show(session).Session, CondenseOptions.DefaultMaxTokens).ToList();
        foreach (var channel in measurements.GroupBy(measurement => measurement.Channel))
        {
            var answers = channel.Select(measurement => Answer.Of(session, measurement.Budget, measurement.Channel)).ToList();
            (Measurement Measurement, bool[] Kept)? smaller = null;
            foreach (var (measurement, answer) in channel.Zip(answers))
            {
                var kept = measurement.AddKept(answer, expected);
                smaller?.Measurement.AddNext(answer, expected, smaller.Value.Kept, kept);
                smaller = (measurement, kept);
                measurement.AddCost(answer);
                if (!answer.IsPlain)
                    measurement.AddFaults(answer, answers[^1], lost);
            }
        }
        return measurements;
    }

    private void Add(Measurement other)
    {
        foreach (var (measure, (kept, all)) in other.figures)
            Count(measure, kept, all);
        foreach (var (rule, findings) in other.Faults)
            Faults[rule].AddRange(findings);
        Missing.AddRange(other.Missing);
        rules.AddRange(other.rules);
        shares.AddRange(other.shares);
        lengths.AddRange(other.lengths);
        next = (next.Kept + other.next.Kept, next.All + other.next.All);
        tokens = (tokens.Own + other.tokens.Own, tokens.All + other.tokens.All);
    }

    private void Count(string measure, double kept, double all)
    {
        var before = figures.GetValueOrDefault(measure);
        figures[measure] = (before.Kept + kept, before.All + all);
    }

    private bool[] AddKept(Answer answer, List<Expected> expected)
    {
        var kept = expected.ConvertAll(one => one.IsKept(answer)).ToArray();
        foreach (var (one, isKept) in expected.Zip(kept))
        {
            Count(one.Measure, isKept ? one.Weight : 0, one.Weight);
            if (!isKept)
                Missing.Add(Found(answer, one.Label));
        }
        return kept;
    }

    /// <summary>Compares what is kept here with what the answer at the next larger budget keeps.</summary>
    private void AddNext(Answer larger, List<Expected> expected, bool[] kept, bool[] keptByNext)
    {
        for (var index = 0; index < kept.Length; index++)
        {
            // A fact such as 229 may be found in the number of a marker, which another answer does not have.
            if (!kept[index] || expected[index].Measure == Expected.Facts)
                continue;
            next = (next.Kept + (keptByNext[index] ? 1 : 0), next.All + 1);
            if (!keptByNext[index])
                Faults[Rules.Monotony].Add(Found(larger, $"{expected[index].Label} (kept at {budget})"));
        }
    }

    private void AddCost(Answer answer)
    {
        shares.Add(answer.Cost.Tokens / (double)budget);
        lengths.Add(answer.Raw.Length);
        Check(
            Rules.Budget,
            FitsIn(budget, answer) ? [] : [Found(answer, $"{answer.Cost.Tokens} tokens, {answer.Cost.Characters} characters")]
        );
    }

    private void AddFaults(Answer answer, Answer largest, List<string> lost)
    {
        tokens = (answer.MarkerTokens, answer.Cost.Tokens);
        var honesty = answer.Honesty;
        Check(Rules.Honesty, honesty.Problems.Select(problem => Found(answer, problem)));
        Check(
            Rules.Recovery,
            honesty
                .Cuts.Select(cut => Recovery.ProblemOf(answer.Session, cut))
                .OfType<string>()
                .Concat(lost)
                .Select(problem => Found(answer, problem))
        );
        var isSame = Answer.Of(answer.Session, budget, channel).Raw == answer.Raw;
        Check(Rules.Determinism, isSame ? [] : [Found(answer, "the second answer is another")]);
        var isCutInVain = largest.IsCalledComplete && !answer.IsCalledComplete && FitsIn(budget, largest);
        Check(Rules.Full, isCutInVain ? [Found(answer, $"the whole takes {largest.Cost.Tokens} tokens")] : []);
    }

    private void Check(string rule, IEnumerable<Finding> findings)
    {
        Faults[rule].AddRange(findings);
        rules.Add((rule, Faults[rule].Count == 0));
    }

    private static bool FitsIn(int budget, Answer answer) =>
        answer.Cost.Tokens <= budget && answer.Cost.Characters <= budget * CondenseOptions.CharactersPerToken;

    private static Finding Found(Answer answer, string what) => new(answer.Session.Summary.SessionId, answer.Budget, answer.Channel, what);
}

/// <summary>Something to look at.</summary>
internal sealed record Finding(string SessionId, int Budget, Channel Channel, string What)
{
    public override string ToString() => $"{SessionId} at {Budget} as {Channel}: {OutgoingText.Show(What)}";
}
