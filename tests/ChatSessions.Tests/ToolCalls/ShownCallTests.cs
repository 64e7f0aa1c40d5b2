using System.Text.Json;
using ChatSessions.Analysis;
using ChatSessions.ToolCalls;
using Xunit;

namespace ChatSessions.Tests.ToolCalls;

public sealed class ShownCallTests
{
    [Fact]
    public void Short_arguments_are_whole_and_longer_ones_share_the_rest()
    {
        var call = Show(
            Some.ToolUse("edit", $$"""{"path":"src/a.py","old":"{{new string('x', 400)}}","new":"{{new string('y', 400)}}"}""")
        );

        var shown = call.ArgumentsWithin(208);

        Assert.Equal(["path", "old", "new"], shown.Select(one => one.Name));
        Assert.Equal([true, false, false], shown.Select(one => one.IsWhole));
        Assert.All(shown.Skip(1), one => Assert.Equal(100, one.Pieces[0].Text.Length));
        Assert.Equal(808, call.ArgumentsCharacters);
        Assert.All(call.ArgumentsWithin(808), one => Assert.True(one.IsWhole));
    }

    [Fact]
    public void The_marker_of_a_cut_leads_to_exactly_the_rest()
    {
        var command = string.Concat(Enumerable.Range(0, 200).Select(number => $"echo \"{number}\"\n"));
        var session = Some.Session(Some.UserInput("Go"), Some.ToolUse("bash", $$"""{"command":{{Some.Quoted(command)}}}""")).Shown();
        var call = new ShownCall(session, CallFacts.Of(session.Session)[0]);

        var (head, cut) = (call.ArgumentsWithin(300)[0].Pieces[0].Text, call.ArgumentsWithin(300)[0].Pieces[1].Cut!);

        Assert.StartsWith(head, command, StringComparison.Ordinal);
        Assert.Equal(command.Length - head.Length, cut.Characters);
        Assert.Equal(1, cut.Event);
        var rest = session[cut.Event].Text(cut.Offset);
        Assert.Equal(
            command[head.Length..],
            JsonDocument.Parse($"\"{rest[..rest.IndexOf("\"}", StringComparison.Ordinal)]}\"").RootElement.GetString()
        );
    }

    [Fact]
    public void A_long_error_line_is_cut_between_words()
    {
        var line = "FAILED tests/test_temperature.py::test_sapm_series - ValueError: Invalid frequency. " + new string('x', 80);
        var call = Show(
            Some.FailedToolUse(
                "run",
                $"{line} It failed, and raised ValueError(\"Invalid frequency: H. Failed to parse with the error message: KeyError('H').\")"
            )
        );

        Assert.Equal(
            "FAILED tests/test_temperature.py::test_sapm_series - …raised ValueError(\"Invalid frequency: H. Failed to parse with the error message: KeyError('H').\")",
            call.ErrorLine
        );
    }

    [Fact]
    public void Without_any_room_one_marker_stands_for_all_arguments()
    {
        var call = Show(Some.ToolUse("edit", """{"path":"src/a.py","old":"abc"}"""));

        Assert.Equal("…[+11 characters, #0 from 0: 2 arguments]", Assert.Single(call.ArgumentsWithin(0)).Text);
    }

    [Fact]
    public void Arguments_that_are_no_object_are_one_text()
    {
        Assert.Equal("[1,\"two\"]", Assert.Single(Show(Some.ToolUse("t", "[1, \"two\"]")).ArgumentsWithin(100)).Text);
        Assert.Empty(Show(Some.ToolUse("t", "{}")).ArgumentsWithin(100));
        Assert.Empty(Show(Some.ToolUse("t", "null")).ArgumentsWithin(100));
    }

    [Fact]
    public void The_end_of_a_failed_result_is_shown_once_there_is_room()
    {
        var output = string.Concat(Enumerable.Range(0, 100).Select(number => $"line {number}\\n"));
        var call = Show(Some.ToolUse("bash", result: $$"""{"returncode":1,"output":"{{output}}ValueError: bad lamp"}"""));

        Assert.Equal(("returncode 1", "ValueError: bad lamp"), (call.Reason, call.ErrorLine));
        Assert.Null(call.ResultWithin(200));
        Assert.EndsWith("ValueError: bad lamp", call.ResultWithin(300)!.Text, StringComparison.Ordinal);
        Assert.StartsWith("line 0\n", call.ResultWithin(300)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_matches_is_shown_although_it_is_far_into_the_text()
    {
        var output = string.Concat(Enumerable.Range(0, 500).Select(number => $"line {number}\\n"));
        var call = Show(Some.ToolUse("bash", result: $$"""{"output":"{{output}}"}"""), CallPattern.Parse("\"line 321\""));

        Assert.Contains("line 321", call.ResultWithin(40)!.Text, StringComparison.Ordinal);
        Assert.True(call.ResultWithin(40)!.Text.Length < 200);
    }

    [Fact]
    public void The_line_that_counts_tests_is_shown_although_it_is_far_into_the_text()
    {
        var output = string.Concat(Enumerable.Range(0, 100).Select(number => $"test_{number} ok\\n"));
        var call = Show(Some.ToolUse("bash", result: $$"""{"output":"{{output}}=== 100 passed in 3.2s ===\nbye"}"""));

        Assert.Contains("=== 100 passed in 3.2s ===", call.ResultWithin(60)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_result_that_begins_like_others_the_end_is_shown()
    {
        var call = Show(Some.ToolUse("curl", result: $$"""{"output":"  % Total    % Received\n{{new string('-', 300)}}\nHello World"}"""));

        Assert.Equal("  % Total    % Received", call.FirstLine);
        Assert.DoesNotContain("Hello", call.ResultWithin(100)!.Text, StringComparison.Ordinal);
        call.ShowsEnd = true;
        Assert.EndsWith("-\nHello World", call.ResultWithin(100)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_long_error_line_both_ends_are_shown()
    {
        var call = Show(Some.FailedToolUse("bash", $"Command {new string('x', 400)} timed out after 60 seconds"));

        Assert.StartsWith("Command xxx", call.ErrorLine, StringComparison.Ordinal);
        Assert.EndsWith("timed out after 60 seconds", call.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(161, call.ErrorLine!.Length);
    }

    [Fact]
    public void Other_fields_of_a_result_are_named_with_their_lengths()
    {
        var call = Show(Some.ToolUse("bash", result: """{"stdout":"done","stderr":"a warning","returncode":0}"""));

        Assert.Equal(("done", "stderr (9 characters)"), (call.ResultWithin(99)!.Text, call.AlsoInResult));
        Assert.Null(Show(Some.ToolUse("bash", result: """{"stdout":"done","stderr":""}""")).AlsoInResult);
    }

    [Fact]
    public void Where_the_text_of_a_result_is_empty_all_of_it_is_shown()
    {
        var call = Show(Some.ToolUse("bash", result: """{"stdout":"","stderr":"a warning"}"""));

        Assert.Equal("""{"stdout":"","stderr":"a warning"}""", call.ResultWithin(99)!.Text);
        Assert.Null(call.AlsoInResult);
    }

    [Fact]
    public void Arguments_as_JSON_are_exact()
    {
        var call = Show(
            Some.ToolUse("t", """{"n":1.50,"big":123456789012345678901234567890,"text":"a\r\n\"b\"\u00e9","none":null,"list":[true,{}]}""")
        );

        Assert.Equal(
            """{"n":1.50,"big":123456789012345678901234567890,"text":"a\r\n\"b\"é","none":null,"list":[true,{}]}""",
            call.Arguments!.Value.GetRawText()
        );
    }

    [Fact]
    public void Hidden_characters_leave_as_their_codes()
    {
        var call = Show(Some.ToolUse("b\\u202Esh", """{"a\u202E":"b\u202Ec \ud800"}""", "\"x\\u202Ey\""));

        Assert.Equal("""{"a\\u202E":"b\\u202Ec \\uD800"}""", call.Arguments!.Value.GetRawText());
        Assert.Equal("b\\u202Esh", call.Tool);
        Assert.Equal("b\\u202Ec \\uD800", call.ArgumentsWithin(99)[0].Text);
        Assert.Equal("x\\u202Ey", call.ResultWithin(99)!.Text);
    }

    [Fact]
    public void Arguments_too_deep_for_readers_are_only_a_text()
    {
        var deep = $$"""{"a":{{new string('[', 100)}}{{new string(']', 100)}}}""";

        var call = Show(Some.ToolUse("t", deep));

        Assert.Null(call.Arguments);
        Assert.True(Assert.Single(call.ArgumentsWithin(500)).IsWhole);
    }

    private static ShownCall Show(SomeEvents use, CallPattern? matching = null)
    {
        var session = Some.Session(use).Shown();
        return new(session, CallFacts.Of(session.Session)[0], matching);
    }
}
