using System.Text.Json;
using ChatMcpServer.Tests.Hosting;
using Xunit;

namespace ChatMcpServer.Tests.Mcp;

public sealed class ParamsCheckTests
{
    private const string HalfAPair = "half a surrogate pair";

    [Theory]
    [InlineData("tools/call", "\"x\"", "params must be an object, not a string.")]
    [InlineData("tools/call", "5", "params must be an object, not a number.")]
    [InlineData("tools/list", "[1]", "params must be an object, not an array.")]
    [InlineData("resources/list", "true", "params must be an object, not a boolean.")]
    [InlineData("resources/read", """{"uri":5}""", "The params of resources/read have a value of the wrong type at 'uri'.")]
    [InlineData("resources/read", """{"uri":"chat://sessions/\ud800"}""", HalfAPair)]
    [InlineData("tools/call", """{"name":"get_chat_session","arguments":{"session_id":"\ud800"}}""", HalfAPair)]
    [InlineData("tools/call", """{"name":"get_chat_session","arguments":{"\udc00":1}}""", HalfAPair)]
    [InlineData("tools/call", """{"name":"get_chat_session","arguments":"x"}""", "wrong type at 'arguments'")]
    [InlineData("tools/call", "{}", "name")]
    [InlineData("completion/complete", """{"ref":5,"argument":{"name":"a","value":"b"}}""", "completion/complete")]
    [InlineData(
        "tools/call",
        """{"name":"get_chat_session","arguments":{"session_id":"a","Session_id":"b"}}""",
        "the same name twice, case aside."
    )]
    [InlineData("tools/list", """{"cursor":"x"}""", "Invalid cursor: tools/list has one page. Leave it out.")]
    [InlineData("prompts/list", """{"cursor":"x"}""", "Invalid cursor: prompts/list")]
    [InlineData("resources/list", """{"cursor":"x"}""", "Invalid cursor. resources/list")]
    [InlineData("resources/templates/list", """{"cursor":"x"}""", "Invalid cursor: resources/templates/list")]
    [InlineData("tools/list", """{"_meta":[]}""", "params._meta must be an object, not an array.")]
    [InlineData("tools/list", """{"_meta":{"io.modelcontextprotocol/clientInfo":5}}""", "'io.modelcontextprotocol/clientInfo'")]
    public async Task Params_that_cannot_be_read_are_invalid_params_with_a_sentence(string method, string parameters, string sentence)
    {
        await using var server = await InMemoryServer.WithSamplesAsync(InMemoryServer.OlderVersion);

        var answer = JsonElement.Parse(
            await server.AnswerToAsync($$"""{"jsonrpc":"2.0","id":"raw","method":"{{method}}","params":{{parameters}}}""")
        );

        Assert.Equal(-32602, answer.ErrorCode());
        Assert.Contains(sentence, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Params_that_are_nested_too_deep_are_invalid_params()
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        var answer = JsonElement.Parse(
            await server.AnswerToAsync(
                $$$"""{"jsonrpc":"2.0","id":"raw","method":"tools/list","params":{"x":{{{new string('[', 100)}}}{{{new string(']', 100)}}} }}"""
            )
        );

        Assert.Equal(-32602, answer.ErrorCode());
        Assert.Contains("deeper than 64 levels", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
