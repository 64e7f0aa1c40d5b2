using Xunit;
using static ChatSessions.Tests.Reviewing.ReviewedRun;

namespace ChatSessions.Tests.Reviewing;

/// <summary>What a review takes for a correction by the user.</summary>
public sealed class CorrectionTests
{
    [Theory]
    [InlineData("no, instead of the cache use the index", true)]
    [InlineData("No, use the other file.", true)]
    [InlineData("That's not what I asked for.", true)]
    [InlineData("no wait, so this branch adds the agent to the log", true)]
    [InlineData("Cancel - I need to review the plan first.", true)]
    [InlineData("Actually, I only need a one-way ticket, not round trip.", true)]
    [InlineData("Actually, I did purchase insurance.", true)]
    [InlineData("I don't want to cancel the flight, just the insurance.", true)]
    [InlineData("I believe you were using the wrong account.", true)]
    [InlineData("Actually, I have a question about the bill.", false)]
    [InlineData("Actually I had no time to look at it.", false)]
    [InlineData("I don't want to bother you. Is it done?", false)]
    [InlineData("Cancel my reservation, please.", false)]
    [InlineData("You forgot the tests.", true)]
    [InlineData("The build still fails.", true)]
    [InlineData("Don't touch the schema!", true)]
    [InlineData("Could you check again, please?", true)]
    [InlineData("[Request interrupted by user]", true)]
    [InlineData("不对，应该是另一个文件", true)]
    [InlineData("no problem, thanks", false)]
    [InlineData("No worries, go on.", false)]
    [InlineData("No, thank you!", false)]
    [InlineData("No, that's all for now.", false)]
    [InlineData("Now do the same for the other folder.", false)]
    [InlineData("Great. Next, add a test that uses the index instead of a scan.", false)]
    [InlineData("Notice that the file is read twice.", false)]
    [InlineData("I made a mistake in my booking, I picked the wrong date.", false)]
    [InlineData("I have booked the wrong one, and want to change it.", false)]
    [InlineData("You should have my card on file.", false)]
    [InlineData("You should have received the form by now.", false)]
    [InlineData("You made a mistake.", true)]
    [InlineData("There must be a mistake.", true)]
    [InlineData("I think this is the wrong file.", true)]
    [InlineData("You should have asked first.", true)]
    [InlineData("You shouldn't have changed the schema.", true)]
    public void A_correction_is_not_every_message_with_no_in_it(string message, bool isCorrection)
    {
        var review = Review(Some.UserInput("Go."), Some.Text("Done."), Some.UserInput(message), Some.Text("Well."), Some.Stop());

        Assert.Equal(isCorrection ? [2] : [], review.Corrections.Select(one => one.Position));
    }

    [Fact]
    public void No_is_an_answer_if_the_agent_asked()
    {
        var review = Review(Some.UserInput("Go."), Some.Text("Do you want insurance?"), Some.UserInput("No, I don't."), Some.Stop());

        Assert.Empty(review.Corrections);
    }

    [Theory]
    [InlineData("The user doesn't want to proceed with this tool use. The tool use was rejected.", true)]
    [InlineData("exec command rejected by user", true)]
    [InlineData("[Operation Cancelled] Reason: User denied execution.", true)]
    [InlineData("user: ann, state: active", false)]
    [InlineData("The user table has 3 rows, rejected by user 7", false)]
    public void A_call_that_the_user_refused_is_a_correction(string result, bool isCorrection)
    {
        var review = Review(Some.UserInput("Go."), Some.ToolUse("bash", Python, Some.Quoted(result)), Some.Stop());

        Assert.Equal(isCorrection ? [(2, 1)] : [], review.Corrections.Select(one => (one.Position, one.About)));
    }

    [Fact]
    public void The_first_message_corrects_nothing()
    {
        Assert.Empty(Review(Some.UserInput("No, that is wrong: the parser still fails."), Some.Text("I see."), Some.Stop()).Corrections);
    }

    [Theory]
    [InlineData("Why does the parser fail on leap days?", "why does the parser fail on leap days ?", true)]
    [InlineData("Please tell me why the parser fails on leap days.", "Tell me why the parser fails on leap days.", true)]
    [InlineData("What does row 17 of the table say?", "What does row 18 of the table say?", false)]
    [InlineData("Give me the report for 2024-05-20, please.", "Give me the report for 2024-05-21, please.", false)]
    [InlineData("What was going on at 10:20 there?", "What was going on at 10:40 there?", false)]
    [InlineData("Please tell me what /tmp/first.log says.", "Please tell me what /tmp/second.log says.", false)]
    [InlineData(
        "Please tell me now what the file /tmp/first.log says about it.",
        "Please tell me now what the file /tmp/second.log says about it.",
        false
    )]
    [InlineData(
        "I would like the small lamp with the oak base in blue, please.",
        "I would like the small lamp with the oak base in red, please.",
        false
    )]
    [InlineData(
        "Could you check whether the parsre reads leap days right?",
        "Could you check whether the parser reads leap days right?",
        true
    )]
    [InlineData("go on", "go on", false)]
    public void A_question_asked_again_is_found_whatever_its_form(string first, string again, bool isRepeated)
    {
        var review = Review(Some.UserInput(first), Some.Text("Hm."), Some.UserInput(again), Some.Text("Hm."), Some.Stop());

        Assert.Equal(isRepeated ? [2] : [], review.RepeatedQuestions.SelectMany(one => one.Again));
    }

    [Theory]
    [InlineData("Would you like me to transfer you to a person?", false)]
    [InlineData("I transfer you to a person.", true)]
    public void An_answer_to_a_question_is_no_correction(string said, bool isCorrection)
    {
        var review = Review(
            Some.UserInput("Go."),
            Some.Text(said),
            Some.UserInput("No, I would rather not be transferred."),
            Some.Text("Well."),
            Some.Stop()
        );

        Assert.Equal(isCorrection ? [2] : [], review.Corrections.Select(one => one.Position));
    }
}
