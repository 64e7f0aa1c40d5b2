using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class CursorTranscriptTests : ImportTest
{
    private const string Id = "0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f";

    [Fact]
    public void A_transcript_has_the_query_of_the_user_and_the_files_name_as_id()
    {
        var imported = Import(
            Lines(
                """{"role":"user","message":{"content":[{"type":"text","text":"<attached_files>\nhall.txt\n</attached_files>\n<user_query>\nCount the pots.\n</user_query>"}]}}""",
                """{"role":"assistant","message":{"content":[{"type":"text","text":"I count."},{"type":"tool_use","name":"Shell","input":{"command":"ls"}}]}}""",
                """{"type":"turn_ended","status":"success"}""",
                """{"role":"user","message":{"content":"Thanks."}}""",
                """{"role":"assistant","message":{"content":[{"type":"text","text":"Gladly."}]}}"""
            ),
            name: $"agent-transcripts/parent/subagents/{Id}.jsonl"
        );

        Assert.Equal(CursorTranscript.Format, imported.Format);
        Assert.Equal(
            [
                "user: Count the pots.",
                "context user: <attached_files>\nhall.txt\n</attached_files>",
                "text: I count.",
                """call  Shell {"command":"ls"}""",
                "stop ok ///",
                "user: Thanks.",
                "text: Gladly.",
                "stop ok ///",
            ],
            Shown(imported.Session)
        );
        Assert.Equal(Id, imported.Session.Summary.SessionId);
        Assert.Contains("\"parent_session_id\":\"parent\"", imported.Session.Json.ToString());
    }
}
