using ChatSessions.Importing;
using Xunit;
using static ChatSessions.Tests.Importing.CodexLines;

namespace ChatSessions.Tests.Importing;

public class CodexInputTests : ImportTest
{
    private const string Editor =
        "# Context from my IDE setup:\n\n## Active file: a.md\n\n## Open tabs:\n- a.md: a.md\n\n## My request for Codex:\n";

    [Theory]
    [InlineData("Water the roses.", "Water the roses.", "")]
    [InlineData("<b>bold</b> words", "<b>bold</b> words", "")]
    [InlineData("<environment_context>x</environment_context>", null, "<environment_context>x</environment_context>")]
    [InlineData("<environment_context>x</environment_context>\nWater.", "Water.", "<environment_context>x</environment_context>")]
    [InlineData("Water.\n<environment_context>x</environment_context>", "Water.", "<environment_context>x</environment_context>")]
    [InlineData("<skill>a</skill><skill>b</skill> c", "c", "<skill>a</skill><skill>b</skill>")]
    [InlineData("<skill>never closed", null, "<skill>never closed")]
    [InlineData("<some_new_thing>x</some_new_thing>", null, "<some_new_thing>x</some_new_thing>")]
    [InlineData("<permissions instructions>x</permissions instructions>", null, "<permissions instructions>x</permissions instructions>")]
    [InlineData(
        "# AGENTS.md instructions for /w\n<INSTRUCTIONS>x</INSTRUCTIONS>\nWater.",
        "Water.",
        "# AGENTS.md instructions for /w\n<INSTRUCTIONS>x</INSTRUCTIONS>"
    )]
    [InlineData("# AGENTS.md instructions for /w", null, "# AGENTS.md instructions for /w")]
    [InlineData("# Roses\nWater them.", "# Roses\nWater them.", "")]
    [InlineData("# Roses\nSay:\n## My requests are many", "# Roses\nSay:\n## My requests are many", "")]
    [InlineData(
        "Another language model started to solve this problem and …",
        null,
        "Another language model started to solve this problem and …"
    )]
    [InlineData(" \n", null, "")]
    public void A_message_is_divided_into_what_the_person_wrote_and_what_programs_wrote(string text, string? words, string context) =>
        Assert.Equal(new CodexInput(words, context), CodexInput.Split(text, isSure: false));

    [Fact]
    public void What_an_editor_writes_above_the_request_is_context()
    {
        Assert.Equal(
            new CodexInput("# Move\n## My request for Codex:\nit.", Editor.Trim()),
            CodexInput.Split(Editor + "# Move\n## My request for Codex:\nit.\n", isSure: true)
        );
        Assert.Equal(new CodexInput(null, Editor.Trim()), CodexInput.Split(Editor, isSure: true));
    }

    [Fact]
    public void A_tag_that_is_not_Codexs_own_is_the_persons_if_an_event_tells_it()
    {
        Assert.Equal("<my_form>x</my_form>", CodexInput.Split("<my_form>x</my_form>", isSure: true).Words);
        Assert.Equal(["user: <my_form>x</my_form>"], Shown(Import(Lines(Meta, Told("<my_form>x</my_form>"))).Session));
    }

    [Fact]
    public void An_editors_context_stands_before_the_request()
    {
        var text = Editor.Replace("\n", "\\n") + "Move the leeks.\\n";

        var session = Import(Lines(Meta, User(text), Told(text), Answer("Moved."))).Session;

        Assert.Equal([$"context user: {Editor.Trim()}", "user: Move the leeks.", "text: Moved.", "stop ok ///"], Shown(session));
        Assert.Equal("Move the leeks.", session.Summary.GeneratedTitle);
        Assert.Equal("Move the leeks.", Assert.Single(session.Turns).UserInput!.Content);
    }

    [Fact]
    public void A_message_of_several_parts_has_context_and_words()
    {
        var session = Import(
            Lines(
                Meta,
                Item(Message("user", "<environment_context>x</environment_context>", "Water.", "Then rest.")),
                Told("Water.\\nThen rest.")
            )
        ).Session;

        Assert.Equal(["context user: <environment_context>x</environment_context>", "user: Water.\nThen rest."], Shown(session));
    }

    [Fact]
    public void What_no_event_tells_is_context_if_events_tell_what_the_user_wrote()
    {
        var session = Import(Lines(Meta, User("A hook says stop."), User("Water."), Told("Water."))).Session;

        Assert.Equal(["context user: A hook says stop.", "user: Water."], Shown(session));
    }

    [Fact]
    public void A_picture_without_words_is_the_users()
    {
        const string picture =
            """{"type":"message","role":"user","content":[{"type":"input_text","text":"<image name=[Image #1]>"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"},{"type":"input_text","text":"</image>"}]}""";
        const string told = """{"type":"user_message","message":"","images":["data:image/png;base64,AAAA"]}""";

        Assert.Equal(["user: [input_image image/png, 3 bytes, not kept]"], Shown(Import(Lines(Meta, Item(picture), Event(told))).Session));
        Assert.Equal(["user: [image image/png, 3 bytes, not kept]"], Shown(Import(Lines(Meta, Event(told))).Session));
    }

    [Fact]
    public void Context_before_the_first_question_is_part_of_the_first_turn()
    {
        var session = Import(
            Lines(
                Meta,
                Item(Message("developer", "Obey.")),
                User("<environment_context>x</environment_context>"),
                User("Where?"),
                Told("Where?"),
                Answer("There."),
                User("Go."),
                Told("Go.")
            )
        ).Session;

        Assert.Equal(["Where?", "Go."], session.Turns.Select(turn => turn.UserInput!.Content));
        Assert.Equal((0, 4), (session.Turns[0].First, session.Turns[0].Last));
    }
}
