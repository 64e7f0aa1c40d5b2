using System.Text;
using ChatSessions.Analysis;
using ChatSessions.Json;
using ChatSessions.Messages;
using ChatSessions.Model;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Json;

public class SessionJsonTests
{
    [Fact]
    public void A_session_says_what_its_json_says()
    {
        var summary = Some.Session("ses-9", "Why?", Some.Text("Because.")).Summary;

        Assert.Equal("ses-9", summary.SessionId);
        Assert.Equal("Why?", summary.GeneratedTitle);
        Assert.Equal("2026-04-22T12:34:41.342245", summary.LastUpdatedAt);
        Assert.Equal(new DateTimeOffset(2026, 4, 22, 12, 34, 41, TimeSpan.Zero).AddMicroseconds(342245), summary.LastUpdated);
        Assert.Equal(["idx-1"], summary.IndexIds);
        Assert.Equal(new JobMetadata(false, null, new Usage(1200.5, null, null, 3)), summary.JobMetadata);
    }

    [Fact]
    public void Each_type_of_event_is_read_with_its_fields()
    {
        var session = Some.Session(
            Some.UserInput("Q"),
            Some.Text("T"),
            Some.Thinking("H"),
            Some.TextDelta("t"),
            Some.ThinkingDelta("h"),
            Some.ToolUse("grep", """{"a":1}""", "[1]", "c1", ("src-1", "p/1.jpg")),
            Some.Stop("broke", 5, 6)
        );

        Assert.Equal("Q", Event<UserInputEvent>(session, 0).Content);
        Assert.Equal("T", Event<TextEvent>(session, 1).Content);
        Assert.Equal("H", Event<ThinkingEvent>(session, 2).Content);
        Assert.Equal("t", Event<TextDeltaEvent>(session, 3).Content);
        Assert.Equal("h", Event<ThinkingDeltaEvent>(session, 4).Content);
        var call = Event<ToolCallEvent>(session, 5);
        Assert.Equal(("c1", "grep", """{"a":1}"""), (call.CallId, call.Name, call.Arguments.ToString()));
        var result = Event<ToolResultEvent>(session, 6);
        Assert.Equal(("c1", "grep", "[1]"), (result.CallId, result.Name, result.Result.ToString()));
        Assert.Equal(new ImageAttachment("src-1", "p/1.jpg"), result.ImageAttachment);
        var stop = Event<StopEvent>(session, 7);
        Assert.Equal((true, "broke", new Usage(1200.5, 5, 6, 3)), (stop.IsError, stop.Error, stop.Usage));
    }

    [Theory]
    [InlineData("""{"result":null}""", typeof(ToolResultEvent))]
    [InlineData("""{"type":null,"result":1,"arguments":{}}""", typeof(ToolResultEvent))]
    [InlineData("""{"type":7,"call_id":"c","arguments":null}""", typeof(ToolCallEvent))]
    [InlineData("""{"usage":null}""", typeof(StopEvent))]
    [InlineData("""{"is_error":true}""", typeof(StopEvent))]
    [InlineData("""{"content":"who said it?"}""", typeof(UnknownEvent))]
    [InlineData("""{}""", typeof(UnknownEvent))]
    [InlineData("""{"type":"citation","result":1}""", typeof(UnknownEvent))]
    [InlineData("""{"type":"TEXT","content":"x"}""", typeof(UnknownEvent))]
    public void A_type_that_is_missing_is_told_from_the_fields_where_they_leave_no_doubt(string json, Type type) =>
        Assert.IsType(type, Assert.Single(Some.Session(Some.Event(json)).Events));

    [Theory]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("\"text\"")]
    [InlineData("[{\"type\":\"text\"}]")]
    [InlineData("true")]
    [InlineData("{\"type\":\"citation\",\"source\":{\"page\":3}}")]
    public void What_is_no_known_event_is_kept_as_it_came(string json)
    {
        var unknown = Event<UnknownEvent>(Some.Session(Some.UserInput("Q"), Some.Event(json), Some.Text("A")), 1);

        Assert.Equal(json, unknown.Json.ToString());
        Assert.Equal(json.Contains("citation", StringComparison.Ordinal) ? "citation" : null, unknown.Type);
    }

    [Theory]
    [InlineData("user_input")]
    [InlineData("text")]
    [InlineData("thinking")]
    [InlineData("text_delta")]
    [InlineData("thinking_delta")]
    [InlineData("tool_call")]
    [InlineData("tool_result")]
    [InlineData("stop")]
    public void An_event_survives_without_its_fields_and_with_nulls_and_foreign_values_in_them(string type)
    {
        string[] fields = ["content", "call_id", "name", "arguments", "result", "image_attachment", "is_error", "error", "usage"];
        string[] values = ["null", "7", "true", "\"x\"", "[]", "{}", "{\"source_id\":null,\"attachment_name\":3}"];
        var bare = Some.Session(Some.Event($$"""{"type":"{{type}}"}""")).Events[0];

        Assert.IsNotType<UnknownEvent>(bare);
        foreach (var value in values)
        {
            var all = string.Join(",", fields.Select(field => $"\"{field}\":{value}"));
            var session = Some.Session(Some.Event($$"""{"type":"{{type}}",{{all}}}"""));
            Assert.IsType(bare.GetType(), session.Events[0]);
            ReadAll(session);
        }
    }

    [Fact]
    public void A_field_that_should_be_text_and_is_not_is_its_json() =>
        Assert.Equal(
            ("[1]", "5"),
            Some.Session(Some.Event("""{"type":"tool_call","call_id":5,"name":[1]}""")).Events[0] is ToolCallEvent call
                ? (call.Name, call.CallId)
                : default
        );

    [Fact]
    public void Of_a_repeated_field_the_last_counts_and_names_may_be_escaped()
    {
        var session = Read(
            """{"session_id":"a","events":[1],"\u0065vents":[{"type":"stop","\u0074ype":"text","content":"1","content":"2"}],"session_id":"b"}"""
        );

        Assert.Equal("b", session.Summary.SessionId);
        Assert.Equal("2", Assert.IsType<TextEvent>(Assert.Single(session.Events)).Content);
    }

    [Theory]
    [InlineData("""{"\ud800":1,"\ud800ab":2,"session_id":"a","events":[{"\udc00pe":1,"type":"text","content":"x"}]}""")]
    [InlineData("""{"session_id":"a","events":[{"type":"text","content":"x"}],"shared_access":{"type":"y"},"events2":[]}""")]
    [InlineData(" \n{\"session_id\":\"a\",\"events\":[ {\"type\":\"text\" ,\n\"content\":\"x\"} ]}\n ")]
    public void Unknown_fields_strange_names_and_white_space_harm_nothing(string json) =>
        Assert.Equal("x", Assert.IsType<TextEvent>(Assert.Single(Read(json).Events)).Content);

    [Fact]
    public void A_summary_may_hold_nulls_or_nothing_but_its_id()
    {
        var nulls = Read(
            """{"session_id":"a","last_updated_at":null,"generated_title":null,"index_ids":null,"job_metadata":null,"events":null}"""
        );
        var bare = SessionJson.ReadSummary("""{"session_id":"a"}"""u8.ToArray(), "x");

        Assert.Empty(nulls.Events);
        Assert.Equivalent(nulls.Summary with { OutcomeOfEvents = null }, bare);
        Assert.Equal(("", null, null), (bare.LastUpdatedAt, bare.LastUpdated, bare.GeneratedTitle));
        Assert.Equal(RunOutcome.NeverRun, bare.Outcome);
    }

    [Fact]
    public void A_summary_is_read_of_a_whole_session_too() =>
        Assert.Equal("ses-1", SessionJson.ReadSummary(Some.Session(Some.UserInput("Q")).Json.Utf8, "x").SessionId);

    [Fact]
    public void A_summary_of_a_whole_session_has_the_outcome_of_its_events_wherever_they_stand()
    {
        const string Events = """ "events":[{"type":"text","content":"A"},{"type":"stop","error":"broke"}] """;
        const string Job = """ "job_metadata":{"is_error":false} """;

        foreach (var json in (string[])[$$"""{"session_id":"a",{{Events}},{{Job}}}""", $$"""{"session_id":"a",{{Job}},{{Events}}}"""])
            Assert.Equal(RunOutcome.Error, SessionJson.ReadSummary(System.Text.Encoding.UTF8.GetBytes(json), "x").Outcome);
        Assert.Equal(
            RunOutcome.Ok,
            SessionJson.ReadSummary(System.Text.Encoding.UTF8.GetBytes($$"""{"session_id":"a",{{Job}}}"""), "x").Outcome
        );
    }

    [Fact]
    public void Numbers_that_no_double_holds_stay_as_they_came_in_arguments_results_and_usage()
    {
        const string Digits = "1234567890123456789012345678901234567890";
        var session = Some.Session(
            Some.ToolUse("t", $$"""{"n":{{Digits}}}""", "1e999"),
            Some.Event(
                $$$"""{"type":"stop","usage":{"duration_ms":1e999,"total_input_tokens":{{{Digits}}},"total_output_tokens":-0,"turns":2.0}}"""
            )
        );

        Assert.Equal(Digits, Event<ToolCallEvent>(session, 0).Arguments.Property("n").ToString());
        Assert.Equal("1e999", Event<ToolResultEvent>(session, 1).Result.ToString());
        Assert.Equal(new Usage(null, null, 0, 2), Event<StopEvent>(session, 2).Usage);
        Assert.Contains(Digits, Event<StopEvent>(session, 2).Json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_keeps_lone_surrogates()
    {
        var session = Some.Session(Some.Event("""{"type":"text","content":"a\ud83d"}"""));

        Assert.Equal("a\ud83d", Event<TextEvent>(session, 0).Content, StringComparer.Ordinal);
    }

    [Fact]
    public void Nesting_100_000_deep_is_read()
    {
        var nested = new string('[', 100_000) + new string(']', 100_000);
        var session = Some.Session(Some.ToolUse("t", $$"""{"a":{{nested}}}""", nested), Some.Event(nested));

        Assert.Equal(nested, Event<ToolResultEvent>(session, 1).Result.ToString());
        ReadAll(session);
    }

    [Fact]
    public void A_result_of_5_MB_is_read()
    {
        var text = new string('é', 2_500_000);

        Assert.Equal(text, Event<ToolResultEvent>(Some.Session(Some.ToolUse("t", result: Some.Quoted(text))), 1).Result.AsString());
    }

    [Fact]
    public void A_session_of_20_MB_and_100_000_events_is_read()
    {
        var session = Some.Session([
            .. Enumerable
                .Repeat<SomeEvents[]>([Some.ToolUse("t", result: Some.Quoted(new string('x', 500))), Some.Text("next")], 33_334)
                .SelectMany(events => events),
        ]);

        Assert.True(session.Json.Utf8.Length > 20_000_000);
        Assert.Equal(100_002, session.Events.Length);
        Assert.Equal(66_668, session.Steps.Length);
        Assert.All(session.ToolUses, use => Assert.Equal(use.Position + 1, use.LastPosition));
    }

    [Fact]
    public void The_json_is_given_back_byte_for_byte_and_the_events_are_parts_of_it()
    {
        const string Events = """[ {"type":"text", "content" : "\u00e9\/"},17 ,{"n":1.50}]""";
        var json = $$"""{"x":[1e999,"\ud800"],"session_id":"a", "events":{{Events}} }""";

        foreach (var around in new[] { "", "\uFEFF", "  " })
        {
            var session = Read($"{around}{json}");
            Assert.Equal(json, session.Json.ToString());
            Assert.Equal(
                ["""{"type":"text", "content" : "\u00e9\/"}""", "17", """{"n":1.50}"""],
                session.Events.Select(e => e.Json.ToString())
            );
            Assert.Equal([0, 1, 2], session.Events.Select(e => e.Position));
        }
    }

    [Theory]
    [InlineData("", "is not valid JSON")]
    [InlineData("   ", "is not valid JSON")]
    [InlineData("\uFEFF", "is not valid JSON")]
    [InlineData("{", "is not valid JSON")]
    [InlineData("<html></html>", "is not valid JSON")]
    [InlineData("""{"session_id":"a","events":[]}x""", "is not valid JSON")]
    [InlineData("""{"session_id":"a","events":[]}{}""", "is not valid JSON")]
    [InlineData("""{"session_id":"a","events":[{"type":"te""", "is not valid JSON: it is incomplete or has an error at byte 40. ")]
    [InlineData("{\n  \"session_id\": \"a\",\n  x", "is not valid JSON: it is incomplete or has an error at line 3, byte 3. ")]
    [InlineData("""{"session_id":"a","events":[NaN]}""", "is not valid JSON")]
    [InlineData("[]", "is not a chat session: it is not a JSON object")]
    [InlineData("null", "is not a chat session: it is not a JSON object")]
    [InlineData("{}", "is not a chat session: it has no 'session_id'")]
    [InlineData("""{"session_id":"a"}""", "is not a chat session: it has no 'events' array")]
    [InlineData("""{"session_id":"a","events":{}}""", "is not a chat session: it has no 'events' array")]
    [InlineData("""{"session_id":null,"events":[]}""", "is not a chat session: it has no 'session_id'")]
    public void What_is_no_session_is_refused_with_the_reason(string json, string reason)
    {
        var refusal = Assert.Throws<ChatSessionException>(() => Read(json));

        Assert.Equal(ChatSessionError.InvalidSession, refusal.Error);
        Assert.StartsWith($"file.json {reason}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_read_is_a_session_or_refused()
    {
        var json = Some.Session([.. Generated.Kinds]).Json.Utf8.ToArray();
        var edits = Gen.Select(Gen.Int[0, json.Length - 1], Gen.OneOf(Gen.Byte, Gen.OneOf("\"\\{}[],:0e-u\n "u8.ToArray()))).Array[0, 4];

        Gen.Select(edits, Gen.Int[0, json.Length], Gen.Bool)
            .Sample(
                (edits, length, isWhole) =>
                {
                    var broken = json.ToArray();
                    foreach (var (at, value) in edits)
                        broken[at] = value;
                    ReadOrRefuse(isWhole ? broken : broken[..length]);
                },
                iter: 3_000
            );
        Gen.Byte.Array[0, 60].Sample(ReadOrRefuse, iter: 3_000);
    }

    private static void ReadOrRefuse(byte[] utf8)
    {
        try
        {
            var session = SessionJson.Read(utf8, "it");
            Assert.True(utf8.AsSpan().IndexOf(session.Json.Utf8.Span) >= 0);
            ReadAll(session);
        }
        catch (ChatSessionException refusal)
        {
            Assert.Equal(ChatSessionError.InvalidSession, refusal.Error);
        }
    }

    /// <summary>Computes everything that is derived from a session.</summary>
    private static void ReadAll(Session session)
    {
        Generated.AssertWhole(session);
        Assert.NotNull(SessionStatistics.Count(session));
        Assert.NotEmpty(session.ToChatMessagesJson());
        _ = session.Summary.LastUpdated;
    }

    private static Session Read(string json) => SessionJson.Read(Encoding.UTF8.GetBytes(json), "file.json");

    private static T Event<T>(Session session, int position)
        where T : SessionEvent => Assert.IsType<T>(session.Events[position]);
}
