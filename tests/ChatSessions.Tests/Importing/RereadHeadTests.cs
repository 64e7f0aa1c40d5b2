using System.Text;
using ChatSessions.Importing;
using ChatSessions.Json;
using ChatSessions.Model;
using Xunit;

namespace ChatSessions.Tests.Importing;

public sealed class RereadHeadTests
{
    [Fact]
    public void What_other_files_said_of_a_session_is_kept_in_its_place()
    {
        var had = Read(
            """{"session_id":"s","source":{"format":"f","parent_session_id":"p","broken_lines":1,"agent_type":"Explore"},"events":[1]}"""
        );
        var made = Read("""{"session_id":"s","source":{"format":"f","models":["m"],"agent_type":"Plan"},"events":[2]}""");

        Assert.Equal(
            """{"session_id":"s","source":{"format":"f","parent_session_id":"p","agent_type":"Plan","models":["m"]},"events":[2]}""",
            RereadHead.Keep(made, had).Json.ToString()
        );
    }

    [Fact]
    public void A_session_that_lacks_nothing_stays_as_it_was_made()
    {
        var made = Read("""{ "session_id":"s", "source":{"format":"g"}, "events":[] }""");

        Assert.Same(made, RereadHead.Keep(made, Read("""{"session_id":"s","source":{"format":"f"},"events":[]}""")));
    }

    private static Session Read(string json) => SessionJson.Read(Encoding.UTF8.GetBytes(json), "a test's session");
}
