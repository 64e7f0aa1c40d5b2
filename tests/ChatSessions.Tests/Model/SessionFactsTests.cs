using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public sealed class SessionFactsTests
{
    [Fact]
    public void The_ending_is_the_first_line_of_the_last_text() =>
        Assert.Equal("Second.", EndingOf(Some.Text("First."), Some.Text("\n \r\n  Second.\nMore."), Some.ToolUse("look"), Some.Stop()));

    [Fact]
    public void The_ending_of_a_run_that_failed_is_its_error() =>
        Assert.Equal("Out of turns", EndingOf(Some.Text("Almost done."), Some.Stop("Out of turns\nat 100")));

    [Fact]
    public void Without_texts_there_is_no_ending() =>
        Assert.Null(EndingOf(Some.UserInput("Why?"), Some.Thinking("Hm."), Some.ToolUse("look")));

    [Fact]
    public void A_long_line_is_cut_between_words_and_left_out_if_it_is_one_word()
    {
        var ending = EndingOf(Some.Text(string.Concat(Enumerable.Repeat("word ", 100))));

        Assert.EndsWith("word word…", ending, StringComparison.Ordinal);
        Assert.InRange(ending!.Length, 380, 401);
        Assert.Null(EndingOf(Some.Text(new string('x', 500))));
    }

    [Fact]
    public void A_long_line_without_spaces_is_cut_behind_a_sentence() =>
        Assert.Equal("文を終える。…", EndingOf(Some.Text("文を終える。" + new string('文', 500))));

    private static string? EndingOf(params SomeEvents[] events) => SessionFacts.Of(Some.Session(events)).Ending;
}
