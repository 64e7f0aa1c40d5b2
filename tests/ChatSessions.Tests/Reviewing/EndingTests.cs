using ChatSessions.Reviewing;
using Xunit;
using static ChatSessions.Tests.Reviewing.ReviewedRun;

namespace ChatSessions.Tests.Reviewing;

/// <summary>How a session ended, and what is left open then.</summary>
public sealed class EndingTests
{
    [Theory]
    [InlineData("Done.", EndingKind.EndedWell)]
    [InlineData("I was unable to fix the parser.", EndingKind.GaveUp)]
    [InlineData("There are two files. Which one do you mean?", EndingKind.QuestionOpen)]
    [InlineData("Done. Is there anything else I can help you with?", EndingKind.EndedWell)]
    [InlineData("I was unable to reproduce the crash at first, but with the other input I could, and I fixed it.", EndingKind.EndedWell)]
    [InlineData("I was unable to reproduce the crash. With the other input it came, and I fixed it; all tests pass.", EndingKind.EndedWell)]
    [InlineData("One test passes. I could not fix the other one, and it is not fixed yet.", EndingKind.GaveUp)]
    public void How_it_ended_is_what_the_last_message_says(string last, EndingKind kind)
    {
        var review = Review(Some.UserInput("Go."), Some.Text(last), Some.Stop());

        Assert.Equal(kind, review.Ending.Kind);
        Assert.Equal(1, review.Ending.Position);
        Assert.StartsWith("stop #2", review.Ending.Basis);
    }

    [Theory]
    [InlineData("Ich konnte den Fehler leider nicht beheben.", EndingKind.GaveUp)]
    [InlineData("Den Absturz konnte ich mit beiden Dateien nicht reproduzieren.", EndingKind.GaveUp)]
    [InlineData("Leider ist es mir so nicht möglich. Ich gebe auf.", EndingKind.GaveUp)]
    [InlineData("Es ist mir nicht gelungen, die Tests zum Laufen zu bringen.", EndingKind.GaveUp)]
    [InlineData("Je n'ai pas réussi à corriger le test.", EndingKind.GaveUp)]
    [InlineData("No he podido resolver el error.", EndingKind.GaveUp)]
    [InlineData("Não consegui corrigir o teste.", EndingKind.GaveUp)]
    [InlineData("Мне не удалось исправить ошибку.", EndingKind.GaveUp)]
    [InlineData("很抱歉，我无法修复这个错误。", EndingKind.GaveUp)]
    [InlineData("申し訳ありません。バグを修正できませんでした。", EndingKind.GaveUp)]
    [InlineData("죄송합니다. 오류를 해결하지 못했습니다.", EndingKind.GaveUp)]
    [InlineData("Ich konnte den Fehler zuerst nicht reproduzieren, mit der anderen Datei dann schon.", EndingKind.EndedWell)]
    [InlineData("Ich konnte den Fehler so nicht beheben. Mit dem neuen Parser ist er behoben.", EndingKind.EndedWell)]
    [InlineData("Ich konnte keine weiteren Fehler finden.", EndingKind.EndedWell)]
    [InlineData("Der Fehler ist behoben. Ich kann auch die Doku anpassen.", EndingKind.EndedWell)]
    [InlineData("Wer sein Passwort vergisst, kann es nicht finden.", EndingKind.EndedWell)]
    [InlineData("Fertig. Kann ich sonst noch etwas tun?", EndingKind.EndedWell)]
    [InlineData("C'est corrigé. Puis-je faire autre chose ?", EndingKind.EndedWell)]
    [InlineData("用户无法找到按钮的问题已经修复。", EndingKind.EndedWell)]
    [InlineData("最初は再現できませんでした。今は修正しました。", EndingKind.EndedWell)]
    [InlineData("Welche der beiden Dateien soll ich nehmen?", EndingKind.QuestionOpen)]
    public void How_it_ended_is_known_in_several_languages(string last, EndingKind kind) =>
        Assert.Equal(kind, Review(Some.UserInput("Go."), Some.Text(last), Some.Stop()).Ending.Kind);

    [Theory]
    [InlineData("Thanks! Now also deploy it to staging, please.", false)]
    [InlineData("Thanks, deploy it.", false)]
    [InlineData("Say goodbye to the user in the footer.", false)]
    [InlineData("Yes.", false)]
    [InlineData("Thanks!", true)]
    [InlineData("Great, thank you so much for your help! That's all I needed for now.", true)]
    [InlineData("Got it. Thanks again, have a great day!", true)]
    [InlineData("Merci beaucoup pour votre aide!", true)]
    [InlineData("Perfect", true)]
    [InlineData("I'll get back to you. ###STOP###", true)]
    [InlineData("###STOP###", true)]
    [InlineData("Got it, so I may take six suitcases. Thanks for confirming! ###STOP###", true)]
    [InlineData("No, I need to think about it. ###STOP###", true)]
    [InlineData("Yes, please transfer me to a human agent. I really need to sort this out. Thank you!###STOP###", false)]
    [InlineData("Go ahead and book it. Thank you! ###STOP###", false)]
    [InlineData("Thanks. And the other bag? ###STOP###", false)]
    [InlineData("Yes. ###STOP###", false)]
    [InlineData("请帮我转接人工客服。谢谢！###STOP###", false)]
    public void Thanks_end_a_session_only_if_nothing_new_is_asked(string message, bool isEnd)
    {
        var review = Review(Some.UserInput("Go."), Some.Text("Done."), Some.UserInput(message), Some.Stop());

        Assert.Equal(isEnd ? EndingKind.EndedWell : EndingKind.QuestionOpen, review.Ending.Kind);
    }

    [Fact]
    public void A_session_is_handed_over_only_if_the_call_worked_and_the_agent_did_not_go_on()
    {
        static EndingKind Of(SomeEvents over, params SomeEvents[] then) =>
            Review([Some.UserInput("Go."), over, .. then, Some.Stop()]).Ending.Kind;
        var worked = Some.ToolUse("transfer_to_human_agents");

        Assert.Equal(EndingKind.EndedAfterFailure, Of(Some.FailedToolUse("transfer_to_human_agents")));
        Assert.NotEqual(EndingKind.HandedOver, Of(Some.ToolCall("transfer_to_human_agents")));
        Assert.Equal(EndingKind.EndedWell, Of(worked, Some.UserInput("Nobody comes. Can you do it?"), Some.Text("Done.")));
        Assert.Equal(EndingKind.HandedOver, Of(worked, Some.Text("Please wait."), Some.UserInput("Thanks!"), Some.Text("Goodbye.")));
    }

    [Fact]
    public void How_it_ended_is_said_with_its_evidence()
    {
        Assert.Equal(
            (EndingKind.Error, 1, "rate limit"),
            (
                Review(Some.UserInput("Go."), Some.Stop("rate limit")).Ending is var error ? error.Kind : default,
                Review(Some.UserInput("Go."), Some.Stop("rate limit")).Ending.Position,
                Review(Some.UserInput("Go."), Some.Stop("rate limit")).Ending.Said
            )
        );
        Assert.Equal(
            (EndingKind.CutOff, 3),
            Review(Some.UserInput("Go."), Some.Stop(), Some.UserInput("More."), Some.ToolCall("a")).Ending is var cut
                ? (cut.Kind, cut.Position!.Value)
                : default
        );
        Assert.Equal(
            (EndingKind.QuestionOpen, 2),
            Review(Some.UserInput("Go."), Some.Text("Done."), Some.UserInput("And the other one?"), Some.Stop()).Ending is var open
                ? (open.Kind, open.Position!.Value)
                : default
        );
        Assert.Equal(
            EndingKind.EndedWell,
            Review(
                Some.UserInput("Go."),
                Some.Text("Done. Right?"),
                Some.UserInput("Yes, thanks a lot! ###STOP###"),
                Some.Stop()
            ).Ending.Kind
        );
        Assert.Equal(
            (EndingKind.HandedOver, 1),
            Review(Some.UserInput("Go."), Some.ToolUse("transfer_to_human_agents"), Some.Text("Please wait."), Some.Stop()).Ending
                is var over
                ? (over.Kind, over.Position!.Value)
                : default
        );
        Assert.Equal(EndingKind.EndedAfterFailure, Review(Some.UserInput("Go."), Some.FailedToolUse("save"), Some.Stop()).Ending.Kind);
    }

    [Theory]
    [InlineData("book_reservation", "{}", null, true)]
    [InlineData("book_reservation", "{}", "book_reservation", false)]
    [InlineData("book_reservation", "{}", "get_reservation", true)]
    [InlineData("get_reservation", "{}", null, false)]
    [InlineData("run_shell", """{"command":"make"}""", null, false)]
    public void What_a_tool_should_do_and_never_did_is_open_whatever_the_agent_did_then(
        string tool,
        string arguments,
        string? later,
        bool isOpen
    )
    {
        var filler = Enumerable.Range(0, 14).Select(n => Some.ToolUse($"calculate_{n}"));
        var review = Review([
            Some.UserInput("Go."),
            Some.FailedToolUse(tool, "price is 3", arguments),
            Some.FailedToolUse(tool, "price is 4", arguments),
            .. filler,
            .. later is null ? (SomeEvents[])[] : [Some.ToolUse(later)],
            Some.Text("The price is 4. Shall I go on?"),
            Some.Stop(),
        ]);

        Assert.Equal(isOpen, Assert.Single(review.Failures).IsOpen);
    }

    [Fact]
    public void A_goodbye_is_not_called_unanswered()
    {
        var review = Review(Some.UserInput("Go."), Some.Text("Done."), Some.UserInput("Thanks!"), Some.Stop());

        Assert.Equal("stop #3; the last user message, #2, ends the conversation", review.Ending.Basis);
    }
}
