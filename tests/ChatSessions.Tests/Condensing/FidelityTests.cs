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
    private static readonly int[] Budgets = [500, 2_500, 5_000, 10_000];
    private static readonly Lazy<List<Measurement>> Measured = new(() => Measurement.Of(AgentSessions.All, Budgets));

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
    [InlineData(Expected.LastAnswer)]
    public void All_is_there_from_2_500_tokens_on_of(string measure)
    {
        foreach (var measurement in Measured.Value.Where(measurement => measurement.Budget >= 2_500))
            AssertAtLeast(100, measure, measurement);
    }

    [Theory]
    [InlineData(2_500, CondensedForm.Text, 100, 86, 63, 41)]
    [InlineData(2_500, CondensedForm.Json, 100, 85, 58, 38)]
    [InlineData(5_000, CondensedForm.Text, 100, 91, 93, 83)]
    [InlineData(5_000, CondensedForm.Json, 100, 90, 90, 83)]
    [InlineData(10_000, CondensedForm.Text, 100, 98, 99, 98)]
    [InlineData(10_000, CondensedForm.Json, 100, 96, 99, 97)]
    public void So_much_is_there(int budget, CondensedForm form, double stop, double arguments, double beginnings, double ends)
    {
        var measurement = Measured.Value.Single(measurement => (measurement.Budget, measurement.Form) == (budget, form));

        AssertAtLeast(stop, Expected.Stop, measurement);
        AssertAtLeast(arguments, Expected.Arguments, measurement);
        AssertAtLeast(beginnings, Expected.Beginnings, measurement);
        AssertAtLeast(ends, Expected.Ends, measurement);
    }

    private static void AssertAtLeast(double percent, string measure, Measurement measurement) =>
        Assert.True(
            measurement.Percent(measure) >= percent,
            $"{measure} at {measurement.Budget} as {measurement.Form}: {measurement.Percent(measure):0.0} of 100, and never below {percent}\n"
                + Listed(measurement.Missing.Where(missing => missing.What.StartsWith($"{measure} ", StringComparison.Ordinal)))
        );

    private static string Listed(IEnumerable<Finding> findings) => string.Join('\n', findings.Take(10));
}
