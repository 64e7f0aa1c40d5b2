using System.Text.RegularExpressions;
using ChatSessions.Condensing;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Condensing;

public sealed class RunNoteTests
{
    [Fact]
    public void Polling_is_folded_between_its_first_and_last_call_and_its_marker_says_what_changed()
    {
        var transcript = Condense(
            1_000,
            [
                .. Range(1, 20)
                    .Select(n =>
                        Some.ToolUse(
                            "get_status",
                            $$"""{"job":"job-7","attempt":{{n}}}""",
                            $$"""{"state":"running","progress":{{n * 5}}}"""
                        )
                    ),
            ]
        );

        Assert.Equal(
            [
                "#0 user: Deploy it.",
                "#1 get_status: attempt: 1\n→ {\"state\":\"running\",\"progress\":5}",
                "…[+36 events, #3–#38: get_status ×18, like #1 but for attempt: 2…19, progress: 10…95]",
                "#39 get_status: attempt: 20\n→ {\"state\":\"running\",\"progress\":100}",
            ],
            transcript.Take(4)
        );
    }

    [Fact]
    public void Two_calls_in_turn_are_folded_with_the_short_passages_between_them()
    {
        var transcript = Condense(
            1_000,
            [
                .. Range(1, 10)
                    .SelectMany(n =>
                        (SomeEvents[])
                            [
                                Some.Thinking("Not done yet."),
                                Some.ToolUse("wait", """{"seconds":30}""", "null"),
                                Some.ToolUse("get_status", "{}", $"\"The job has been running for {n * 30} seconds, please be patient.\""),
                            ]
                    ),
            ]
        );

        Assert.Contains("…[+41 events, #6–#46: thinking ×9, wait ×8, get_status ×8, like #2 and #4 but for result: 60…270]", transcript);
        Assert.Contains("#49 get_status:\n→ The job has been running for 300 seconds, please be patient.", transcript);
    }

    [Fact]
    public void A_call_made_more_often_in_one_round_than_in_another_is_folded_with_the_rest_of_the_round()
    {
        var transcript = Condense(
            1_000,
            [
                .. Range(1, 30)
                    .SelectMany(n =>
                        (SomeEvents[])
                            [
                                .. Enumerable.Repeat(Some.ToolUse("get_job", result: $$"""{"state":"running","pages":{{n}}}"""), 2 + n % 5),
                                Some.ToolUse("wait", """{"seconds":60}""", "null"),
                            ]
                    ),
            ]
        );

        Assert.Equal(
            [
                "#1 get_job:\n→ {\"state\":\"running\",\"pages\":1}",
                "…[+4 events, #3–#6: get_job ×2, like #1 and #7 but for pages: 1]",
                "#7 wait: 60\n→ null",
                "…[+288 events, #9–#296: get_job ×116, wait ×28, like #1 and #7 but for pages: 2…30]",
                "#297 get_job:\n→ {\"state\":\"running\",\"pages\":30}",
                "#299 wait: 60\n→ null",
            ],
            transcript[1..7]
        );
    }

    [Fact]
    public void A_round_of_up_to_eight_calls_is_folded_and_named_by_its_first_and_its_last_call()
    {
        var transcript = Condense(
            2_000,
            [.. Range(1, 20).SelectMany(n => Range(0, 8).Select(call => Some.ToolUse($"step_{(char)('a' + call)}", result: $"{n}")))]
        );

        var marker = Assert.Single(transcript, entry => entry.StartsWith("…[+288 events, #17–#304: step_a ×18,", StringComparison.Ordinal));
        Assert.EndsWith(", step_h ×18, like #1–#15 but for result: 2…19 and more]", marker, StringComparison.Ordinal);
    }

    [Fact]
    public void What_changes_in_a_long_round_is_shown_amid_the_others()
    {
        var transcript = Condense(
            2_500,
            [
                .. Range(1, 40)
                    .SelectMany(n =>
                        (SomeEvents[])
                            [
                                .. Enumerable.Repeat(
                                    Some.ToolUse("get_job", result: $$"""{"state":"{{(n < 17 ? "queued" : "running")}}","pages":{{n}}}"""),
                                    2 + n % 3
                                ),
                                n == 30
                                    ? Some.FailedToolUse("get_log", "502 bad gateway")
                                    : Some.ToolUse("get_log", result: $"\"line {n}\""),
                                Some.ToolUse("wait", """{"seconds":60}""", "null"),
                            ]
                    ),
            ]
        );

        var done = transcript.TakeWhile(entry => !entry.Contains("read", StringComparison.Ordinal)).ToList();
        Assert.Single(done, entry => entry.EndsWith("get_job:\n→ {\"state\":\"running\",\"pages\":17}", StringComparison.Ordinal));
        Assert.Single(done, entry => entry.Contains("502 bad gateway", StringComparison.Ordinal));
        Assert.True(done.Count < 20, string.Join('\n', done));
    }

    [Fact]
    public void Identical_calls_are_folded_as_the_same()
    {
        var transcript = Condense(
            1_000,
            [.. Range(1, 6).Select(_ => Some.ToolUse("bash", """{"command":"cat build.log"}""", """{"output":"building"}"""))]
        );

        Assert.Equal(
            ["#1 bash: cat build.log\n→ building", "…[+8 events, #3–#10: bash ×4, same as #1]", "#11 bash: cat build.log\n→ building"],
            transcript[1..4]
        );
    }

    [Fact]
    public void What_only_the_first_call_or_result_has_is_a_difference_too()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 20)) + "1" + string.Concat(Enumerable.Repeat("]", 20));
        var transcript = Condense(
            1_000,
            [
                Some.ToolUse("poll", "[1]", """{"state":"running","warning":"it is slow"}"""),
                .. Range(1, 6).Select(n => Some.ToolUse("poll", "[7]", """{"state":"running"}""")),
                Some.Stop(),
                .. Range(1, 6).Select(n => Some.ToolUse("parse", deep.Replace("1", $"{n}", StringComparison.Ordinal))),
            ]
        );

        Assert.Contains("…[+8 events, #5–#12: poll ×4, like #1 but for arguments: 7, warning]", transcript);
        Assert.Contains("…[+8 events, #18–#25: parse ×4, like #16 but for arguments]", transcript);
    }

    [Fact]
    public void A_call_made_again_with_the_same_long_arguments_says_that_they_are_the_same()
    {
        var edit = $$"""{"text":"{{string.Join(' ', Enumerable.Repeat("word", 30))}}"}""";
        var transcript = Condense(2_000, [Some.FailedToolUse("edit", "no such line", edit), Some.ToolUse("edit", edit)], moreWork: false);

        Assert.Equal("#3 edit: same as #1\n→ done", transcript[2]);
    }

    [Theory]
    [InlineData(1_500, "→ same as #2, cut there")]
    [InlineData(10_000, "→ same as #2")]
    public void A_result_that_is_the_same_as_one_that_is_cut_says_so(int budget, string note)
    {
        var output = Some.Quoted(string.Join(' ', Range(0, 900).Select(n => $"word{n * 7919 % 1000}")));
        var transcript = Condense(
            budget,
            [
                Some.ToolUse("bash", """{"command":"make"}""", $$"""{"output":{{output}},"returncode":2}"""),
                Some.ToolUse("bash", """{"command":"touch a.c"}"""),
                Some.ToolUse("bash", """{"command":"make again"}""", $$"""{"output":{{output}},"returncode":2}"""),
            ],
            moreWork: false
        );

        Assert.EndsWith(note.Replace("→", "→ failed (returncode 2):", StringComparison.Ordinal), transcript[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_is_the_same_as_one_that_is_left_out_is_left_out()
    {
        var output = Some.Quoted(string.Join(' ', Range(0, 900).Select(n => $"word{n * 7919 % 1000}")));
        SomeEvents[] looks =
        [
            Some.ToolUse("bash", """{"command":"make"}""", output),
            Some.ToolUse("bash", """{"command":"touch a.c"}"""),
            Some.ToolUse("bash", """{"command":"make again"}""", output),
        ];

        var small = Condense(180, looks, moreWork: false);
        Assert.Contains("#1 bash: make", small);
        Assert.Contains("#5 bash: make again", small);
        Assert.Contains("→ same as #2", string.Join('\n', Condense(10_000, looks, moreWork: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_that_is_the_same_as_one_that_is_cut_says_so()
    {
        var edit = $$"""{"text":"{{string.Join(' ', Range(0, 900).Select(n => $"word{n * 7919 % 1000}"))}}"}""";
        SomeEvents[] edits = [Some.FailedToolUse("edit", "no such line", edit), Some.ToolUse("edit", edit)];

        Assert.Equal("#3 edit: same as #1, cut there\n→ done", Condense(1_000, edits, moreWork: false)[2]);
        Assert.Equal("#3 edit: same as #1\n→ done", Condense(10_000, edits, moreWork: false)[2]);
    }

    [Fact]
    public void Calls_that_are_the_same_as_one_that_is_cut_say_so()
    {
        var output = Some.Quoted(string.Join(' ', Range(0, 900).Select(n => $"word{n * 7919 % 1000}")));
        SomeEvents[] looks = [.. Range(1, 6).Select(_ => Some.ToolUse("bash", """{"command":"cat build.log"}""", output))];

        Assert.Contains("…[+8 events, #3–#10: bash ×4, same as #1, cut there]", Condense(1_000, looks));
    }

    [Fact]
    public void A_poll_that_fails_or_answers_something_else_is_shown_amid_the_others()
    {
        var transcript = Condense(
            2_500,
            [
                .. Range(1, 30)
                    .Select(n =>
                        n == 12 ? Some.FailedToolUse("get_status", "502 bad gateway")
                        : n == 20 ? Some.ToolUse("get_status", result: """{"state":"running","warning":"disk almost full"}""")
                        : Some.ToolUse("get_status", result: $$"""{"state":"running","progress":{{n}}}""")
                    ),
            ]
        );

        Assert.Equal(
            [
                "#1 get_status:\n→ {\"state\":\"running\",\"progress\":1}",
                "…[+20 events, #3–#22: get_status ×10, like #1 but for progress: 2…11]",
                "#23 get_status:\n→ failed (error is set): {\"error\":\"502 bad gateway\"}",
                "…[+14 events, #25–#38: get_status ×7, like #1 but for progress: 13…19]",
                "#39 get_status:\n→ {\"state\":\"running\",\"warning\":\"disk almost full\"}",
                "…[+18 events, #41–#58: get_status ×9, like #1 but for progress: 21…29]",
                "#59 get_status:\n→ {\"state\":\"running\",\"progress\":30}",
            ],
            transcript[1..8]
        );
    }

    [Fact]
    public void Of_failures_that_are_all_the_same_the_first_and_the_last_are_shown()
    {
        var transcript = Condense(
            500,
            [.. Range(1, 300).Select(n => Some.FailedToolUse("deploy", "the host refused the connection"))],
            moreWork: false
        );

        Assert.StartsWith("#1 deploy:\n→ failed (error is set): {\"error\":\"the host", transcript[1], StringComparison.Ordinal);
        Assert.Matches(@"^…\[\+\d+ events, #\d+–#598: deploy ×(\d+), \1 failed, same as #1\]$", transcript[^3]);
        Assert.StartsWith("#599 deploy:\n→ failed", transcript[^2], StringComparison.Ordinal);
        Assert.Equal("#601 text: That is all.", transcript[^1]);
    }

    [Fact]
    public void Of_hundreds_of_failures_the_first_and_the_last_and_the_answer_are_shown()
    {
        var names = "alpha beta gamma delta epsilon zeta eta theta iota kappa".Split(' ');
        SomeEvents[] failures =
        [
            .. Range(0, 300)
                .Select(n =>
                    Some.FailedToolUse(
                        "deploy",
                        $"{names[n % 10]} refused {names[n / 10 % 10]} the {n}th time",
                        $$"""{"host":"{{string.Concat(Enumerable.Repeat(names[n * 7 % 10], 1 + n % 9))}}"}"""
                    )
                ),
        ];

        foreach (var budget in (int[])[700, 2_500])
        {
            var transcript = Condense(budget, failures, moreWork: false);

            Assert.StartsWith("#0 user: ", transcript[0], StringComparison.Ordinal);
            Assert.All(
                (int[])[1, 599],
                position => Assert.Contains(transcript, entry => entry.StartsWith($"#{position} deploy", StringComparison.Ordinal))
            );
            Assert.Contains("#601 text: That is all.", transcript);
        }
    }

    [Fact]
    public void What_differs_between_the_values_of_a_run_cannot_pass_for_words_of_the_marker()
    {
        var transcript = Condense(
            1_000,
            [.. Range(1, 9).Select(n => Some.ToolUse("poll", $$"""{"a\n]":"{{n}}] …[+9 events, #1","b":"\u202e{{n}}"}"""))]
        );

        var marker = Assert.Single(transcript, entry => entry.StartsWith("…[+14 events", StringComparison.Ordinal));
        Assert.Equal(@"…[+14 events, #3–#16: poll ×7, like #1 but for ""a\u000A]"", b: \u202E2…\u202E8]", marker);
    }

    [Theory]
    [InlineData("growing polls")]
    [InlineData("polls that change")]
    [InlineData("two calls in turn")]
    public void Arguments_that_are_told_at_a_budget_are_told_at_every_larger_one(string name)
    {
        var session = SomeSessions.Named(name);
        var values = session.ToolUses.Select(use => use.Call!.Arguments.Property("at").AsString()!).Distinct().ToList();
        var told = new HashSet<string>();
        for (var budget = 500; budget < 8_000; budget += 250)
        {
            var text = Condensed(session, budget).ToText();
            var now = values.Where(value => Regex.IsMatch(text, $@"\b{value}\b")).ToHashSet();
            Assert.Subset(now, told);
            told = now;
        }
        Assert.Equal(values.Count, told.Count);
    }

    private static IEnumerable<int> Range(int first, int count) => Enumerable.Range(first, count);

    /// <summary>The transcript of a session with some calls, followed by more work than fits into the budget.</summary>
    private static List<string> Condense(int budget, SomeEvents[] done, bool moreWork = true)
    {
        var work = Range(0, moreWork ? 40 : 0)
            .Select(n =>
                Some.ToolUse(
                    "read",
                    $$"""{"path":"{{(char)('a' + n % 26)}}/{{n}}"}""",
                    Some.Quoted(new string((char)('a' + n % 26), 2_000))
                )
            );
        var session = Some.Session([Some.UserInput("Deploy it."), .. done, .. work, Some.Text("That is all.")]);
        return [.. Condensed(session, budget).Entries.Select(entry => entry.Text)];
    }

    private static CondensedSession Condensed(Session session, int budget) =>
        Condenser.Condense(session.Shown(), new CondenseOptions { MaxTokens = budget }, TestContext.Current.CancellationToken);
}
