using ChatSessions.Condensing;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>
/// What answers about <see cref="AgentSessions"/> contain, for each channel separately. docs/benchmarks.md explains the figures. They are
/// lower limits; raise them when you find a better balance.
/// </summary>
public sealed class FidelityTests
{
    private static readonly int[] Budgets = [500, 1_000, 1_500, 2_500, 5_000, 10_000];
    private static readonly Lazy<List<Measurement>> Measured = new(() =>
        Measurement.Of(AgentSessions.All, Budgets, Channel.Text, Channel.Json)
    );

    [Theory]
    [InlineData(Rules.Budget)]
    [InlineData(Rules.Honesty)]
    [InlineData(Rules.Recovery)]
    [InlineData(Rules.Determinism)]
    [InlineData(Rules.Monotony)]
    [InlineData(Rules.Full)]
    public void There_is_no_exception_to(string rule)
    {
        var findings = Measured.Value.SelectMany(measurement => measurement.Faults[rule]).ToList();

        Assert.True(findings.Count == 0, $"{rule}: {findings.Count} exceptions\n{Listed(findings)}");
    }

    [Theory]
    [InlineData(Expected.Calls)]
    [InlineData(Expected.Errors)]
    [InlineData(Expected.UserTurns)]
    [InlineData(Expected.Stop)]
    public void All_is_there_from_2_500_tokens_on_of(string measure)
    {
        foreach (var measurement in Measured.Value.Where(measurement => measurement.Budget >= 2_500))
            AssertAtLeast(100, measure, measurement);
    }

    [Theory]
    [InlineData(2_500, CondensedForm.Text, 63, 11, 75, 82, 49, 36)]
    [InlineData(2_500, CondensedForm.Json, 35, 10, 67, 77, 34, 26)]
    [InlineData(5_000, CondensedForm.Text, 94, 50, 88, 91, 78, 56)]
    [InlineData(5_000, CondensedForm.Json, 84, 40, 87, 88, 70, 55)]
    [InlineData(10_000, CondensedForm.Text, 100, 100, 100, 99, 100, 72)]
    [InlineData(10_000, CondensedForm.Json, 99, 72, 100, 94, 100, 74)]
    public void So_much_is_there(
        int budget,
        CondensedForm form,
        double used,
        double changes,
        double shortResults,
        double arguments,
        double thoughts,
        double decisions
    )
    {
        var channel = form == CondensedForm.Text ? Channel.Text : Channel.Json;
        var measurement = Measured.Value.Single(measurement => (measurement.Budget, measurement.Channel) == (budget, channel));

        AssertAtLeast(used, Expected.Used, measurement);
        AssertAtLeast(changes, Expected.Changed, measurement);
        AssertAtLeast(shortResults, Expected.ShortResults, measurement);
        AssertAtLeast(arguments, Expected.Arguments, measurement);
        AssertAtLeast(thoughts, Expected.Thoughts, measurement);
        AssertAtLeast(decisions, Expected.Decisions, measurement);
        AssertAtLeast(100, Expected.Patch, measurement);
        AssertAtLeast(100, Expected.LastAnswer, measurement);
    }

    private static void AssertAtLeast(double percent, string measure, Measurement measurement) =>
        Assert.True(
            measurement.Percent(measure) >= percent,
            $"{measure} at {measurement.Budget} as {measurement.Channel}: {measurement.Percent(measure):0.0} of 100, and never below {percent}\n"
                + Listed(measurement.Missing.Where(missing => missing.What.StartsWith($"{measure} ", StringComparison.Ordinal)))
        );

    private static string Listed(IEnumerable<Finding> findings) => string.Join('\n', findings.Take(10));
}
