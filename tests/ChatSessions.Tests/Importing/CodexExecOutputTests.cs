using Xunit;

namespace ChatSessions.Tests.Importing;

public class CodexExecOutputTests : ImportTest
{
    [Fact]
    public void The_output_of_codex_exec_is_a_session()
    {
        var session = Import(
            Lines(
                """{"type":"thread.started","thread_id":"0199-x"}""",
                """{"type":"turn.started"}""",
                """{"type":"item.completed","item":{"id":"item_0","type":"reasoning","text":"Hm"}}""",
                """{"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"make","status":"in_progress"}}""",
                """{"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"make","aggregated_output":"broken","exit_code":2,"status":"failed"}}""",
                """{"type":"item.completed","item":{"id":"item_2","type":"file_change","changes":[{"path":"a.c","kind":"update"}],"status":"completed"}}""",
                """{"type":"item.completed","item":{"id":"item_3","type":"mcp_tool_call","server":"shed","tool":"open","arguments":{"door":1},"error":{"message":"locked"}}}""",
                """{"type":"item.completed","item":{"id":"item_4","type":"agent_message","text":"Mended."}}""",
                """{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":2,"output_tokens":3}}""",
                """{"type":"turn.started"}""",
                """{"type":"turn.failed","error":{"message":"limit"}}"""
            )
        ).Session;

        Assert.Equal(
            [
                "thinking: Hm",
                """call item_1 exec_command {"command":"make"}""",
                """result item_1 exec_command {"exit_code":2,"content":"broken"}""",
                """call item_2 apply_patch {"changes":[{"path":"a.c","kind":"update"}]}""",
                """result item_2 apply_patch {"status":"completed"}""",
                """call item_3 shed.open {"door":1}""",
                """result item_3 shed.open {"is_error":true,"content":"locked"}""",
                "text: Mended.",
                "stop ok 10/3//",
                "stop limit ///",
            ],
            Shown(session)
        );
        Assert.Equal(("0199-x", "Mended."), (session.Summary.SessionId, session.Summary.GeneratedTitle));
    }
}
