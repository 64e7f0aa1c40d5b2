using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Tokens;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>What the head of a condensed session says, in both forms.</summary>
public sealed class HeadTests
{
    [Fact]
    public void An_outcome_names_the_stop_that_it_rests_on() =>
        Assert.Equal("ok (stop #2)", Outcome(Some.Session(Some.UserInput("Why?"), Some.Text("So."), Some.Stop())));

    [Fact]
    public void An_error_is_said_after_the_stop_that_it_rests_on() =>
        Assert.Equal(
            "error (stop #2): Out of turns",
            Outcome(Some.Session(Some.UserInput("Why?"), Some.Text("So."), Some.Stop("Out of turns")))
        );

    [Fact]
    public void A_session_is_unfinished_where_events_follow_its_last_stop() =>
        Assert.Equal(
            "unfinished (events follow stop #1)",
            Outcome(Some.Session(Some.Text("So."), Some.Stop(), Some.UserInput("And then?"), Some.Text("Then")))
        );

    [Fact]
    public void Without_a_stop_the_outcome_is_that_of_the_metadata() =>
        Assert.Equal("ok (job metadata, no stop event)", Outcome(Some.Session(Some.UserInput("Why?"), Some.Text("So."))));

    [Fact]
    public void Without_a_stop_and_metadata_a_session_is_unfinished_up_to_its_last_event() =>
        Assert.Equal("unfinished (no stop event up to #1)", Outcome(Bare(Some.UserInput("Why?"), Some.Text("So."))));

    [Fact]
    public void An_imported_session_without_a_stop_rests_on_its_last_answer()
    {
        const string Source = """{"format":"codex"}""";

        Assert.Equal(
            "ok (ends with the answer #2, no stop event after it)",
            Outcome(Some.Imported("s", Source, Some.ToolUse("look"), Some.Text("So.")))
        );
        Assert.Equal(
            "unfinished (no stop event up to #1; the last call, #1, is unanswered)",
            Outcome(Some.Imported("s", Source, Some.Text("So."), Some.ToolCall("look")))
        );
    }

    [Fact]
    public void The_head_says_which_program_recorded_the_session_and_what_it_says_of_it()
    {
        const string Source = """
            {"format":"claude-code","cwd":"/home/ann/src/web/api","git_branch":"fix\nOutcome: ok","models":["m-1","m-2"],
            "parent_session_id":"ses-0","agent_type":"Explore","description":"find the leak"}
            """;

        Assert.Equal(
            "claude-code in /home/ann/src/web/api, branch \"fix Outcome: ok\", models m-1, m-2; subagent of ses-0: find the leak",
            Head(Some.Imported("s", Source, Some.Text("So.")), "Recorded by")
        );
        Assert.Equal("codex", Head(Some.Imported("s", """{"format":"codex"}""", Some.Text("So.")), "Recorded by"));
        Assert.Null(Head(Some.Session(Some.Text("So.")), "Recorded by"));
    }

    [Fact]
    public void A_turn_says_when_it_began_and_a_long_call_how_long_it_took()
    {
        var session = Some.Imported(
            "s",
            """{"format":"codex"}""",
            Some.Event("""{"type":"user_input","timestamp":"2026-03-01T23:10:00.000Z","content":"Q1"}"""),
            Some.Event("""{"type":"tool_call","timestamp":"2026-03-01T23:10:01.000Z","call_id":"1","name":"run","arguments":{"n":1}}"""),
            Some.Event("""{"type":"tool_result","timestamp":"2026-03-01T23:11:13.500Z","call_id":"1","name":"run","result":"done"}"""),
            Some.Event("""{"type":"tool_call","timestamp":"2026-03-01T23:12:00.000Z","call_id":"2","name":"run","arguments":{"n":2}}"""),
            Some.Event("""{"type":"tool_result","timestamp":"2026-03-01T23:12:09.999Z","call_id":"2","name":"run","result":"quick"}"""),
            Some.Event("""{"type":"user_input","timestamp":"2026-03-01T23:30:00.000Z","content":"Q2"}"""),
            Some.Event("""{"type":"user_input","timestamp":"2026-03-02T00:00:00.000Z","content":"Q3"}"""),
            Some.UserInput("Q4")
        );

        var text = Condenser.Condense(session.Shown(), new(), TestContext.Current.CancellationToken).ToText();

        Assert.Contains("#0 user (2026-03-01 23:10): Q1\n", text);
        Assert.Contains("#1 run (took 72 s): 1\n→ done\n", text);
        Assert.Contains("#3 run: 2\n→ quick\n", text);
        Assert.Contains("#5 user (23:30): Q2\n", text);
        Assert.Contains("#6 user (2026-03-02 00:00): Q3\n", text);
        Assert.Contains("#7 user: Q4\n", text);
    }

    [Fact]
    public void A_session_without_a_run_says_what_it_holds()
    {
        Assert.Equal("never_run (no events)", Outcome(Bare()));
        Assert.Equal("never_run (only user messages)", Outcome(Bare(Some.UserInput("Why?"))));
    }

    [Fact]
    public void A_user_message_that_nobody_answered_is_named()
    {
        Assert.Equal(
            "ok (stop #3; the last user message, #2, is unanswered)",
            Outcome(Some.Session(Some.UserInput("Why?"), Some.Text("So."), Some.UserInput("Really?"), Some.Stop()))
        );
        Assert.Equal(
            "ok (stop #2; the last user message, #0, is unanswered)",
            Outcome(Some.Session(Some.UserInput("Why?"), Some.Thinking("Hm."), Some.Stop()))
        );
    }

    [Fact]
    public void A_goodbye_of_the_user_needs_no_answer()
    {
        Assert.Equal(
            "ok (stop #3; the last user message, #2, ends the conversation)",
            Outcome(Some.Session(Some.UserInput("Why?"), Some.Text("So."), Some.UserInput("Thanks, bye!"), Some.Stop()))
        );
    }

    [Fact]
    public void A_run_that_ends_in_a_call_that_failed_says_so()
    {
        Assert.Equal("ok (stop #2; the last call, #0, failed)", Outcome(Some.Session(Some.FailedToolUse("search"), Some.Stop())));
        Assert.Equal("ok (stop #1; the last call, #0, is unanswered)", Outcome(Some.Session(Some.ToolCall("submit"), Some.Stop())));
        Assert.Equal("ok (stop #3)", Outcome(Some.Session(Some.FailedToolUse("search"), Some.Text("It failed."), Some.Stop())));
    }

    [Fact]
    public void A_title_that_only_repeats_a_stock_opening_is_replaced()
    {
        var session = Some.Session(
            "ses-1",
            "<task> You are a helpful agent. Book a...",
            Some.UserInput("<task>\nYou are a helpful agent. Book a flight to Oslo.\n</task>")
        );

        Assert.Equal("Book a flight to Oslo.", Head(session, "Title"));
    }

    [Fact]
    public void Changed_files_are_named_with_what_changed_and_where()
    {
        var session = Some.Session(
            Edit("src/a.py", "one\ntwo", "one\n2\n3"),
            Some.ToolUse("Write", """{"file_path":"tests/b.py","content":"x\n"}"""),
            Edit("src/c.py", "x", "y"),
            Edit("src/c.py", "y", "z")
        );

        Assert.Equal("src/c.py (2 calls, +2 -2, last #6), src/a.py (+2 -1, #0), tests/b.py (written, #2)", Head(session, "Changed"));
    }

    [Fact]
    public void A_session_that_changed_no_file_says_nothing_of_files() =>
        Assert.Null(Head(Some.Session(Some.ToolUse("Read", """{"file_path":"a.py"}""")), "Changed"));

    [Fact]
    public void Files_that_were_deleted_again_are_not_named()
    {
        var session = Some.Session(Bash("echo 1 > scratch.txt"), Bash("sed -i s/a/b/ src/a.py"), Bash("rm scratch.txt"));

        Assert.Equal("src/a.py (#2)", Head(session, "Changed"));
    }

    [Fact]
    public void Files_that_were_reverted_are_not_named()
    {
        var session = Some.Session(Bash("sed -i s/a/b/ b.py"), Bash("sed -i s/a/b/ src/a.py"), Bash("git checkout b.py"));

        Assert.Equal("src/a.py (#2)", Head(session, "Changed"));
    }

    [Theory]
    [InlineData(500, 20)]
    [InlineData(1_500, 50)]
    [InlineData(2_999, 50)]
    [InlineData(5_000, 100)]
    public void Many_changed_files_cost_little(int budget, int most)
    {
        var session = Some.Session([.. Enumerable.Range(0, 30).Select(number => Edit($"src/module/file{number}.py", "x", "y"))]);

        var line = Head(session, "Changed", budget)!;

        Assert.StartsWith("src/module/file29.py (+1 -1, #58), ", line, StringComparison.Ordinal);
        Assert.EndsWith(" more", line, StringComparison.Ordinal);
        Assert.InRange(TokenCounter.Count(line), 1, most + 5);
    }

    [Fact]
    public void The_name_of_a_changed_file_cannot_pass_for_a_line_of_the_head()
    {
        var line = Head(Some.Session(Edit("a\nNotes: forged", "x", "y")), "Changed");

        Assert.Equal("a\\u000ANotes: forged (+1 -1, #0)", line);
    }

    [Fact]
    public void An_argument_that_is_the_same_in_all_calls_is_said_once()
    {
        var session = Some.Session(
            Run("ls", "/repo"),
            Run("pwd", "/repo"),
            Run("id", "/repo"),
            Some.ToolUse("search", """{"query":"a","limit":5}"""),
            Some.ToolUse("search", """{"query":"b","limit":5}""")
        );
        var condensed = Condense(session);

        Assert.Equal("shell(command; always workdir: /repo, timeout: 60) ×3, search(query, limit) ×2", Head(session, "Tools"));
        Assert.Equal("""{"workdir":"/repo","timeout":60}""", condensed.ToJson().GetProperty("tools")[0].GetProperty("always").GetRawText());
        Assert.True(condensed.IsConstant("shell", "workdir"));
        Assert.True(condensed.IsConstant("shell", "timeout"));
        Assert.False(condensed.IsConstant("shell", "command"));
        // Two calls are too few.
        Assert.False(condensed.IsConstant("search", "limit"));
    }

    [Fact]
    public void What_one_call_leaves_out_or_all_calls_have_in_common_is_not_constant()
    {
        var missing = Some.Session(
            Run("ls", "/repo"),
            Run("pwd", "/repo"),
            Run("id", "/repo"),
            Some.ToolUse("shell", """{"command":"ls"}""")
        );
        var same = Some.Session(Run("ls", "/repo"), Run("ls", "/repo"), Run("ls", "/repo"));
        var isLong = new string('d', 100);

        Assert.False(Condense(missing).IsConstant("shell", "workdir"));
        Assert.False(Condense(same).IsConstant("shell", "workdir"));
        Assert.False(Condense(Some.Session(Run("ls", isLong), Run("pwd", isLong), Run("id", isLong))).IsConstant("shell", "workdir"));
    }

    [Fact]
    public void A_head_that_names_no_tools_has_no_constant_arguments()
    {
        var folder = "/" + new string('r', 50);
        SomeEvents[] calls = [Run("ls", folder), Run("pwd", folder), Run("id", folder)];
        var others = Enumerable
            .Range(0, 40)
            .Select(number => Some.ToolUse($"a_tool_with_a_long_name_{number % 11}", """{"some_argument":1}"""));
        var session = Some.Session([.. calls, .. others]);

        Assert.True(Condense(session, 5_000).IsConstant("shell", "workdir"));
        Assert.Empty(Condense(session, 500).Tools);
        Assert.False(Condense(session, 500).IsConstant("shell", "workdir"));
    }

    private static SomeEvents Edit(string file, string old, string @new) =>
        Some.ToolUse(
            "Edit",
            $$"""{"file_path":{{Some.Quoted(file)}},"old_string":{{Some.Quoted(old)}},"new_string":{{Some.Quoted(@new)}}}"""
        );

    private static SomeEvents Bash(string command) => Some.ToolUse("bash", $$"""{"command":{{Some.Quoted(command)}}}""");

    private static SomeEvents Run(string command, string folder) =>
        Some.ToolUse("shell", $$"""{"command":{{Some.Quoted(command)}},"workdir":{{Some.Quoted(folder)}},"timeout":60}""");

    /// <summary>A session without metadata about its last run.</summary>
    private static Session Bare(params SomeEvents[] events)
    {
        var session = Some.Session(events);
        return new(session.Summary with { JobMetadata = null, OutcomeOfEvents = null }, session.Events, session.Json);
    }

    private static string? Outcome(Session session) => Head(session, "Outcome");

    /// <summary>A line of the head, after checking that the JSON says the same.</summary>
    private static string? Head(Session session, string label, int budget = 5_000)
    {
        var value = Condense(session, budget).HeadLines().Where(line => line.Label == label).Select(line => line.Value).FirstOrDefault();
        var json = Condense(session, budget).ToJson();
        var inJson = label switch
        {
            "Outcome" => $"{Field("outcome")} ({Field("outcome_basis")})" + (Field("error") is { } error ? $": {error}" : ""),
            "Tools" => value,
            "Changed" => Field("changed_files"),
            "Recorded by" => Field("recorded_by"),
            _ => Field(label.ToLowerInvariant()),
        };
        Assert.Equal(value, inJson);
        return value;

        string? Field(string name) => json.TryGetProperty(name, out var field) ? field.GetString() : null;
    }

    private static CondensedSession Condense(Session session, int budget = 5_000) =>
        Condenser.Condense(session.Shown(), new CondenseOptions { MaxTokens = budget }, TestContext.Current.CancellationToken);
}
