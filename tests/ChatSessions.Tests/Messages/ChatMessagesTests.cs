using System.Text.Json;
using ChatSessions.Messages;
using ChatSessions.Model;
using CsCheck;
using Microsoft.Extensions.AI;
using Xunit;

namespace ChatSessions.Tests.Messages;

public class ChatMessagesTests
{
    [Fact]
    public void A_session_becomes_the_messages_that_a_chat_client_would_have_made()
    {
        var messages = Some.Session(
                Some.UserInput("Q"),
                Some.Thinking("hm"),
                Some.ToolCall("grep", """{"q":"x"}""", "a"),
                Some.ToolCall("find", "{}", "b"),
                Some.ToolResult("find", "[1]", "b"),
                Some.ToolResult("grep", "\"found\"", "a"),
                Some.Text("A"),
                Some.Stop()
            )
            .ToChatMessages();

        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant], messages.Select(message => message.Role));
        Assert.Equal("Q", Assert.IsType<TextContent>(Assert.Single(messages[0].Contents)).Text);
        Assert.Equal("hm", Assert.IsType<TextReasoningContent>(messages[1].Contents[0]).Text);
        Assert.Equal(["a", "b"], messages[1].Contents.OfType<FunctionCallContent>().Select(call => call.CallId));
        Assert.Equal(["b", "a"], messages[2].Contents.OfType<FunctionResultContent>().Select(result => result.CallId));
        Assert.Equal("A", messages[3].Text);
        Assert.IsType<UsageContent>(messages[3].Contents[1]);
    }

    [Fact]
    public void A_call_keeps_id_name_and_arguments_and_is_not_run_again()
    {
        var call = Only<FunctionCallContent>(Some.ToolCall("grep", """{"q":"é","n":1e999,"q":[null]}""", "c1"));

        Assert.Equal(("c1", "grep", true), (call.CallId, call.Name, call.InformationalOnly));
        Assert.Equal(["q", "n"], call.Arguments!.Keys);
        Assert.Equal("[null]", Raw(call.Arguments["q"]));
        Assert.Equal("1e999", Raw(call.Arguments["n"]));
    }

    [Fact]
    public void Arguments_that_are_not_an_object_are_next_to_the_call()
    {
        var call = Only<FunctionCallContent>(Some.ToolCall("grep", "[\"x\"]"));

        Assert.Null(call.Arguments);
        Assert.Equal("[\"x\"]", Raw(call.AdditionalProperties!["arguments"]));
    }

    [Fact]
    public void A_result_is_its_text_or_its_json()
    {
        Assert.Equal("a\ud800", Only<FunctionResultContent>(Some.ToolResult("t", "\"a\\ud800\"")).Result);
        Assert.Equal("""{"a":1.50}""", Raw(Only<FunctionResultContent>(Some.ToolResult("t", """{"a":1.50}""")).Result));
        Assert.Equal("null", Raw(Only<FunctionResultContent>(Some.ToolResult("t", "null")).Result));
        Assert.Null(Only<FunctionResultContent>(Some.Event("""{"type":"tool_result"}""")).Result);
        Assert.Equal("t", Only<FunctionResultContent>(Some.ToolResult("t")).AdditionalProperties!["name"]);
    }

    [Fact]
    public void A_failed_result_keeps_what_it_said_and_says_why_it_is_thought_to_have_failed()
    {
        var result = Only<FunctionResultContent>(Some.ToolUse("bash", result: """{"returncode":2}"""));

        Assert.Equal("""{"returncode":2}""", Raw(result.Result));
        Assert.Equal("failed", result.AdditionalProperties!["outcome"]);
        Assert.Equal("returncode 2", result.AdditionalProperties["outcome_reason"]);
    }

    [Fact]
    public void A_reused_call_id_stays_and_the_pairs_are_told_next_to_it()
    {
        var contents = Contents(
            Some.ToolUse("t", callId: "x"),
            Some.ToolUse("t", callId: "x"),
            Some.ToolCall("t", callId: "x"),
            Some.ToolResult("t", callId: "y")
        );

        Assert.All(contents.OfType<FunctionCallContent>(), call => Assert.Equal("x", call.CallId));
        Assert.Equal(
            [1, 3, null],
            contents.OfType<FunctionCallContent>().Select(call => call.AdditionalProperties!.GetValueOrDefault("result_event"))
        );
        Assert.Equal(
            [0, 2, null],
            contents.OfType<FunctionResultContent>().Select(result => result.AdditionalProperties!.GetValueOrDefault("call_event"))
        );
    }

    [Fact]
    public void A_stop_tells_usage_and_error_and_closes_the_message()
    {
        var messages = Some.Session(Some.Text("A"), Some.Stop("broke", 5, 6), Some.Text("B"), Some.Stop()).ToChatMessages();

        Assert.Equal(2, messages.Count);
        Assert.Equal("broke", Assert.Single(messages[0].Contents.OfType<ErrorContent>()).Message);
        Assert.Empty(messages[1].Contents.OfType<ErrorContent>());
        var usage = Assert.IsType<UsageContent>(messages[0].Contents[2]);
        Assert.Equal((5, 6, 11), (usage.Details.InputTokenCount, usage.Details.OutputTokenCount, usage.Details.TotalTokenCount));
        Assert.Equal(3, usage.Details.AdditionalCounts!["turns"]);
        Assert.Equal("1200.5", Raw(usage.AdditionalProperties!["duration_ms"]));
    }

    [Fact]
    public void Usage_that_fits_no_count_is_next_to_it()
    {
        var usage = Only<UsageContent>(Some.Event("""{"type":"stop","usage":{"total_input_tokens":1e999,"turns":null,"cached":7}}"""));

        Assert.Equal((null, null, null), (usage.Details.InputTokenCount, usage.Details.TotalTokenCount, usage.Details.AdditionalCounts));
        Assert.Equal(("1e999", "7"), (Raw(usage.AdditionalProperties!["total_input_tokens"]), Raw(usage.AdditionalProperties["cached"])));
    }

    [Fact]
    public void Token_counts_that_64_bits_hold_only_one_by_one_have_no_total()
    {
        var usage = Only<UsageContent>(Some.Stop(inputTokens: long.MaxValue, outputTokens: 1));

        Assert.Equal(
            (long.MaxValue, 1, null),
            (usage.Details.InputTokenCount, usage.Details.OutputTokenCount, usage.Details.TotalTokenCount)
        );
    }

    [Theory]
    [InlineData("ses-1", "src-1", "shots/page 7.jpg", "chat://sessions/ses-1/attachments/src-1/shots%2Fpage%207.jpg")]
    [InlineData("a/b%", "..", "é#?", "chat://sessions/a%2Fb%25/attachments/../%C3%A9%23%3F")]
    public void A_screenshot_is_the_uri_of_its_resource_in_the_tool_message(string id, string source, string name, string uri)
    {
        var message = Some.Session(id, null, Some.ToolUse("look", image: (source, name))).ToChatMessages()[1];

        Assert.Equal(ChatRole.Tool, message.Role);
        var image = Assert.IsType<UriContent>(message.Contents[1]);
        Assert.Equal((uri, "image/*"), (image.Uri.OriginalString, image.MediaType));
        Assert.Equal((source, name), (image.AdditionalProperties!["source_id"], image.AdditionalProperties["attachment_name"]));
    }

    [Fact]
    public void Deltas_are_one_content_of_several_events()
    {
        var text = Only<TextContent>(Some.TextDelta("a"), Some.TextDelta("b"), Some.Text("ab"));

        Assert.Equal("ab", text.Text);
        Assert.Equal((0, 2), (text.AdditionalProperties!["event"], text.AdditionalProperties["last_event"]));
        Assert.IsType<Passage>(text.RawRepresentation);
    }

    [Fact]
    public void Each_content_says_which_event_it_is() =>
        Assert.Equal(
            [0, 1, 2, 3, 3, 4, 4],
            Contents(Some.UserInput("Q"), Some.Text("A"), Some.ToolUse("t", image: ("s", "n")), Some.Stop("x"))
                .Select(content => content.AdditionalProperties!["event"])
        );

    [Fact]
    public void Fields_of_newer_servers_are_kept_under_their_names()
    {
        var contents = Contents(
            Some.Event("""{"type":"text","content":"A","citations":[3],"lang":null}"""),
            Some.Event("""{"type":"tool_result","result":1,"image_attachment":{"url":"x"}}"""),
            Some.Event("""{"type":"stop","skipped_index_ids":["i"],"event":9}""")
        );

        Assert.Equal("[3]", Raw(contents[0].AdditionalProperties!["citations"]));
        Assert.Equal("""{"url":"x"}""", Raw(contents[1].AdditionalProperties!["image_attachment"]));
        Assert.Equal("[\"i\"]", Raw(contents[2].AdditionalProperties!["skipped_index_ids"]));
        Assert.Equal(2, contents[2].AdditionalProperties!["event"]);
    }

    [Fact]
    public void An_unknown_event_is_kept_whole_and_parts_no_call_from_its_result()
    {
        var messages = Some.Session(
                Some.UserInput("Q"),
                Some.Event("17"),
                Some.ToolCall("t", callId: "a"),
                Some.Event("""{"type":"progress"}"""),
                Some.ToolResult("t", callId: "a")
            )
            .ToChatMessages();

        Assert.Equal([1, 3, 1], messages.Select(message => message.Contents.Count));
        Assert.Equal(
            ["17", """{"type":"progress"}"""],
            new[] { 0, 2 }.Select(at => Raw(messages[1].Contents[at].AdditionalProperties!["json"]))
        );
    }

    [Fact]
    public void As_json_nothing_is_escaped_that_need_not_be_and_nothing_is_lost()
    {
        var deep = new string('[', 400) + new string(']', 400);
        var json = Some.Session(
                Some.UserInput("é漢<&'\n"),
                Some.Event("""{"type":"text","content":"a\ud800b\udc00\ud83d\ude00\n"}"""),
                Some.ToolUse("t", """{"s":"\ud800","u":"\u00e9","n":1.50}""", deep),
                Some.ToolUse("t", result: "[1234567890123456789012345678901234567890,1e999,null]")
            )
            .ToChatMessagesJson();

        Assert.Contains("é漢<&'\\n", json, StringComparison.Ordinal);
        Assert.Contains("a\\ud800b\\udc00\\uD83D\\uDE00\\n", json, StringComparison.Ordinal);
        Assert.Contains("\"s\":\"\\ud800\",\"u\":\"é\",\"n\":1.50", json, StringComparison.Ordinal);
        Assert.Contains(deep, json, StringComparison.Ordinal);
        Assert.Contains("[1234567890123456789012345678901234567890,1e999,null]", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_of_any_depth_is_written()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);

        Assert.Contains(
            $"\"{deep}\"",
            Some.Session(Some.ToolUse("t", $$"""{"a":{{deep}}}""", deep)).ToChatMessagesJson(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Microsofts_own_options_write_the_messages_too()
    {
        var messages = Some.Session(Some.UserInput("Q"), Some.ToolUse("t", """{"a":1}"""), Some.Event("{}"), Some.Stop("x"))
            .ToChatMessages();

        Assert.NotEmpty(JsonSerializer.Serialize(messages, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IEnumerable<ChatMessage>))));
    }

    [Fact]
    public void The_json_of_any_session_reads_back_as_the_same_messages() =>
        Generated.Sessions.Sample(
            session =>
            {
                var json = session.ToChatMessagesJson();
                var read = JsonSerializer.Deserialize(json, ChatMessagesJson.Options.GetTypeInfo(typeof(IList<ChatMessage>)));
                Assert.Equal(json, JsonSerializer.Serialize(read, ChatMessagesJson.Options.GetTypeInfo(typeof(IList<ChatMessage>))));
            },
            iter: 500
        );

    [Fact]
    public void Every_event_of_any_session_is_in_a_content_and_contents_are_in_order() =>
        Generated.Sessions.Sample(
            session =>
            {
                var contents = session.ToChatMessages().SelectMany(message => message.Contents).ToList();
                var first = contents.Select(content => (int)content.AdditionalProperties!["event"]!).ToList();
                var last = contents.Select(
                    (content, at) => (int?)content.AdditionalProperties!.GetValueOrDefault("last_event") ?? first[at]
                );
                Assert.Equal(first.Order(), first);
                Assert.Equal(
                    Enumerable.Range(0, session.Events.Length),
                    first.Zip(last).SelectMany(range => Enumerable.Range(range.First, range.Second - range.First + 1)).Distinct()
                );
            },
            iter: 500
        );

    private static List<AIContent> Contents(params SomeEvents[] events) =>
        [.. Some.Session(events).ToChatMessages().SelectMany(message => message.Contents)];

    private static T Only<T>(params SomeEvents[] events)
        where T : AIContent => Assert.Single(Contents(events).OfType<T>());

    private static string Raw(object? element) => Assert.IsType<JsonElement>(element).GetRawText();
}
