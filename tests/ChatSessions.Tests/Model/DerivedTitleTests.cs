using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Model;

public sealed class DerivedTitleTests
{
    [Theory]
    [InlineData("The date parser rejects leap days.\nFind out why.", "The date parser rejects leap days.")]
    [InlineData(
        "<pr_description>\nConsider the following PR description:\nfuentes fails with a time zone\n**Bug**",
        "fuentes fails with a time zone"
    )]
    [InlineData(
        "We're currently solving the following issue within our repository. Here's the issue text:\nISSUE:\nTimeDelta is rounded\n",
        "TimeDelta is rounded"
    )]
    [InlineData(
        "We're currently solving the following CTF challenge. The CTF challenge is named \"Rock\", worth 10 points.",
        "The CTF challenge is named \"Rock\", worth 10 points."
    )]
    [InlineData("## User Input\n\n```text\nA game of chance\n```\n\nYou **MUST** consider the user input", "A game of chance")]
    [InlineData("I've uploaded a repository in /repo. Consider the following PR description:\n\n<task>\nFix it", "Fix it")]
    [InlineData("You are a helpful assistant. Book a flight to Oslo.", "Book a flight to Oslo.")]
    [InlineData("<task>Fix the parser</task>", "Fix the parser")]
    [InlineData("# Task:\n\n## Overview:\nSort the books", "Sort the books")]
    [InlineData("You are right, but the test still fails:", "You are right, but the test still fails:")]
    [InlineData("Summarize this long and winding report for me:\nOnce upon a time", "Summarize this long and winding report for me:")]
    [InlineData("List<int> is slow", "List<int> is slow")]
    [InlineData("<instructions>\nTask:\n", "<instructions>")]
    [InlineData(" \n", "")]
    public void A_title_is_the_first_line_that_says_something(string message, string title) =>
        Assert.Equal(title, DerivedTitle.Of(message));

    [Theory]
    [InlineData("<task> Consider the following: Fix th...", "Fix the parser")]
    [InlineData("<task>\nConsider the following: Fix the…", "Fix the parser")]
    [InlineData("Parser trouble", null)]
    [InlineData(null, null)]
    public void Only_a_title_that_is_the_beginning_of_the_first_message_is_replaced(string? recorded, string? title) =>
        Assert.Equal(title, DerivedTitle.InsteadOf(recorded, "<task>\nConsider the following:\nFix the parser\nand more"));

    [Theory]
    [InlineData("Why does it fail? Find o...")]
    [InlineData("Why does it fail?")]
    [InlineData("Why does it fail? Find out. And fix it.")]
    public void A_title_that_already_says_something_stays(string recorded)
    {
        Assert.Null(DerivedTitle.InsteadOf(recorded, "Why does it fail? Find out.\nAnd fix it."));
        Assert.False(DerivedTitle.IsStock(recorded));
    }

    [Theory]
    [InlineData("<pr_description> Consider the following PR description: temp...")]
    [InlineData("We're currently solving the following issue within our repos...")]
    public void A_title_that_begins_with_stock_words_is_known_without_the_message(string recorded) =>
        Assert.True(DerivedTitle.IsStock(recorded));
}
