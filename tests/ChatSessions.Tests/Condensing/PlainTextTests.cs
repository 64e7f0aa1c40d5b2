using ChatSessions.Model;
using ChatSessions.Tokens;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>The two ways of cutting that the condenser is compared with.</summary>
public sealed class PlainTextTests
{
    private static readonly Session Long = Some.Session([
        Some.UserInput("The very first question"),
        .. Enumerable.Range(0, 50).Select(at => Some.ToolUse("bash", $$"""{"command":"echo {{at}}"}""", Some.Quoted(new string('x', 400)))),
        Some.Text("The very last answer"),
    ]);

    [Fact]
    public void Ends_are_the_beginning_and_the_end_within_the_budget()
    {
        var text = PlainText.Ends(Long, 1_000);

        Assert.StartsWith(
            "#0 user_input: The very first question\n#1 bash: command: echo 0\n#2 result: xxx",
            text,
            StringComparison.Ordinal
        );
        Assert.EndsWith("#101 text: The very last answer", text, StringComparison.Ordinal);
        Assert.Contains("characters cut]…", text, StringComparison.Ordinal);
        Assert.InRange(TokenCounter.Count(text), 900, 1_000);
    }

    [Fact]
    public void Strings_are_all_events_cut_to_one_length_within_the_budget()
    {
        var text = PlainText.Strings(Long, 1_500);

        Assert.Equal(102, text.Split('\n').Length);
        Assert.Equal(50, text.Split('\n').Count(line => line.Contains("x…[+", StringComparison.Ordinal)));
        Assert.InRange(TokenCounter.Count(text), 1, 1_500);
    }

    [Fact]
    public void Strings_end_early_if_there_are_too_many() => Assert.InRange(TokenCounter.Count(PlainText.Strings(Long, 200)), 150, 200);

    [Fact]
    public void A_session_that_fits_is_not_cut()
    {
        var session = Some.Session(Some.UserInput("one"), Some.Text("two"));

        Assert.Equal("#0 user_input: one\n#1 text: two", PlainText.Ends(session, 500));
        Assert.Equal("#0 user_input: one\n#1 text: two", PlainText.Strings(session, 500));
    }
}
