using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class OpenAiResponsesTests : ImportTest
{
    [Fact]
    public void Items_become_a_session_however_they_are_listed()
    {
        string[] items =
        [
            """{"role":"user","content":"What time is it?"}""",
            """{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"Ask."}]}""",
            """{"type":"function_call","call_id":"c1","name":"clock","arguments":"{\"zone\":\"UTC\"}"}""",
            """{"type":"function_call_output","call_id":"c1","output":"noon"}""",
            """{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Noon."},{"type":"refusal","refusal":"No more."}]}""",
        ];
        List<string> expected =
        [
            "user: What time is it?",
            "thinking: Ask.",
            """call c1 clock {"zone":"UTC"}""",
            "result c1 clock \"noon\"",
            "text: Noon.\nNo more.",
            "stop ok ///",
        ];

        Assert.Equal(expected, Shown(Import($"[{string.Join(',', items)}]").Session));
        Assert.Equal(expected, Shown(Import(Lines(items)).Session));
        Assert.Equal(expected, Shown(Import($$"""{"model":"m","input":[{{string.Join(',', items)}}]}""").Session));
        Assert.Equal(OpenAiResponses.Format, Import(Lines(items)).Format);
    }

    [Fact]
    public void A_response_has_its_id_its_model_and_how_it_ended()
    {
        const string Response = """
            {"id":"resp_1","object":"response","created_at":1775000000,"model":"m","status":"STATUS","incomplete_details":{"reason":"max_output_tokens"},
             "output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A"}]}],"usage":{"input_tokens":20,"output_tokens":6}}
            """;

        var done = Import(Response.Replace("STATUS", "completed", StringComparison.Ordinal), name: "r.json").Session;
        var cut = Import(Response.Replace("STATUS", "incomplete", StringComparison.Ordinal), name: "r.json").Session;

        Assert.Equal(["text: A", "stop ok 20/6//1"], Shown(done));
        Assert.Equal(["text: A", "stop max_output_tokens 20/6//1"], Shown(cut));
        Assert.Equal(("resp_1", "2026-03-31T23:33:20.000000"), (done.Summary.SessionId, done.Summary.LastUpdatedAt));
    }

    [Fact]
    public void A_response_that_ends_with_a_call_has_not_ended_the_run()
    {
        var session = Import(
            """{"object":"response","status":"completed","output":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}"""
        ).Session;

        Assert.Equal(["call c f {}"], Shown(session));
    }

    [Fact]
    public void Tools_that_the_server_runs_have_their_results_and_pictures_are_marked()
    {
        var session = Import(
            """
            [{"type":"message","role":"user","content":[{"type":"input_text","text":"Q"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"}]},
             {"type":"web_search_call","id":"w","status":"completed","action":{"query":"oak"}},
             {"type":"mcp_call","id":"m","name":"plant","arguments":"{\"n\":1}","error":"no soil"},
             {"type":"image_generation_call","id":"i","status":"completed","result":"AAAA"},
             {"type":"surprise","x":1}]
            """
        ).Session;

        Assert.Equal(
            [
                "user: Q\n[input_image image/png, 3 bytes, not kept]",
                """call w web_search {"action":{"query":"oak"}}""",
                """call m plant {"n":1}""",
                """result m plant {"is_error":true,"content":"no soil"}""",
                "call i image_generation {}",
                """result i image_generation {"type":"image","media_type":"image/png","bytes":3,"omitted":true}""",
                """{"type":"record","record":{"type":"surprise","x":1}}""",
            ],
            Shown(session)
        );
    }

    [Fact]
    public void Items_of_the_JavaScript_SDK_are_read_too()
    {
        var session = Import(
            """
            [{"type":"message","role":"user","content":"Q"},{"type":"function_call","callId":"c","name":"f","arguments":"{}"},
             {"type":"function_call_result","callId":"c","name":"f","output":{"type":"text","text":"x"}}]
            """
        ).Session;

        Assert.Equal(["user: Q", "call c f {}", "result c f \"x\""], Shown(session));
    }
}
