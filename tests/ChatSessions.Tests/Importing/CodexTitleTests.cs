using Xunit;
using static ChatSessions.Tests.Importing.CodexLines;

namespace ChatSessions.Tests.Importing;

public class CodexTitleTests : ImportTest
{
    private const string Rollout = "sessions/2026/02/01/rollout-2026-02-01T09-00-00-01990000-0000-7000-8000-000000000001.jsonl";

    [Theory]
    [InlineData("""{"id":"0199-a","thread_name":"First name"}""", """{"id":"0199-a","thread_name":"Last name"}""", "Last name")]
    [InlineData("""{"id":"0199-a","thread_name":"(unnamed)"}""", """{"id":"0199-b","thread_name":"Another's"}""", "Named in it")]
    [InlineData("", "not json", "Named in it")]
    public void The_last_name_in_the_index_is_the_title_else_that_in_the_rollout(string first, string last, string title)
    {
        Write("session_index.jsonl", Lines(first, last));

        var session = Import(
            Lines(Meta, User("go on"), Event("""{"type":"thread_name_updated","thread_name":"Named in it"}""")),
            name: Rollout
        ).Session;

        Assert.Equal(title, session.Summary.GeneratedTitle);
    }

    [Fact]
    public void Without_a_name_it_is_the_first_request_that_says_what_is_wanted()
    {
        Assert.Equal(
            "Paint the south gate",
            Import(Lines(Meta, User("hello"), User("Paint the south gate"))).Session.Summary.GeneratedTitle
        );
        Assert.Equal("go on", Import(Lines(Meta, User("go on"), User("yes"))).Session.Summary.GeneratedTitle);
        Assert.Equal("The gate is painted.", Import(Lines(Meta, Answer("The gate is painted."))).Session.Summary.GeneratedTitle);
    }

    [Fact]
    public void A_rollout_without_a_header_has_the_id_in_its_name() =>
        Assert.Equal("01990000-0000-7000-8000-000000000001", Import(Lines(User("Q")), name: Rollout).Session.Summary.SessionId);
}
