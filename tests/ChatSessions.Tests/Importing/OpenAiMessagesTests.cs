using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class OpenAiMessagesTests : ImportTest
{
    private const string Weather = """
        {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Weather in Oslo?"},
         {"role":"assistant","content":"","reasoning_content":"Ask.","tool_calls":[
          {"id":"c1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\"}"}},
          {"id":"c2","type":"custom","custom":{"name":"sql","input":"select 1"}}]},
         {"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"1"}]},
         {"role":"tool","tool_call_id":"c1","content":"{\"error\":\"unknown city\"}"},
         {"role":"assistant","content":[{"type":"text","text":"I cannot tell."},{"type":"refusal","refusal":"No."}]}]}
        """;

    [Fact]
    public void Messages_become_a_session()
    {
        var imported = Import(Weather, name: "chat.json");

        Assert.Equal(OpenAiMessages.Format, imported.Format);
        Assert.Equal(
            [
                "context system: Be brief.",
                "user: Weather in Oslo?",
                "thinking: Ask.",
                """call c1 get_weather {"city":"Oslo"}""",
                """call c2 sql {"input":"select 1"}""",
                "result c2 sql \"1\"",
                """result c1 get_weather {"error":"unknown city"}""",
                "text: I cannot tell.\nNo.",
                "stop ok ///",
            ],
            Shown(imported.Session)
        );
        Assert.Equal([true, false], imported.Session.ToolUses.Select(use => use.Outcome.IsFailure));
        var summary = imported.Session.Summary;
        Assert.Equal(("Weather in Oslo?", true), (summary.GeneratedTitle, summary.JobMetadata is not null));
    }

    [Fact]
    public void A_list_without_an_id_stays_the_same_session_while_it_grows()
    {
        const string One = """[{"role":"user","content":"Q"}]""";
        const string Two = """[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]""";
        const string Other = """[{"role":"user","content":"Q2"}]""";

        var first = Assert.Single(IdsOf(One));

        Assert.Matches("^imported-[0-9a-f]{16}$", first);
        Assert.Equal(first, Assert.Single(IdsOf(Two)));
        Assert.Equal(first, Assert.Single(IdsOf("[\n" + Two[1..])));
        Assert.Equal(first, IdsOf(Lines(Two, Other))[0]);
        Assert.NotEqual(first, IdsOf(Lines(Two, Other))[1]);
        Assert.NotEqual(first, Assert.Single(IdsOf(One, "elsewhere/file.jsonl")));

        List<string> IdsOf(string text, string name = "file.jsonl") =>
            [.. ImportAll(text, name: name).Select(imported => imported.Session.Summary.SessionId)];
    }

    [Fact]
    public void If_no_time_is_recorded_the_files_time_is_used_and_noted()
    {
        const string Untimed = """{"messages":[{"role":"user","content":"Q"}]}""";
        var path = Write("file.jsonl", Untimed);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 3, 4, 5, 6, 7, DateTimeKind.Utc));

        var untimed = Assert.Single(SessionImport.Read(path, null, 1000, problem => { }, Cancelled)).Session;
        var timed = Import(Untimed.Replace("{\"messages", "{\"created\":0,\"messages", StringComparison.Ordinal)).Session;

        Assert.Equal("2026-03-04T05:06:07.000000", untimed.Summary.LastUpdatedAt);
        Assert.Equal("""{"format":"openai","time_from":"file"}""", untimed.Json.Property("source").ToString());
        Assert.Equal("1970-01-01T00:00:00.000000", timed.Summary.LastUpdatedAt);
        Assert.Equal("""{"format":"openai","created_at":"1970-01-01T00:00:00.000000"}""", timed.Json.Property("source").ToString());
    }

    [Fact]
    public void A_line_is_a_session_and_a_broken_one_does_not_hinder_the_others()
    {
        var sessions = ImportAll(
            Lines(
                """{"session_id":"a","messages":[{"role":"user","content":"A"}]}""",
                """{"messages":[{"role":"user" "content":"B"}]}""",
                """{"messages":[]}""",
                """[{"role":"user","content":"C"}]"""
            ) + """{"messages":[{"role":"us"""
        );

        Assert.Equal([1, 4], sessions.Select(one => one.Line));
        Assert.Equal(["A", "C"], sessions.Select(one => one.Session.Summary.GeneratedTitle));
        Assert.Equal(3, Broken.Count);
        Assert.Contains($"{PathOf("file.jsonl")}, line 2 is not valid JSON", Broken[0]);
        Assert.Contains("line 3 contains no messages", Broken[1]);
        Assert.Contains("line 5 is not valid JSON: it is incomplete", Broken[2]);
    }

    [Fact]
    public void A_response_tells_how_the_run_ended()
    {
        var session = Import(
            """{"id":"chatcmpl-1","created":1767225600,"model":"m","messages":[{"role":"user","content":"Q"}],"choices":[{"finish_reason":"stop","message":{"role":"assistant","content":"A"}}],"usage":{"prompt_tokens":5,"completion_tokens":6}}"""
        ).Session;

        Assert.Equal(["user: Q", "text: A", "stop ok 5/6//1"], Shown(session));
        Assert.Equal(("chatcmpl-1", "2026-01-01T00:00:00.000000"), (session.Summary.SessionId, session.Summary.LastUpdatedAt));
    }

    [Fact]
    public void A_run_without_an_answer_has_not_ended()
    {
        const string Call =
            """{"role":"assistant","content":"I look.","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]}""";
        const string Result = """{"role":"tool","tool_call_id":"c","content":"x"}""";

        Assert.DoesNotContain(
            Shown(Import($$"""[{"role":"user","content":"Q"},{{Call}}]""").Session),
            one => one.StartsWith("stop", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            Shown(Import($$"""[{"role":"user","content":"Q"},{{Call}},{{Result}}]""").Session),
            one => one.StartsWith("stop", StringComparison.Ordinal)
        );
        Assert.Equal(
            ["user: Q", "text: A", "stop ok ///", "user: R"],
            Shown(Import("""[{"role":"user","content":"Q"},{"role":"assistant","content":"A"},{"role":"user","content":"R"}]""").Session)
        );
    }

    [Fact]
    public void Each_line_can_be_a_message_with_a_time_and_calls_in_a_text()
    {
        var session = Import(
            Lines(
                """{"role":"system","content":"Be brief."}""",
                """{"role":"user","content":"Q","timestamp":"2026-03-04T05:06:07"}""",
                """{"role":"user" "broken"}""",
                """{"role":"assistant","content":null,"tool_calls":"[{\"id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}]"}""",
                """{"role":"tool","tool_call_id":"c","content":"x"}"""
            )
        ).Session;

        Assert.Equal(["context system: Be brief.", "user: Q", "call c f {}", "result c f \"x\""], Shown(session));
        Assert.Equal("2026-03-04T05:06:07.000000", session.Summary.LastUpdatedAt);
        Assert.Equal(1, session.Json.Property("source").Property("broken_lines").AsInt64());
        Assert.Contains(", line 3 is not valid JSON", Assert.Single(Broken));
    }

    [Fact]
    public void The_older_functions_pair_by_name()
    {
        var session = Import(
            """[{"role":"user","content":"Q"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":""}},{"role":"function","name":"f","content":"x"}]"""
        ).Session;

        Assert.Equal(["call f f {}", "result f f \"x\""], Shown(session).Skip(1));
        Assert.NotNull(Assert.Single(session.ToolUses).Result);
    }

    [Fact]
    public void What_is_no_text_leaves_a_mark_and_what_is_unknown_stays()
    {
        var session = Import(
            """[{"role":"user","content":[{"type":"text","text":"Q"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"image_url","image_url":{"url":"https://x/y.png"}},{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},{"type":"file","file":{"file_id":"f-1"}}]},{"role":"critic","content":"?"}]"""
        ).Session;

        Assert.Equal(
            [
                """{"type":"record","record":{"type":"file","file":{"file_id":"f-1"}}}""",
                "user: Q\n[image_url image/png, 3 bytes, not kept]\n[image_url https://x/y.png]\n[input_audio wav, 3 bytes, not kept]",
                """{"type":"record","record":{"role":"critic","content":"?"}}""",
            ],
            Shown(session)
        );
    }
}
