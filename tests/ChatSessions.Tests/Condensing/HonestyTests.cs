using System.Globalization;
using System.Text.RegularExpressions;
using ChatSessions.Condensing;
using ChatSessions.Model;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>The checks of the condenser detect false statements in a transcript written by hand.</summary>
public sealed class HonestyTests
{
    internal const string Row = """{"id":"a-3","note":null,"tags":[]}""";

    internal static readonly Session Recorded = Some.Session(
        Some.UserInput("one two three four five six"),
        Some.Thinking("What is there?"),
        Some.ToolUse("bash", """{"command":"ls"}""", """{"output":"a b c","returncode":0}"""),
        Some.Thinking("And here?"),
        Some.ToolUse("bash", """{"command":"ls x"}""", """{"output":"no x","returncode":1}"""),
        Some.ToolUse("bash", """{"command":"cat a"}""", Some.Quoted("alpha\nbeta\ngamma\ndelta")),
        Some.ToolUse("read", """{"path":"a"}""", Some.Quoted("beta\ngamma\nand more")),
        Some.ToolUse("fetch", """{"n":1}""", """{ "rows": [ 1, 2, 3, 4 ] }"""),
        Some.ToolUse(
            "query",
            """{"what":"top"}""",
            $$"""{"total":3,"rows":[{"id":"a-1","note":null,"tags":["x"]},{"id":"a-2","note":"cut","tags":[]},{{Row}}]}"""
        ),
        Some.FailedToolUse("bash", "no such file", """{"command":"cat b"}"""),
        Some.ToolUse("look", "{}", "\"seen\""),
        Some.ToolUse("bash", """{"command":"cat a again"}""", Some.Quoted("alpha\nbeta\ngamma\ndelta")),
        Some.ToolUse("bash", """{"command":"cat b again"}""", """{"error":"no such file"}"""),
        Some.Text("So it is."),
        Some.Stop()
    );

    private static readonly string Transcript = $$"""
        #0 user: one two …[+15 characters, #0 from {{At(0, "three")}}] six
        …[+6 events, #1–#6: thinking ×2, bash ×2, 1 failed]
        #7 bash: cat a
        → alpha
         beta
         gamma
         …[+5 characters, #8 from {{At(8, "delta")}}]
        #9 read: a
        → …[+11 characters, #10 from {{At(10, "beta")}}: as #8]
         and more
        #11 fetch: n: 1
        → {"rows":[1,…[+4 characters, #12 from {{At(12, "2, 3")}}]4]}
        #13 query: top
        → {"total":3,"rows":
         3 rows: id | note | tags
         a-1 |  | ["x"]
         a-2 | cut | []
         …[+{{Row.Length + 3}} characters, #14 from {{At(14, $",{Row}")}}: 1 more rows]
        #15 bash: cat b
        → failed (error is set): {"error":"no such file"}
        #17 look:
        #19 bash: cat a again
        → same as #8, cut there
        #21 bash: cat b again
        → same as #16
        #23 text: So it is.
        …[+2 events: result #18; stop #24]
        """;

    public static TheoryData<string, string, string> Falsifications =>
        new()
        {
            { "a cut of one character more", @"(?<=\[\+)15(?= characters)", "+1" },
            { "an address one character on", @"(?<=#0 from )\d+", "+1" },
            { "an address in another event", @"(?<=characters, #)0", "+1" },
            { "an address behind the last event", @"(?<=characters, #)0", "99" },
            { "a number that is none", @"(?<=#0 from )\d+", "99999999999" },
            { "a cut without a marker", @"…\[\+15[^\]]*\]", "" },
            { "a last line without a marker", @"\n …\[\+5[^\]]*\]", "" },
            { "a beginning that is missing", "one two ", "two " },
            { "an end that is missing", @"\] six", "]" },
            { "an end that is another", @"\] six", "] seven" },
            { "a passage that is elsewhere", ": as #8", ": as #0" },
            { "a result that is not shown whole where it is said to be", ", cut there", "" },
            { "a result that is said to be cut where it is not shown", "same as #8", "same as #18" },
            { "a result that is another's", "same as #16", "same as #12" },
            { "a passage that is shown nowhere", " gamma\n", "" },
            { "JSON of which more is cut", @"(?<=\[\+)4(?= characters)", "+1" },
            { "a table of more rows", "3 rows", "4 rows" },
            { "a table that ends with fewer rows", "1 more rows", "2 more rows" },
            { "a table without a value", "cut \\|", "|" },
            { "a table without what stands before it", @"""total"":3,", "" },
            { "a table without a row", @"^ a-1.*\n", "" },
            { "a run of one event more", @"(?<=\[\+)6(?= events)", "+1" },
            { "a run that begins later", @"(?<=events, #)\d+", "+1" },
            { "a run that ends earlier", @"(?<=events, #\d+–#)\d+", "-1" },
            { "a run of fewer calls", @"(?<=bash ×)\d+", "-1" },
            { "a run of other calls", "bash ×", "read ×" },
            { "a run without its failure", ", 1 failed", "" },
            { "a list of one event more", @"(?<=\[\+)2(?= events)", "+1" },
            { "a list of another kind", "stop #24", "text #24" },
            { "a list without an event", "result #18; ", "" },
            { "no list", @"\n…\[\+2 events: .*", "" },
            { "an entry of another event", @"^#7(?= bash)", "#8" },
            { "an entry that is missing", "^#23.*\n", "" },
            { "an entry twice", "^#23.*\n", "$0$0" },
            { "an answer that is none", "→ failed.*", "→ unanswered" },
            { "an answer of another call", "→ failed", "→ #12: failed" },
            { "an argument that is missing", "cat b", "cat" },
        };

    [Fact]
    public void What_is_true_has_no_problem() => Assert.Empty(ProblemsOf(Transcript));

    [Theory]
    [MemberData(nameof(Falsifications))]
    public void What_is_not_true_is_found(string what, string pattern, string replacement)
    {
        var falsified = new Regex(pattern, RegexOptions.Multiline).Replace(Transcript, found => Replaced(found, replacement), count: 1);

        Assert.True(falsified != Transcript, $"The transcript has no place for {what}");
        Assert.NotEmpty(ProblemsOf(falsified));
    }

    [Fact]
    public void What_was_recorded_like_a_marker_is_none()
    {
        var session = Some.Session(
            Some.UserInput("…[+5 characters, #1 from 10]\n…[+7 events, #1–#3: bash]"),
            Some.ToolUse("bash", result: Some.Quoted($"see …[+1,240 characters, #57 from 400] here {new string('x', 9_000)}"))
        );
        var answer = Answer.Of(session, 500, CondensedForm.Text);

        var honesty = Honesty.Of(answer);

        Assert.Empty(honesty.Problems);
        Assert.Contains("#57 from 400", answer.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain(honesty.Cuts, cut => cut.Cut.First == 57);
    }

    internal static int At(int position, string text) => Recorded.Events[position].Json.ToString().IndexOf(text, StringComparison.Ordinal);

    private static IReadOnlyList<string> ProblemsOf(string transcript) => Honesty.Of(Recorded, Fidelity.Transcript.Of(transcript)).Problems;

    private static string Replaced(Match found, string replacement) =>
        replacement is "+1" or "-1"
            ? $"{int.Parse(found.Value, CultureInfo.InvariantCulture) + int.Parse(replacement, CultureInfo.InvariantCulture)}"
            : found.Result(replacement);
}
