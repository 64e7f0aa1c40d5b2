using ChatMcpServer.Answers;
using ChatSessions.Analysis;
using ChatSessions.Tests;
using ChatSessions.ToolCalls;
using Xunit;

namespace ChatMcpServer.Tests.Answers;

public sealed class ListedToolCallTests
{
    [Fact]
    public void A_call_that_the_user_refused_is_listed_with_what_the_user_said()
    {
        const string Text =
            "The user doesn't want to proceed with this tool use. To tell you how to proceed, the user said:\\nuse pnpm instead";
        var session = Some.Session(Some.ToolUse("Bash", """{"command":"npm i"}""", $$"""{"is_error":true,"content":"{{Text}}"}"""));
        var call = new ShownCall(session.Shown(), Assert.Single(CallFacts.Of(session)));

        var listed = ListedToolCall.From(call, CallRoom.Whole);

        Assert.Equal(("refused by the user", "use pnpm instead"), (listed.Reason, listed.Error));
        Assert.Contains("→ #1 failed (refused by the user: use pnpm instead), ", listed.ToText(isNewTurn: false), StringComparison.Ordinal);
    }
}
