using ChatSessions.Model;
using Xunit;
using static ChatSessions.Tests.Importing.ClaudeCodeLines;

namespace ChatSessions.Tests.Importing;

public class ClaudeCodeQueueTests : ImportTest
{
    private static readonly string[] Beginning = [User("u1", "Sort the pots."), Calls("a1", "t1")];

    [Fact]
    public void What_the_agent_read_during_its_run_is_said_there_and_ends_no_run()
    {
        var session = Run(Queue("enqueue", "Not the blue one."), Answers("r1", "t1"), Queue("remove"), Says("a2", "Then it stays."));

        Assert.Equal(["user: Not the blue one.", "text: Then it stays.", "stop ok 20/4//2"], Shown(session).Skip(3));
        Assert.Equal(new DateTimeOffset(2026, 5, 4, 8, 0, 7, default), session.Events[3].Timestamp);
    }

    [Fact]
    public void What_becomes_a_record_of_its_own_is_said_once()
    {
        var session = Run(
            Queue("enqueue", "Thanks."),
            Answers("r1", "t1"),
            Says("a2", "Sorted."),
            Queue("dequeue"),
            User("u2", "Thanks."),
            Says("a3", "Gladly.")
        );

        Assert.Equal(["text: Sorted.", "stop ok 20/4//2", "user: Thanks.", "text: Gladly.", "stop ok 10/2//1"], Shown(session).Skip(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_attachment_says_what_was_removed_once_whichever_comes_first(bool isAttachmentFirst)
    {
        var attachment = Attachment(
            "q1",
            """{"type":"queued_command","prompt":"Not the blue one.","commandMode":"prompt","origin":{"kind":"human"}}"""
        );
        var remove = Queue("remove", "Not the blue one.", "\"reason\":\"absorbed_mid_turn\",");

        var session = Run([
            Queue("enqueue", "Not the blue one."),
            Answers("r1", "t1"),
            .. isAttachmentFirst ? new[] { attachment, remove } : [remove, attachment],
            Says("a2", "Then it stays."),
        ]);

        Assert.Equal(["user: Not the blue one.", "text: Then it stays.", "stop ok 20/4//2"], Shown(session).Skip(3));
    }

    [Fact]
    public void What_was_taken_back_was_not_said()
    {
        var session = Run(
            Queue("enqueue", "Not the blu"),
            Queue("popAll", "Not the blu"),
            Queue("enqueue", "Not the blue one."),
            Answers("r1", "t1"),
            Queue("remove"),
            Says("a2", "Then it stays.")
        );

        Assert.Equal(
            ["user: Sort the pots.", "user: Not the blue one."],
            Shown(session).Where(line => line.StartsWith("user", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void What_was_taken_out_without_a_record_and_what_still_waits_is_not_lost()
    {
        var session = Run(
            Queue("enqueue", "First the red one."),
            Queue("dequeue"),
            Answers("r1", "t1"),
            Says("a2", "Yes."),
            Queue("enqueue", "And then?")
        );

        Assert.Equal(["user: First the red one.", "text: Yes.", "stop ok 20/4//2", "user: And then?"], Shown(session).Skip(3));
    }

    [Fact]
    public void Notices_of_the_program_wait_in_the_queue_too()
    {
        const string Notice = "<task-notification><task-id>b1</task-id></task-notification>";

        var session = Run(
            Queue("enqueue", Notice),
            Queue("remove"),
            Attachment("q1", """{"type":"queued_command","prompt":"The pots are dry.","commandMode":"task-notification"}"""),
            Answers("r1", "t1")
        );

        Assert.Equal([$"context user: {Notice}", "context user: The pots are dry."], Shown(session).Skip(2).SkipLast(1));
        Assert.Single(session.Turns);
    }

    private Session Run(params string[] lines) => Import(Lines([.. Beginning, .. lines])).Session;
}
