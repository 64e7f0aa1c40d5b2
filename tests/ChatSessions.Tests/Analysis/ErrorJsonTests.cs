using ChatSessions.Analysis;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Analysis;

/// <summary>Results that are JSON and tell of an error, recorded as JSON or as a text.</summary>
public sealed class ErrorJsonTests
{
    [Theory]
    [InlineData("""{"status":"error","message":"no such table"}""", "status is error", "no such table")]
    [InlineData("""{"status":"error","code":404,"message":"no such table","data":null}""", "status is error", "no such table")]
    [InlineData("""{"errors":[{"message":"unknown field b","path":["a"]}],"data":null}""", "errors is set", "unknown field b")]
    [InlineData("""{"errors":[{"message":"unknown field b"}]}""", "errors is set", "unknown field b")]
    [InlineData("""{"error":"no credit"}""", "error is set", "no credit")]
    [InlineData("""{"error":{"code":-32601,"message":"no such method"}}""", "error is set", "no such method")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no such method"}}""", "error is set", "no such method")]
    [InlineData("""{"ok":false,"error":"channel_not_found"}""", "ok is false", "channel_not_found")]
    [InlineData("""{"success":false,"message":"no seat left"}""", "success is false", "no seat left")]
    [InlineData("""{"isError":true,"content":[{"type":"text","text":"no such page"}]}""", "isError is true", "no such page")]
    public void An_error_in_JSON_is_a_failure(string json, string reason, string line)
    {
        foreach (
            var result in (string[])[json, Some.Quoted(json), Some.Quoted(json.Replace(",", ",\n  ", StringComparison.Ordinal) + "\n")]
        )
        {
            var use = Use("{}", result);
            Assert.Equal(new ToolOutcome(ToolOutcomeKind.Failed, reason), use.Outcome);
            Assert.Equal(line, FailureLine.Find(use));
        }
    }

    [Theory]
    [InlineData("""{"error":null,"errors":[],"status":"ok"}""")]
    [InlineData("""{"error":""}""")]
    [InlineData("""{"error":0}""")]
    [InlineData("""{"error":false,"success":true,"ok":true,"isError":false}""")]
    [InlineData("""{"status":"error"}""")]
    [InlineData("""{"status":"error","message":""}""")]
    [InlineData("""{"name":"nightly","status":"error","message":"no space left"}""")]
    [InlineData("""{"errors":[{"message":"unknown field b"}],"data":{"a":1}}""")]
    [InlineData("""{"errors":[{"message":"unused b","line":3}],"warnings":[]}""")]
    [InlineData("""{"errors":["unused b"]}""")]
    [InlineData("""{"result":{"status":"error","message":"inside"}}""")]
    [InlineData("""{"errors":{"message":"b"}}""")]
    public void Other_JSON_is_no_failure(string json)
    {
        Assert.Equal(ToolOutcomeKind.Ok, Use("{}", json).Outcome.Kind);
        Assert.Equal(ToolOutcomeKind.Ok, Use("{}", Some.Quoted(json)).Outcome.Kind);
    }

    [Theory]
    [InlineData("""Here it is: {"error":"no credit"}""")]
    [InlineData("""{"error":"no credit"} and more""")]
    [InlineData("""{"error":"no credit"}{"a":1}""")]
    [InlineData("""{"id":"job-7","state":"done","error":"no credit"}""")]
    [InlineData("""[{"error":"no credit"}]""")]
    [InlineData("""{ error: "no credit" }""")]
    [InlineData("{}")]
    [InlineData("{")]
    public void A_text_that_is_not_only_an_errors_JSON_is_no_failure(string text) =>
        Assert.Equal(ToolOutcomeKind.Ok, Use("{}", Some.Quoted(text)).Outcome.Kind);

    [Theory]
    [InlineData("""{"path":"a.json"}""")]
    [InlineData("""{"file_path":"/w/a.json"}""")]
    [InlineData("""{"url":"https://example.com/a"}""")]
    [InlineData("""{"command":"cat a.json"}""")]
    [InlineData("""{"cmd":["node","a.js"]}""")]
    public void A_file_a_page_and_the_output_of_a_command_may_hold_such_JSON(string arguments) =>
        Assert.Equal(ToolOutcomeKind.Ok, Use(arguments, Some.Quoted("""{"error":"no credit"}""")).Outcome.Kind);

    [Fact]
    public void A_long_text_is_not_read() =>
        Assert.Equal(
            ToolOutcomeKind.Ok,
            Use("{}", Some.Quoted($$"""{"error":"no credit","rows":"{{new string('x', 70_000)}}"}""")).Outcome.Kind
        );

    private static ToolUse Use(string arguments, string result) =>
        Assert.Single(Some.Session(Some.ToolUse("get_rows", arguments, result)).ToolUses);
}
