using ChatSessions.Analysis;
using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Reviewing;
using Xunit;

namespace ChatSessions.Tests.Analysis;

/// <summary>What is told of a call that the user did not let run.</summary>
public sealed class RefusalTests
{
    private const string OfClaudeCode =
        "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file). ";

    private const string Stop = "STOP what you are doing and wait for the user to tell you how to proceed.";

    private const string Note =
        "\n\nNote: The user's next message may contain a correction or preference. Pay close attention — if they explain what went wrong, consider saving that.";

    public static TheoryData<string, string?> Texts =>
        new()
        {
            { OfClaudeCode + Stop, null },
            { OfClaudeCode + Stop + Note, null },
            { OfClaudeCode + "To tell you how to proceed, the user said:\nuse pnpm instead", "use pnpm instead" },
            { OfClaudeCode + "To tell you how to proceed, the user said:\nuse pnpm instead" + Note, "use pnpm instead" },
            { "The user doesn't want to take this action right now. " + Stop, null },
            {
                "Permission for this tool use was denied. The tool use was rejected (eg. a file edit). The user said:\nnot that one",
                "not that one"
            },
            {
                "The agent proposed a plan that was rejected by the user. The user chose to stay in plan mode.\n\nRejected plan:\n1. a",
                null
            },
            { "exec command rejected by user", null },
            { "patch rejected by user", null },
            { "The user rejected permission to use this specific tool call.", null },
            { "The user rejected permission to use this specific tool call with the following feedback: only the tests", "only the tests" },
            { "The user denied this operation.", null },
            {
                "The user denied this operation and provided the following feedback:\n<feedback>\nkeep the cache\n</feedback>",
                "keep the cache"
            },
            { """{"status":"denied","message":"The user denied this operation."}""", null },
            {
                """{"status":"denied","message":"The user denied this operation and provided the following feedback","feedback":"no \"new\" file"}""",
                "no \"new\" file"
            },
            { "The user has declined to run this tool. DO NOT attempt to call this tool again.", null },
            { "The user chose to skip the tool call, they want to proceed without running it", null },
            { "The tool call is rejected by the user. User feedback: edit the template", "edit the template" },
            { "The tool call required approval from the user, but the user rejected it or an earlier tool call.", null },
            { "[Operation Cancelled] Reason: User denied execution.", null },
            { "Error: Tool call invocation was rejected by user.", null },
            { "User rejected the tool call for `delete` with reason: not on Friday", "not on Friday" },
        };

    [Theory]
    [MemberData(nameof(Texts))]
    public void The_words_of_an_agent_say_that_the_user_refused(string text, string? words)
    {
        string[] results =
        [
            Some.Quoted(text),
            $$"""{"is_error":true,"content":{{Some.Quoted(text)}}}""",
            $$"""{"error":{{Some.Quoted(text)}}}""",
        ];
        foreach (var result in results)
        {
            var use = Use("bash", result);
            Assert.Equal(new ToolOutcome(ToolOutcomeKind.Failed, "refused by the user"), use.Outcome);
            Assert.Equal(words, FailureLine.Find(use));
        }
    }

    [Theory]
    [InlineData("User denied access", "refused by the user")]
    [InlineData("Tool call cancelled by the user", "cancelled by the user")]
    [InlineData("aborted by user after 3.2s", "cancelled by the user")]
    [InlineData(
        "exec_command failed for `/bin/bash -lc 'make'`: CreateProcess { message: \"Rejected(\\\"rejected by user\\\")\" }",
        "refused by the user"
    )]
    [InlineData("The user table has 3 rows, rejected by user 7", null)]
    public void Other_words_count_if_the_call_failed(string text, string? reason)
    {
        Assert.Equal(reason ?? "is_error is true", Use("bash", $$"""{"is_error":true,"content":{{Some.Quoted(text)}}}""").Outcome.Reason);
        Assert.Null(Use("bash", Some.Quoted(text)).Outcome.Reason);
    }

    [Theory]
    [InlineData("The user doesn't want to proceed with this booking.")]
    [InlineData("exec command rejected by user 7 times")]
    [InlineData("The user denied this operational change.")]
    [InlineData("""{"status":"denied","message":"The card was denied."}""")]
    [InlineData("It says: The user denied this operation.")]
    public void Words_that_only_begin_like_an_agents_are_no_refusal(string text) =>
        Assert.Equal(ToolOutcomeKind.Ok, Use("get", Some.Quoted(text)).Outcome.Kind);

    [Fact]
    public void A_file_may_have_the_same_words()
    {
        var shown = Assert.Single(
            Some.Session(Some.ToolUse("bash", """{"command":"cat a.md"}""", Some.Quoted(OfClaudeCode + Stop))).ToolUses
        );

        Assert.Equal(ToolOutcomeKind.Ok, shown.Outcome.Kind);
    }

    [Fact]
    public void A_review_tells_who_refused_and_what_the_user_said()
    {
        var said = OfClaudeCode + "To tell you how to proceed, the user said:\nuse pnpm instead\nand no other" + Note;
        var session = Some.Session(
            Some.UserInput("Install it."),
            Some.ToolUse("Bash", """{"command":"npm i"}""", $$"""{"is_error":true,"content":{{Some.Quoted(said)}}}"""),
            Some.ToolUse("Bash", """{"command":"yarn"}""", $$"""{"is_error":true,"content":{{Some.Quoted(OfClaudeCode + Stop)}}}"""),
            Some.Stop()
        );
        var review = SessionReview.Of(session.Shown(), TestContext.Current.CancellationToken);

        Assert.Equal(
            [(2, "refused by the user: use pnpm instead\nand no other", 1), (4, "refused by the user", 3)],
            review.Corrections.Select(one => (one.Position, one.Text, one.About))
        );
        Assert.Equal(
            ["refused by the user", "refused by the user: use pnpm instead"],
            review.Failures.Select(cause => cause.Line).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(
        "To tell you how to proceed, the user said:\nuse pnpm instead",
        "→ failed (refused by the user: use pnpm instead): The user"
    )]
    [InlineData("To tell you how to proceed, the user said:\n): it worked", "→ failed (refused by the user: \"): it worked\"): The user")]
    [InlineData(Stop, "→ failed (refused by the user): The user")]
    public void A_transcript_tells_it_too(string end, string line)
    {
        var use = Some.ToolUse("Bash", """{"command":"npm i"}""", $$"""{"is_error":true,"content":{{Some.Quoted(OfClaudeCode + end)}}}""");
        var session = Some.Session(Some.UserInput("Install it."), use, Some.Stop());

        var condensed = Condenser.Condense(session.Shown(), new() { MaxTokens = 2_000 }, TestContext.Current.CancellationToken);

        Assert.Contains(line, condensed.ToText(), StringComparison.Ordinal);
    }

    private static ToolUse Use(string tool, string result) => Assert.Single(Some.Session(Some.ToolUse(tool, result: result)).ToolUses);
}
