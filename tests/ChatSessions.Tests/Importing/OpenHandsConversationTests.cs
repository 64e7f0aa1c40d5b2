using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class OpenHandsConversationTests : ImportTest
{
    private static readonly string[] Events =
    [
        """{"kind":"SystemPromptEvent","id":"s","timestamp":"2026-07-03T10:00:00","source":"agent","system_prompt":{"type":"text","text":"You are an agent."}}""",
        """{"kind":"MessageEvent","id":"m","timestamp":"2026-07-03T10:00:00","source":"user","llm_message":{"role":"user","content":[{"type":"text","text":"Count the pots."}]}}""",
        """{"kind":"ActionEvent","id":"a","timestamp":"2026-07-03T10:00:01","source":"agent","thought":[{"type":"text","text":"I look."}],"tool_name":"terminal","tool_call_id":"c","tool_call":{"arguments":"{\"command\":\"ls\"}"}}""",
        """{"kind":"ObservationEvent","id":"o","timestamp":"2026-07-03T10:00:02","source":"environment","tool_name":"terminal","tool_call_id":"c","observation":{"content":[{"type":"text","text":"no ls"}],"exit_code":127,"is_error":false}}""",
        """{"kind":"ActionEvent","id":"f","timestamp":"2026-07-03T10:00:03","source":"agent","tool_name":"finish","tool_call_id":"d","action":{"kind":"FinishAction","message":"None."}}""",
        """{"kind":"ObservationEvent","id":"p","timestamp":"2026-07-03T10:00:04","source":"environment","tool_name":"finish","tool_call_id":"d","observation":{"content":[{"type":"text","text":"None."}]}}""",
    ];

    private static readonly string[] Expected =
    [
        "context system: You are an agent.",
        "user: Count the pots.",
        "text: I look.",
        """call c terminal {"command":"ls"}""",
        """result c terminal {"exit_code":127,"content":"no ls"}""",
        """call d finish {"message":"None."}""",
        "result d finish \"None.\"",
        "stop ok ///",
    ];

    [Fact]
    public void A_list_of_events_becomes_a_session()
    {
        var imported = Import($"[{string.Join(',', Events)}]", name: "events.json");

        Assert.Equal(OpenHandsConversation.Format, imported.Format);
        Assert.Equal(Expected, Shown(imported.Session));
    }

    [Fact]
    public void A_folder_of_events_is_one_session_which_its_last_file_makes()
    {
        for (var index = 0; index < Events.Length; index++)
            Write($"oh-1/events/event-{index:00000}-x.json", Events[index]);

        Assert.Empty(ImportAll(Events[0], name: "oh-1/events/event-00000-x.json"));
        var imported = Import(Events[5], name: "oh-1/events/event-00005-x.json");

        Assert.Equal("oh-1", imported.Session.Summary.SessionId);
        Assert.Equal(Expected, Shown(imported.Session));
    }

    [Fact]
    public void Events_before_version_1_are_read_too()
    {
        var session = Import(
            """
            [{"id":1,"timestamp":"2025-01-01T00:00:00","source":"user","action":"message","args":{"content":"Count"}},
             {"id":2,"timestamp":"2025-01-01T00:00:01","source":"agent","action":"run","args":{"command":"ls","thought":"Look."}},
             {"id":3,"timestamp":"2025-01-01T00:00:02","source":"agent","cause":2,"observation":"run","content":"two","extras":{"metadata":{"exit_code":0}}},
             {"id":4,"timestamp":"2025-01-01T00:00:03","source":"agent","action":"message","args":{"content":"Two."}}]
            """
        ).Session;

        Assert.Equal(
            ["user: Count", "text: Look.", """call 2 run {"command":"ls"}""", "result 2 run \"two\"", "text: Two.", "stop ok ///"],
            Shown(session)
        );
    }
}
