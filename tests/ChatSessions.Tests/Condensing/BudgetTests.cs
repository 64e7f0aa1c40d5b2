using ChatSessions.Condensing;
using ChatSessions.Model;
using CsCheck;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

public sealed class BudgetTests
{
    public static TheoryData<string> Extremes => SomeSessions.Names;

    [Fact]
    public void A_whole_answer_costs_what_its_text_does() => SomeSessions.Any.Sample(AssertIsExact, iter: 15);

    [Theory]
    [MemberData(nameof(Extremes))]
    public void An_answer_about_a_session_that_is_hard_to_condense_costs_what_its_text_does(string name) =>
        AssertIsExact(SomeSessions.Named(name));

    private static void AssertIsExact(Session session)
    {
        foreach (var tokens in (int[])[500, 1_300, 5_000])
        {
            var (text, json) = new Condenser(Answer.Door.Show(session)).CondenseBoth(new() { MaxTokens = tokens });

            Assert.Equal(Cost.Count(text.ToText()), new Budget(CondensedForm.Text).OfAnswer(text));
            Assert.Equal(Cost.Count(json.ToJson()), new Budget(CondensedForm.Json).OfAnswer(json));
        }
    }
}
