using ChatSessions.Condensing;
using ChatSessions.Model;
using CsCheck;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

public sealed class FocusTests
{
    private static readonly int[] Budgets = [500, 1_000, 2_500, 5_000, 10_000, 25_000];

    public static TheoryData<string> Extremes => SomeSessions.Names;

    [Fact]
    public void What_matches_is_shown_in_its_place()
    {
        var session = Long("the drawer needs a zirconium hinge\n");

        Assert.DoesNotContain("zirconium", Text(session, null), StringComparison.Ordinal);
        var text = Text(session, "Which hinge does the drawer need?");

        var before = text.IndexOf("row 1999 of log 20", StringComparison.Ordinal);
        var match = text.IndexOf("zirconium", StringComparison.Ordinal);
        Assert.True(before > 0 && match > before, text);
        Assert.Contains("\nFocus: Which hinge does the drawer need?\n", text, StringComparison.Ordinal);
        Assert.Matches(@"…\[\+[\d,]+ characters, #42 from \d+(: of [\d,]+ lines alike but for numbers)?\]\n row 19\d\d of log 20\n", text);
    }

    [Theory]
    [InlineData("Zirconium")]
    [InlineData("ZIRCONIUMS?")]
    [InlineData("zircónium")]
    [InlineData("the zirconium of what which did")]
    public void Words_are_read_as_search_reads_them(string words) =>
        Assert.Contains("zirconium hinge", Text(Long("the drawer needs a zirconium hinge\n"), words), StringComparison.Ordinal);

    [Theory]
    [InlineData("hinges", true)]
    [InlineData("hinged", true)]
    [InlineData("hinging", true)]
    [InlineData("hint", false)]
    [InlineData("hing", false)]
    [InlineData("hingeless", false)]
    public void Words_are_found_in_the_forms_in_which_search_finds_them(string words, bool isFound) =>
        Assert.Equal(
            isFound,
            Text(Long("the drawer needs a zirconium hinge\n"), words).Contains("zirconium hinge", StringComparison.Ordinal)
        );

    [Fact]
    public void Words_of_a_script_without_spaces_are_found() =>
        Assert.Contains("数据库连接超时", Text(Long("这里数据库连接超时了\n"), "数据库超时"), StringComparison.Ordinal);

    [Fact]
    public void A_name_in_camel_case_is_found_by_its_parts_and_whole()
    {
        var session = Long("see HingeFactory.Build\n");

        Assert.Contains("HingeFactory", Text(session, "hinge"), StringComparison.Ordinal);
        Assert.Contains("HingeFactory", Text(session, "hingefactory"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rare_words_near_each_other_come_first()
    {
        var far = Long("a copper kettle\n", "a tall lamp\n", "a copper lamp\n");

        var text = Text(far, "copper lamp", 1_000);

        Assert.Contains("a copper lamp", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_matches_is_said()
    {
        var session = Long("the drawer needs a zirconium hinge\n");

        var condensed = Condense(session, "unobtainium", 2_500);
        var plain = Condense(session, null, 2_500);

        Assert.Equal("unobtainium (nothing matches)", condensed.Focus);
        Assert.Equal("?! (nothing matches)", Condense(session, "?!", 2_500).Focus);
        Assert.Equal(plain.Entries.Select(entry => entry.First), condensed.Entries.Select(entry => entry.First));
        Assert.Null(plain.Focus);
        Assert.Null(Condense(session, " ", 2_500).Focus);
    }

    [Fact]
    public void A_focus_is_one_line_without_hidden_characters()
    {
        var focus = Condense(Long("x\n"), "hinge\nSession: \u202Eother " + new string('x', 2_000), 2_500).Focus!;

        Assert.DoesNotContain('\n', focus);
        Assert.DoesNotContain('\u202E', focus);
        Assert.True(focus.Length < 150);
    }

    [Fact]
    public void Only_events_that_were_asked_for_are_looked_at()
    {
        var session = Long("the drawer needs a zirconium hinge\n");

        var condensed = Condenser.Condense(
            session.Shown(),
            new CondenseOptions { Focus = "zirconium", LastEvents = 3 },
            TestContext.Current.CancellationToken
        );

        Assert.Equal("zirconium (nothing matches)", condensed.Focus);
    }

    [Fact]
    public void Most_of_the_budget_still_tells_the_story()
    {
        var session = Long([.. Enumerable.Range(0, 300).Select(n => $"zirconium number {n} {new string('z', 300)}\n")]);

        var text = Text(session, "zirconium", 2_500);

        Assert.Contains("#0 user: Read all logs.", text, StringComparison.Ordinal);
        foreach (var position in Positions(Text(session, null, 1_500)))
            Assert.Contains(position, Positions(text));

        static HashSet<string> Positions(string text) =>
            [.. text.Split('\n').Where(line => line.StartsWith('#')).Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)])];
    }

    [Theory]
    [MemberData(nameof(Extremes))]
    public void With_a_focus_too_no_budget_is_exceeded_and_all_cuts_are_told_exactly(string name)
    {
        var session = SomeSessions.Named(name);
        foreach (var budget in Budgets)
        foreach (var form in Enum.GetValues<CondensedForm>())
        {
            var answer = Answer.Of(session, budget, form, "error file test 数 the user path value");
            Assert.True(answer.Cost.Tokens <= budget, $"{answer.Cost} of {budget}");
            Assert.Empty(answer.Honesty.Problems);
        }
    }

    [Fact]
    public void With_a_focus_too_all_that_is_left_out_is_told_exactly() =>
        SomeSessions.Any.Sample(
            session =>
            {
                foreach (var budget in (int[])[500, 2_000, 8_000])
                    Assert.Empty(Answer.Of(session, budget, CondensedForm.Text, "error a b c file test value").Honesty.Problems);
            },
            iter: 10
        );

    [Fact]
    public void With_a_focus_too_a_larger_budget_keeps_what_a_smaller_one_keeps()
    {
        foreach (var session in AgentSessions.All)
        {
            var expected = Expected.Of(session).Where(one => one.Measure != Expected.Facts).ToList();
            var before = new HashSet<string>();
            foreach (var budget in (int[])[1_000, 2_500, 5_000])
            {
                var answer = Answer.Of(session, budget, CondensedForm.Text, "error in the parser test");
                var kept = expected.Where(one => one.IsKept(answer)).Select(one => one.Label).ToHashSet();
                Assert.Subset(kept, before);
                before = kept;
            }
        }
    }

    [Fact]
    public void A_window_is_shown_inside_of_rows_and_long_strings()
    {
        var rows =
            "["
            + string.Join(",", Enumerable.Range(0, 400).Select(n => $$"""{"id":{{n}},"name":"{{(n == 250 ? "zirconium" : "plain")}}"}"""))
            + "]";
        var strings =
            "["
            + string.Join(
                ",",
                Enumerable.Range(0, 9).Select(n => $"\"{new string('y', 2_000)} {(n == 5 ? "rhodium" : "iron")} {new string('z', 2_000)}\"")
            )
            + "]";
        var session = Some.Session(Some.UserInput("Look."), Some.ToolUse("rows", result: rows), Some.ToolUse("strings", result: strings));

        Assert.Contains("zirconium", Text(session, "zirconium", 1_000), StringComparison.Ordinal);
        Assert.Contains("rhodium", Text(session, "rhodium", 1_000), StringComparison.Ordinal);
    }

    /// <summary>Forty long logs. The first of the lines is in the middle of the log in #42, the second in that of #44, and so on.</summary>
    private static Session Long(params string[] lines) =>
        Some.Session([
            Some.UserInput("Read all logs."),
            .. Enumerable.Range(0, 40).Select(log => Some.ToolUse("read", $$"""{"path":"{{log}}.log"}""", Some.Quoted(Log(log, lines)))),
            Some.Text("All logs are read."),
            Some.Stop(),
        ]);

    private static string Log(int log, string[] lines) =>
        string.Concat(Enumerable.Range(0, 2_000).Select(row => $"row {row} of log {log}\n"))
        + string.Concat(lines.Where((_, index) => (20 + index) % 40 == log))
        + string.Concat(Enumerable.Range(2_000, 2_000).Select(row => $"row {row} of log {log}\n"));

    private static string Text(Session session, string? focus, int budget = 2_500) => Condense(session, focus, budget).ToText();

    private static CondensedSession Condense(Session session, string? focus, int budget) =>
        Condenser.Condense(
            session.Shown(),
            new CondenseOptions { MaxTokens = budget, Focus = focus },
            TestContext.Current.CancellationToken
        );
}
