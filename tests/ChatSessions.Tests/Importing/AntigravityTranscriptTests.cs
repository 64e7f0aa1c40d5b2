using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class AntigravityTranscriptTests : ImportTest
{
    [Fact]
    public void Steps_become_a_session_whose_results_pair_with_the_calls_in_order()
    {
        var imported = Import(
            Lines(
                """{"step_index":0,"source":"USER_EXPLICIT","type":"USER_INPUT","created_at":"2026-06-26T21:16:16Z","content":"<USER_REQUEST>\nList the pots.\n</USER_REQUEST>\n<USER_SETTINGS_CHANGE>\nx\n</USER_SETTINGS_CHANGE>"}""",
                """{"step_index":1,"source":"SYSTEM","type":"CONVERSATION_HISTORY","created_at":"2026-06-26T21:16:16Z"}""",
                """{"step_index":2,"source":"MODEL","type":"PLANNER_RESPONSE","created_at":"2026-06-26T21:16:17Z","thinking":"Look.","tool_calls":[{"name":"list_dir","args":{"DirectoryPath":"\"/w\"","Depth":2}}]}""",
                """{"step_index":3,"source":"MODEL","type":"LIST_DIRECTORY","status":"ERROR","created_at":"2026-06-26T21:16:18Z","content":"no such folder"}""",
                """{"step_index":4,"source":"MODEL","type":"VIEW_FILE","created_at":"2026-06-26T21:16:18Z","content":"1: fern"}""",
                """{"step_index":5,"source":"MODEL","type":"PLANNER_RESPONSE","created_at":"2026-06-26T21:16:21Z","content":"A fern."}"""
            ),
            name: "brain/ag-1/.system_generated/logs/transcript.jsonl"
        );

        Assert.Equal(AntigravityTranscript.Format, imported.Format);
        Assert.Equal(
            [
                "user: List the pots.",
                "context user: <USER_SETTINGS_CHANGE>\nx\n</USER_SETTINGS_CHANGE>",
                "thinking: Look.",
                """call 2.0 list_dir {"DirectoryPath":"/w","Depth":2}""",
                """result 2.0 list_dir {"is_error":true,"content":"no such folder"}""",
                "result  view_file \"1: fern\"",
                "text: A fern.",
                "stop ok ///",
            ],
            Shown(imported.Session)
        );
        Assert.Equal("ag-1", imported.Session.Summary.SessionId);
    }
}
