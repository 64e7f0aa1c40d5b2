using ChatSessions.Model;
using Xunit;
using static ChatSessions.Tests.Importing.ClaudeCodeLines;

namespace ChatSessions.Tests.Importing;

/// <summary>Results whose text begins as an error message does, though Claude Code does not say that the call failed.</summary>
public sealed class ClaudeCodeResultTests : ImportTest
{
    [Theory]
    [InlineData("Read", "")]
    [InlineData("Read", "\"is_error\":false,")]
    [InlineData("mcp__shop__get", "\"is_error\":false,")]
    public void A_call_that_did_not_fail_may_return_a_text_about_an_error(string tool, string flag)
    {
        var use = UseOf(tool, flag, "Error: this page is about errors.");

        Assert.Equal(ToolOutcomeKind.Ok, use.Outcome.Kind);
        Assert.Equal("""{"is_error":false,"content":"Error: this page is about errors."}""", use.Result!.Result.ToString());
    }

    [Theory]
    [InlineData("Bash", "\"is_error\":false,")]
    [InlineData("mcp__shop__get", "")]
    [InlineData("Read", "\"is_error\":true,")]
    public void A_command_and_a_server_may_fail_without_saying_so(string tool, string flag) =>
        Assert.True(UseOf(tool, flag, "Error: no such row").Outcome.IsFailure);

    [Theory]
    [InlineData("Errors are listed below.")]
    [InlineData("1 open on Sundays")]
    public void Any_other_text_is_kept_as_it_is(string text) =>
        Assert.Equal(Some.Quoted(text), UseOf("Read", "\"is_error\":false,", text).Result!.Result.ToString());

    private ToolUse UseOf(string tool, string flag, string text) =>
        Assert.Single(
            Import(
                string.Join(
                    '\n',
                    User("u1", "Go."),
                    Calls("a1", "t1", tool),
                    UserWith("u2", $$"""[{"type":"tool_result",{{flag}}"tool_use_id":"t1","content":{{Some.Quoted(text)}}}]""")
                )
            ).Session.ToolUses
        );
}
