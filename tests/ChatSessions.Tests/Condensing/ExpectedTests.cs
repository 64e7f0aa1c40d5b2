using System.Collections.Immutable;
using ChatSessions.Condensing;
using ChatSessions.Model;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>What is expected of an answer, and when it counts as kept.</summary>
public sealed class ExpectedTests
{
    private const string Listing = """{"output":"src/parser_core.py is here\nnothing of use in here","returncode":0}""";

    private static readonly SomeEvents Cat = Some.ToolUse("bash", """{"command":"cat src/parser_core.py"}""", "\"def parse\"");

    [Fact]
    public void A_line_is_used_later_if_the_agent_takes_up_a_word_that_is_first_in_it()
    {
        var session = Some.Session(Some.ToolUse("bash", """{"command":"ls"}""", Listing), Cat);

        var line = Assert.Single(UsedLine.Of(session));
        Assert.Equal("src/parser_core.py is here", line.Text);
        Assert.Equal(["src/parser_core.py"], line.Facts);
        Assert.Equal([true], Kept(Expected.Used, session, "so src/parser_core.py\n  is here"));
        Assert.Equal([false], Kept(Expected.Used, session, "src/parser_core.py was there"));
        Assert.Equal([true], Kept(Expected.Facts, session, "src/parser_core.py was there"));
    }

    [Fact]
    public void What_the_user_named_first_was_not_found_out() =>
        Assert.Empty(
            UsedLine.Of(Some.Session(Some.UserInput("See src/parser_core.py"), Some.ToolUse("bash", """{"command":"ls"}""", Listing), Cat))
        );

    [Fact]
    public void What_only_the_user_takes_up_is_not_used() =>
        Assert.Empty(
            UsedLine.Of(Some.Session(Some.ToolUse("bash", """{"command":"ls"}""", Listing), Some.UserInput("See src/parser_core.py")))
        );

    [Fact]
    public void Of_a_long_line_what_stands_around_the_word_is_expected()
    {
        var result = $"{new string('a', 9)} {new string('.', 150)} W-10423 {new string('.', 150)}";
        var line = Assert.Single(UsedLine.Of(Some.Session(Some.ToolUse("get", result: Some.Quoted(result)), Some.Text("It is W-10423."))));

        Assert.Equal(127, line.Text.Length);
    }

    [Fact]
    public void A_value_in_JSON_is_a_line_that_a_table_may_show_as_a_cell()
    {
        var session = Some.Session(
            Some.ToolUse("get", result: """{"orders":[{"order_id":"W-10423","n":1}]}"""),
            Some.Text("Order W-10423 it is.")
        );

        Assert.Equal([true], Kept(Expected.Used, session, """[{"order_id":"W-10423","n":1}]"""));
        Assert.Equal([true], Kept(Expected.Used, session, "order_id | n\n W-10423 | 1"));
        Assert.Equal([false], Kept(Expected.Used, session, "about W-10423"));
    }

    [Theory]
    [InlineData("grep -rn foo src", "", 1, false)]
    [InlineData("cd /repo && git log | grep foo", "", 1, false)]
    [InlineData("grep 'a|b' x; diff a b", "< error\n> none", 1, false)]
    [InlineData("cat none | grep foo", "cat: none: No such file or directory", 1, true)]
    [InlineData("grep foo none", "grep: none: No such file or directory", 2, true)]
    [InlineData("grep -q foo x && python t.py", "no", 1, true)]
    [InlineData("cat > x <<EOF\ngrep foo\nEOF\npython x; grep", "", 1, false)]
    public void A_command_that_only_says_no_has_not_failed(string command, string output, int returnCode, bool isFailure)
    {
        var session = Some.Session(
            Some.ToolUse(
                "bash",
                $$"""{"command":{{Some.Quoted(command)}}}""",
                $$"""{"output":{{Some.Quoted($"{output}\nlast line")}},"returncode":{{returnCode}}}"""
            )
        );

        Assert.Equal(isFailure ? [false] : [], Kept(Expected.Errors, session, ""));
    }

    [Fact]
    public void Of_a_thought_its_beginning_is_expected_if_it_is_long()
    {
        var thought = string.Join(' ', Enumerable.Range(100, 60));
        var session = Some.Session(Some.Thinking(thought), Some.Thinking("A short one"));

        Assert.Equal([true], Kept(Expected.Thoughts, session, thought[..200]));
        Assert.Equal([false], Kept(Expected.Thoughts, session, thought[..190]));
    }

    [Fact]
    public void A_thought_in_pieces_is_one() =>
        Assert.Single(Kept(Expected.Thoughts, Some.Session(Some.ThinkingDelta(new('a', 100)), Some.ThinkingDelta(new('b', 100))), ""));

    [Fact]
    public void A_sentence_that_says_why_is_expected_whole()
    {
        var session = Some.Session(
            Some.Text(
                "I look around here. The issue is that the cache is stale. Next I read the file.\n根本原因是缓存没有在写入之后更新，所以读取了旧的数据。"
            )
        );

        Assert.Equal([true, false], Kept(Expected.Decisions, session, "The issue is that the cache is stale."));
        Assert.Equal([false, false], Kept(Expected.Decisions, session, "The issue is that the cache"));
    }

    [Fact]
    public void A_text_that_a_turn_ends_with_is_an_answer_and_the_last_text_is_the_answer_of_the_session()
    {
        var session = Some.Session(
            Some.UserInput("one"),
            Some.Text("First answer"),
            Some.UserInput("two"),
            Some.Text("Not yet"),
            Some.ToolUse("look"),
            Some.Text("Second answer"),
            Some.Stop(),
            Some.UserInput("three"),
            Some.Text("I call the tool now"),
            Some.ToolUse("look")
        );

        Assert.Equal([true, false], Kept(Expected.Answers, session, "First answer"));
        Assert.Equal([true], Kept(Expected.LastAnswer, session, "I call the tool now"));
    }

    [Fact]
    public void A_short_result_is_expected_in_full()
    {
        var session = Some.Session(
            Some.ToolUse("look", result: "\"42 rows\""),
            Some.ToolUse("look", result: "\"ok\""),
            Some.ToolUse("look", result: Some.Quoted(new string('a', 201)))
        );

        Assert.Equal([true], Kept(Expected.ShortResults, session, "→ 42\n rows"));
        Assert.Equal([false], Kept(Expected.ShortResults, session, "→ 42"));
    }

    [Fact]
    public void Of_the_last_diff_the_lines_added_and_removed_are_expected()
    {
        var session = Some.Session(
            Some.ToolUse("bash", result: Some.Quoted("diff --git a/x b/x\n+an older line")),
            Some.ToolUse("bash", result: Some.Quoted("diff --git a/x b/x\n--- a/x\n+++ b/x\n same\n-old line\n+new line\n+}"))
        );

        Assert.Equal([false, true], Kept(Expected.Patch, session, "+an older line\n+new line"));
    }

    [Fact]
    public void A_changed_line_counts_only_with_the_name_of_its_file()
    {
        var session = Some.Session(Some.ToolUse("write_file", """{"path":"a.py","content":"import os\nimport sys"}"""));

        Assert.Equal([true, false], Kept(Expected.Changed, session, "write_file: a.py, import os"));
        Assert.Equal([false, false], Kept(Expected.Changed, session, "import os"));
    }

    [Theory]
    [InlineData("→ →", "#1", false)]
    [InlineData("beta gamma delta", "#3: as #1", true)]
    [InlineData("beta gamma delta", "#3", false)]
    [InlineData("beta", "#3: as #1", false)]
    public void An_argument_is_kept_if_an_earlier_call_says_what_is_cut_from_it(string shown, string address, bool isKept)
    {
        var session = Some.Session(
            Some.UserInput("Do it."),
            Some.ToolUse("run", """{"text":"alpha beta gamma delta"}"""),
            Some.ToolUse("run", """{"text":"omega beta gamma delta"}""")
        );
        var offset = session.Events[3].Json.ToString().IndexOf("beta", StringComparison.Ordinal);
        var marker = $"…[+16 characters, {address.Replace("#3", $"#3 from {offset}", StringComparison.Ordinal)}]";
        var condensed = new Condenser(session.Shown()).Condense(new(), TestContext.Current.CancellationToken) with
        {
            Entries = Entries("#0 user: Do it.", $"#1 run: alpha {shown}", $"#3 run: omega {marker}", "…[+2 events: result #2 #4]"),
        };
        var answer = Answer.Of(session, 5_000, CondensedForm.Text, condensed);

        Assert.Equal(isKept, Expected.Of(session).Last(one => one.Measure == Expected.Arguments).IsKept(answer));
    }

    [Fact]
    public void What_the_next_budget_loses_is_counted()
    {
        var session = Some.Session([.. Enumerable.Range(0, 400).Select(at => Some.UserInput($"question {at}"))]);
        var measured = Measurement.Of([session], [500, 1_000], Channel.Ends);

        Assert.Equal(100, measured[0].KeptByNext);
        Assert.Null(measured[1].KeptByNext);
        Assert.InRange(measured[1].Percent(Expected.UserTurns)!.Value, measured[0].Percent(Expected.UserTurns)!.Value + 1, 99);
    }

    [Fact]
    public void Markers_and_positions_are_the_tokens_of_the_server()
    {
        var session = Some.Session(Some.UserInput("Do it."), Some.Text("Done."));
        var whole = Answer.Of(session, 5_000, Channel.Text);
        var condensed = new Condenser(session.Shown()).Condense(new(), TestContext.Current.CancellationToken) with
        {
            Entries = Entries("Do it.", "Done."),
        };

        Assert.InRange(whole.MarkerTokens, 2, 6);
        Assert.Equal(0, Answer.Of(session, 5_000, CondensedForm.Text, condensed).MarkerTokens);
    }

    private static ImmutableArray<ChatSessions.Condensing.TranscriptEntry> Entries(params string[] lines) =>
        [.. lines.Select(line => ChatSessions.Condensing.TranscriptEntry.Omitted(line, new EntryFields()))];

    private static List<bool> Kept(string measure, Session session, string text) =>
        [
            .. from one in Expected.Of(session)
            where one.Measure == measure
            select one.IsKept(Answer.Plain(session, 5_000, Channel.Ends, text)),
        ];
}
