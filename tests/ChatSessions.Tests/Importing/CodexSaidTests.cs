using Xunit;
using static ChatSessions.Tests.Importing.CodexLines;

namespace ChatSessions.Tests.Importing;

public class CodexSaidTests : ImportTest
{
    [Fact]
    public void An_answer_without_an_item_is_kept_though_others_have_one()
    {
        var session = Import(
            Lines(
                Meta,
                User("List the paths."),
                Told("List the paths."),
                Event("""{"type":"agent_message","message":"Two."}"""),
                Answer("Two."),
                User("Pave one."),
                Told("Pave one."),
                Event("""{"type":"agent_reasoning","text":"Sand."}"""),
                Event("""{"type":"agent_message","message":"I begin."}"""),
                Event("""{"type":"turn_aborted","reason":"interrupted"}""")
            )
        ).Session;

        Assert.Equal(
            [
                "user: List the paths.",
                "text: Two.",
                "stop ok ///",
                "user: Pave one.",
                "thinking: Sand.",
                "text: I begin.",
                "stop interrupted ///",
            ],
            Shown(session)
        );
    }

    [Fact]
    public void The_same_words_in_two_runs_are_said_twice()
    {
        var session = Import(
            Lines(
                Meta,
                User("go on"),
                Told("go on"),
                Answer("Done."),
                User("go on"),
                Told("go on"),
                Event("""{"type":"agent_message","message":"Done."}""")
            )
        ).Session;

        Assert.Equal(["user: go on", "text: Done.", "stop ok ///", "user: go on", "text: Done.", "stop ok ///"], Shown(session));
    }

    [Fact]
    public void What_an_item_an_event_and_a_completed_item_say_is_said_once()
    {
        var session = Import(
            Lines(
                Meta,
                Started,
                User("Q"),
                CompletedItem("""{"type":"UserMessage","id":"u","content":[{"type":"text","text":"Q"}]}"""),
                Event("""{"type":"agent_reasoning","text":"One"}"""),
                Event("""{"type":"agent_reasoning","text":"Two"}"""),
                Item("""{"type":"reasoning","summary":[{"type":"summary_text","text":"One"},{"type":"summary_text","text":"Two"}]}"""),
                CompletedItem("""{"type":"Reasoning","id":"r","summary_text":["One","Two"],"raw_content":[]}"""),
                Event("""{"type":"agent_message","message":"A"}"""),
                CompletedItem("""{"type":"AgentMessage","id":"m","content":[{"type":"Text","text":"A"}]}"""),
                Answer("A"),
                Event("""{"type":"task_complete","last_agent_message":"A"}""")
            )
        ).Session;

        Assert.Equal(["user: Q", "thinking: One\nTwo", "text: A", "stop ok ///"], Shown(session));
    }

    [Fact]
    public void Completed_items_speak_where_there_are_no_others()
    {
        var session = Import(
            Lines(
                Meta,
                Started,
                CompletedItem("""{"type":"UserMessage","id":"u","content":[{"type":"text","text":"Q"}]}"""),
                CompletedItem("""{"type":"Reasoning","id":"r","summary_text":["One"],"raw_content":["Two"]}"""),
                CompletedItem("""{"type":"Plan","id":"p","text":"Dig."}"""),
                CompletedItem("""{"type":"AgentMessage","id":"m","content":[{"type":"Text","text":"A"}]}"""),
                Completed
            )
        ).Session;

        Assert.Equal(["user: Q", "thinking: One", "thinking: Two", "text: Dig.", "text: A", "stop ok ///"], Shown(session));
    }

    [Fact]
    public void A_plan_in_an_answer_is_not_said_again()
    {
        var session = Import(
            Lines(
                Meta,
                Answer("Here:\\n<proposed_plan>\\nDig.\\n</proposed_plan>"),
                CompletedItem("""{"type":"Plan","id":"p","text":"Dig."}""")
            )
        ).Session;

        Assert.Equal(["text: Here:\n<proposed_plan>\nDig.\n</proposed_plan>", "stop ok ///"], Shown(session));
    }

    [Fact]
    public void What_another_agent_writes_is_context()
    {
        var session = Import(
            Lines(
                Meta,
                Item(
                    """{"type":"agent_message","author":"/root","content":[{"type":"input_text","text":"Look there."},{"type":"encrypted_content","encrypted_content":"e"}]}"""
                )
            )
        ).Session;

        Assert.Equal(["context /root: Look there."], Shown(session));
    }

    [Fact]
    public void A_compaction_says_so_and_gives_back_words_that_only_its_history_has()
    {
        var session = Import(
            Lines(
                Meta,
                User("Second."),
                Told("Second."),
                """{"timestamp":"2026-02-01T09:00:01Z","type":"compacted","payload":{"message":"We dug.","replacement_history":["""
                    + string.Join(
                        ',',
                        Message("user", "First."),
                        Message("user", "Second."),
                        Message("user", "Third."),
                        Message("user", "<environment_context>x</environment_context>"),
                        Message("assistant", "An answer."),
                        Message("user", "Another language model started to solve this problem. We dug.")
                    )
                    + "]}}",
                Answer("On.")
            )
        ).Session;

        Assert.Equal(
            [
                "user: First.",
                "user: Second.",
                "user: Third.",
                "text: An answer.",
                "context system: The conversation before this point was compacted. The agent went on with this summary:\n\nWe dug.",
                "text: On.",
                "stop ok ///",
            ],
            Shown(session)
        );
        Assert.Equal("replacement_history", session.Events[0].Json.Property("from").AsString());
        Assert.True(session.Events[1].Json.Property("from").IsMissing);
    }

    [Fact]
    public void A_second_compaction_gives_nothing_back_again_and_an_empty_summary_is_told()
    {
        var compaction =
            """{"timestamp":"2026-02-01T09:00:01Z","type":"compacted","payload":{"message":"","replacement_history":["""
            + Message("user", "First.")
            + "]}}";

        var shown = Shown(Import(Lines(Meta, compaction, compaction)).Session);

        Assert.Equal("user: First.", Assert.Single(shown, line => line.StartsWith("user", StringComparison.Ordinal)));
        Assert.EndsWith("with a summary that is not recorded as text.", shown[^1], StringComparison.Ordinal);
    }
}
