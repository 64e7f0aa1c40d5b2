using ModelContextProtocol.Protocol;
using Xunit;

namespace ChatMcpServer.Tests.Mcp.Completions;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("session_id", "ses-sample-l", "", "ses-sample-lamp-order")]
    [InlineData("session_id", "SES-SAMPLE-N", "", "ses-sample-not-started")]
    [InlineData("session_id", "broken lamp", "", "ses-sample-lamp-order")]
    [InlineData("session_id", "nobody", "", "")]
    [InlineData("turns", "", "ses-sample-failing-tests", "1")]
    [InlineData("events", "1", "ses-sample-not-started", "")]
    [InlineData("events", "", "ses-sample-not-started", "0")]
    [InlineData("event", "2", "ses-sample-failing-tests", "2")]
    [InlineData("turns", "", "nobody", "")]
    [InlineData("turns", "", "", "")]
    [InlineData("name", "", "ses-sample-lamp-order", "")]
    public async Task A_variable_is_completed(string variable, string typed, string sessionId, string values)
    {
        await using var server = await InMemoryServer.WithSamplesAsync();

        var completion = await CompleteAsync(server, variable, typed, sessionId);

        Assert.Equal(values, string.Join(' ', completion.Values));
        Assert.Equal((completion.Values.Count, false), (completion.Total, completion.HasMore));
    }

    [Fact]
    public async Task An_id_with_hidden_characters_is_offered_as_it_is_shown_and_understood_and_no_more_than_a_hundred_are()
    {
        await using var server = await InMemoryServer.WithFilesAsync([
            """{"session_id":"ses-\u202Eevil","events":[]}""",
            .. Enumerable.Range(0, 120).Select(number => $$"""{"session_id":"ses-{{number}}","events":[]}"""),
        ]);

        var completion = await CompleteAsync(server, "session_id", "ses-", "");
        var hidden = await CompleteAsync(server, "session_id", "ses-\\", "");

        Assert.Equal((100, 121, true), (completion.Values.Count, completion.Total, completion.HasMore));
        Assert.Equal([@"ses-\u202Eevil"], hidden.Values);
        Assert.StartsWith("```text\nSession: ses-\\u202Eevil\n", await server.ReadAsync("chat://sessions/ses-%5Cu202Eevil"));
    }

    private static async Task<Completion> CompleteAsync(InMemoryServer server, string variable, string typed, string sessionId) =>
        (
            await server.Client.CompleteAsync(
                new CompleteRequestParams
                {
                    Ref = new ResourceTemplateReference { Uri = "chat://sessions/{session_id}/turns/{turns}" },
                    Argument = new Argument { Name = variable, Value = typed },
                    Context =
                        sessionId.Length == 0
                            ? null
                            : new CompleteContext { Arguments = new Dictionary<string, string> { ["session_id"] = sessionId } },
                },
                TestContext.Current.CancellationToken
            )
        ).Completion;
}
