using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public class ToolOutcomeTests
{
    [Theory]
    [InlineData("""{"is_error":true}""", "is_error is true")]
    [InlineData("""{"isError":true,"content":[]}""", "isError is true")]
    [InlineData("""{"success":false}""", "success is false")]
    [InlineData("""{"ok":false}""", "ok is false")]
    [InlineData("""{"output":"","error":"no such file"}""", "error is set")]
    [InlineData("""{"error":{"code":3}}""", "error is set")]
    [InlineData("""{"error":true}""", "error is set")]
    [InlineData("""{"output":"x","returncode":1}""", "returncode 1")]
    [InlineData("""{"exit_code":-9}""", "exit_code -9")]
    [InlineData("""{"exitCode":127}""", "exitCode 127")]
    [InlineData("""{"return_code":1234567890123456789012345678901234567890}""", "return_code is not 0")]
    [InlineData("\"Error: no such file\"", "begins with \"Error\"")]
    [InlineData("\"Traceback (most recent call last):\\n\"", "begins with a traceback")]
    [InlineData("""{"\u0065rror":"\ud800","\ud800":1}""", "error is set")]
    public void A_result_failed_by_these_signs(string result, string reason) =>
        Assert.Equal(new ToolOutcome(ToolOutcomeKind.Failed, reason), OutcomeOf(Some.ToolUse("t", result: result)));

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("false")]
    [InlineData("\"\"")]
    [InlineData("\"No Error at all\"")]
    [InlineData("""[{"error":"of an item"}]""")]
    [InlineData("""{"is_error":false,"isError":"true","success":true,"ok":null}""")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"error":""}""")]
    [InlineData("""{"error":false}""")]
    [InlineData("""{"error":0}""")]
    [InlineData("""{"error":[]}""")]
    [InlineData("""{"error":{}}""")]
    [InlineData("""{"returncode":0,"exit_code":0.0,"exitCode":"1","return_code":null}""")]
    [InlineData("""{"result":{"error":"inside"}}""")]
    public void A_result_without_a_sign_answered(string result) =>
        Assert.Equal(new ToolOutcome(ToolOutcomeKind.Answered, null), OutcomeOf(Some.ToolUse("t", result: result)));

    [Fact]
    public void A_call_without_a_result_is_unanswered() =>
        Assert.Equal(new ToolOutcome(ToolOutcomeKind.Unanswered, null), OutcomeOf(Some.UnansweredToolUse("t")));

    [Fact]
    public void A_result_without_a_call_may_have_failed_too() => Assert.True(OutcomeOf(Some.ToolResult("t", "\"Error\"")).IsFailure);

    private static ToolOutcome OutcomeOf(SomeEvents events) => Assert.Single(Some.Session(events).ToolUses).Outcome;
}
