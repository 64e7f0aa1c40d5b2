using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class EnvelopeTests
{
    private static readonly Envelope Envelope = new(["query"], ["notes"]);

    [Theory]
    [InlineData("Hello", "Hello", null)]
    [InlineData("a < b and <other>c</other>", "a < b and <other>c</other>", null)]
    [InlineData("<query>Hello</query>", "Hello", null)]
    [InlineData("Files: x\n<query>\nHello\n</query>", "Hello", "Files: x")]
    [InlineData("Hello <notes>n</notes>", "Hello", "<notes>n</notes>")]
    [InlineData(
        "<notes>n</notes>\n<query>Hello</query>\n<notes id=\"2\">m</notes>",
        "Hello",
        "<notes>n</notes>\n<notes id=\"2\">m</notes>"
    )]
    [InlineData("<notes>n</notes>", null, "<notes>n</notes>")]
    [InlineData("<query>never closed", "<query>never closed", null)]
    [InlineData("<queryfile>Hello</queryfile>", "<queryfile>Hello</queryfile>", null)]
    public void Words_and_what_a_program_adds_are_told_apart(string text, string? words, string? context)
    {
        var opened = Envelope.Open(JsonText.Quote(text));

        Assert.Equal((words, context), (opened.Words.AsString(), opened.Context.AsString()));
    }
}
