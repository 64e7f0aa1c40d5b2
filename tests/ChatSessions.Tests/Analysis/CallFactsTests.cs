using ChatSessions.Analysis;
using ChatSessions.Reviewing;
using Xunit;

namespace ChatSessions.Tests.Analysis;

public sealed class CallFactsTests
{
    [Fact]
    public void Calls_with_only_calls_between_them_ran_in_parallel()
    {
        var facts = Facts(
            Some.UserInput("Go"),
            Some.ToolUse("alone"),
            Some.ToolCall("a", callId: "a"),
            Some.ToolCall("b", callId: "b"),
            Some.ToolCall("c", callId: "c"),
            Some.ToolResult("b", callId: "b"),
            Some.ToolResult("a", callId: "a"),
            Some.ToolResult("c", callId: "c"),
            Some.ToolUse("next")
        );

        Assert.Equal([null, 3, 3, 3, null], facts.Select(one => one.ParallelGroup));
    }

    [Fact]
    public void A_call_made_before_an_earlier_one_is_answered_ran_in_parallel_with_it()
    {
        var facts = Facts(
            Some.ToolCall("slow", callId: "s"),
            Some.Text("meanwhile"),
            Some.ToolUse("quick", callId: "q"),
            Some.ToolUse("quick", callId: "r"),
            Some.ToolResult("slow", callId: "s"),
            Some.ToolUse("after")
        );

        Assert.Equal([0, 0, 0, null], facts.Select(one => one.ParallelGroup));
    }

    [Fact]
    public void A_call_without_a_result_keeps_no_group_open()
    {
        var facts = Facts(
            Some.UnansweredToolUse("lost"),
            Some.Text("no answer"),
            Some.ToolUse("next"),
            Some.UserInput("again"),
            Some.UnansweredToolUse("lost"),
            Some.UserInput("again"),
            Some.ToolUse("next")
        );

        Assert.All(facts, one => Assert.Null(one.ParallelGroup));
    }

    [Fact]
    public void A_call_repeats_the_first_one_with_the_same_arguments_and_says_whether_the_result_is_the_same()
    {
        var facts = Facts(
            Some.ToolUse("ls", "{\"p\":1}", "\"a\""),
            Some.ToolUse("ls", "{\"p\":2}", "\"a\""),
            Some.ToolUse("cat", "{\"p\":1}", "\"a\""),
            Some.ToolUse("ls", "{\"p\":1}", "\"a\""),
            Some.ToolUse("ls", "{\"p\":1}", "\"b\"")
        );

        Assert.Equal([null, null, null, 0, 0], facts.Select(one => one.Repeats));
        Assert.Equal([null, null, null, 1, null], facts.Select(one => one.SameResult));
    }

    [Theory]
    [InlineData("{\"returncode\":2,\"output\":\"x\"}", 2)]
    [InlineData("{\"exit_code\":0,\"output\":\"x\"}", 0)]
    [InlineData("{\"is_error\":true,\"content\":\"Exit code 127\\nnot found\"}", 127)]
    [InlineData("{\"content\":\"Exit code 127\\nnot found\"}", null)]
    [InlineData("{\"exit_code\":\"2\"}", null)]
    [InlineData("\"exit_code 2\"", null)]
    public void An_exit_code_is_one_that_was_recorded(string result, int? code) =>
        Assert.Equal(code, Facts(Some.ToolUse("bash", result: result))[0].ExitCode);

    [Theory]
    [InlineData("{\"returncode\":0,\"output\":\"ab\\ncd\"}", 5)]
    [InlineData("\"\\u00e9\"", 1)]
    [InlineData("{ \"a\" : \"b c\", \"d\" : [ 1, 2 ] }", 21)]
    [InlineData("null", 4)]
    public void The_size_is_that_of_the_text_that_is_shown(string result, int characters) =>
        Assert.Equal(characters, Facts(Some.ToolUse("bash", result: result))[0].ResultCharacters);

    [Fact]
    public void Without_a_result_there_is_no_size()
    {
        Assert.Null(Facts(Some.UnansweredToolUse("bash"))[0].ResultCharacters);
    }

    [Theory]
    [InlineData("{\"returncode\":1,\"output\":\"Traceback\\n  File\\nKeyError: 'pk'\\n\"}", "KeyError: 'pk'")]
    [InlineData("{\"returncode\":1,\"stdout\":\"ok so far\",\"stderr\":\"ls: no such file\\n\"}", "ls: no such file")]
    [InlineData("{\"error\":\"out of stock\",\"id\":null}", "out of stock")]
    [InlineData(
        "{\"returncode\":-1,\"output\":\"Get:9 …\",\"exception_info\":\"timed out after 60 seconds\"}",
        "timed out after 60 seconds"
    )]
    [InlineData("{\"returncode\":1,\"output\":\"make: Error 2\",\"cwd\":\"/src\"}", "make: Error 2")]
    [InlineData("{\"success\":false,\"message\":\"no such order\"}", "no such order")]
    [InlineData("{\"error\":{\"code\":5,\"message\":\"no such order\"}}", "no such order")]
    [InlineData("{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"no such order\"}]}", "no such order")]
    [InlineData("{\"error\":\"out of stock\",\"output\":\"\",\"reason\":\"other\"}", "out of stock")]
    [InlineData("\"Error: full\\nTry later.\"", "Error: full")]
    [InlineData("{\"returncode\":1,\"output\":\"x = 1 +\\n       ^\\n\"}", "x = 1 +")]
    [InlineData("{\"returncode\":1,\"stderr\":\"a warning\",\"stdout\":\"KeyError: 'pk'\\nbye\"}", "KeyError: 'pk'")]
    [InlineData(
        "{\"returncode\":1,\"output\":\"collecting ... ERROR: not found: a.py::x\\n(no match)\\n= 2 warnings in 0.1s =\"}",
        "ERROR: not found: a.py::x"
    )]
    [InlineData("{\"returncode\":1,\"output\":\"no such flag\\n(Open file: n/a)\\n(Current directory: /src)\\nbash-$\"}", "no such flag")]
    [InlineData("{\"returncode\":1,\"output\":\"no flag\\n(Open file: n/a)\\nand more\\nbash-$\"}", "and more")]
    [InlineData(
        "\"KeyError: 'x'\\nEXECUTION TIMED OUT: NO OUTPUT FOR 30 SECONDS.\\nREFINE YOUR COMMAND\"",
        "EXECUTION TIMED OUT: NO OUTPUT FOR 30 SECONDS."
    )]
    [InlineData(
        "{\"returncode\":1,\"output\":\"one\\nTraceback (most recent call last):\\n  File 'a.py', line 1, in <module>\\n    main()\\n\"}",
        "Traceback (most recent call last):"
    )]
    [InlineData(
        "{\"returncode\":1,\"stderr\":\"Traceback (most recent call last):\\n  File\",\"stdout\":\"\"}",
        "Traceback (most recent call last):"
    )]
    [InlineData("{\"returncode\":1,\"output\":\"Traceback (most recent call last):\\n  File\\nno more\"}", "no more")]
    [InlineData(
        "{\"exit_code\":2,\"output\":\"Output:\\n{\\\"chunk_id\\\": \\\"ab\\\", \\\"exit_code\\\": 2, \\\"output\\\": \\\"on\\\\npump: no water\\\\n\\\"}\"}",
        "pump: no water"
    )]
    [InlineData("{\"exit_code\":2,\"output\":\"{\\\"error\\\": \\\"no water\\\", \\\"output\\\": \\\"on\\\"}\"}", "no water")]
    [InlineData("{\"exit_code\":2,\"output\":\"{\\\"n\\\": 2}\"}", "{\"n\": 2}")]
    [InlineData("{\"exit_code\":2,\"output\":\"{no JSON}\"}", "{no JSON}")]
    [InlineData("{\"returncode\":0,\"output\":\"KeyError: 'pk'\"}", null)]
    [InlineData("{\"returncode\":1,\"output\":\"\"}", null)]
    public void The_error_line_is_the_one_that_says_what_went_wrong(string result, string? line) =>
        Assert.Equal(line, Facts(Some.ToolUse("tool", result: result))[0].ErrorLine);

    [Theory]
    [InlineData(
        "E   KeyError: 'b'\nFAILED a.py::test_x - KeyError: 'b'\n= 1 failed, 4 passed in 0.1s =",
        "FAILED a.py::test_x - KeyError: 'b'"
    )]
    [InlineData(
        "E   KeyError: 'a long name'\nFAILED a.py::test_x - KeyError: '...\n= 1 failed =",
        "FAILED a.py::test_x - KeyError: 'a long name'"
    )]
    [InlineData("E   TypeError: other\nFAILED a.py::test_x - KeyError: '...\n= 1 failed =", "FAILED a.py::test_x - KeyError: '...")]
    [InlineData("FAILED a.py::test_x[1.5-2]\n! stopping after 1 failures !\n= 1 failed, 2 passed in 3s =", "FAILED a.py::test_x[1.5-2]")]
    [InlineData("E   KeyError: 'b'\nFAILED a.py::test_x[long]\n= 1 failed in 0.1s =", "FAILED a.py::test_x[long] - KeyError: 'b'")]
    [InlineData("KeyError: 'printed'\nFAILED a.py::test_x[long]\n= 1 failed in 0.1s =", "FAILED a.py::test_x[long]")]
    [InlineData("ERROR a.py - ImportError: x\n= 1 error in 0.1s =", "ERROR a.py - ImportError: x")]
    [InlineData("E       AssertionError: 1 != 2\n= 1 failed, 4 passed in 0.1s =", "AssertionError: 1 != 2")]
    [InlineData("FAILED a.py::test_x - KeyError: 'b'\nTraceback:\nValueError: later\n= 1 failed =", "ValueError: later")]
    [InlineData("...F.\n=== 1 failed, 4 passed in 0.1s ===\nsee the report", "1 failed, 4 passed in 0.1s")]
    public void The_error_line_of_tests_names_one_that_failed_or_its_error_and_counts_only_if_there_is_none(string output, string line)
    {
        var use = Some.ToolUse("bash", """{"command":"pytest | tail"}""", $$"""{"returncode":0,"output":{{Some.Quoted(output)}}}""");

        Assert.Equal(line, Facts(use)[0].ErrorLine);
        Assert.Equal(line, SessionReview.Of(Some.Session(use).Shown(), TestContext.Current.CancellationToken).Failures.Single().Line);
    }

    [Fact]
    public void A_result_without_a_call_is_among_them()
    {
        var facts = Facts(Some.UserInput("Go"), Some.ToolResult("bash", "\"left over\"", "nobody"));

        Assert.Equal((1, null, 1), (facts[0].Use.Position, facts[0].Use.Call, facts[0].Turn));
    }

    private static IReadOnlyList<CallFacts> Facts(params SomeEvents[] events) => CallFacts.Of(Some.Session(events));
}
