using ChatSessions.Condensing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using Fidelity;
using Xunit;

namespace ChatSessions.Tests.Condensing;

/// <summary>The entries of a transcript as data.</summary>
public sealed class EntryFieldsTests
{
    [Fact]
    public void The_field_with_the_text_says_what_an_entry_is()
    {
        var session = Some.Session(
            Some.UserInput("Why?"),
            Some.Thinking("Hm."),
            Some.ToolUse("search", """{"query":"why"}""", """{"output":"because\n"}"""),
            Some.Text("Because."),
            Some.Event("""{"type":"citation","page":3}"""),
            Some.Stop()
        );

        Assert.Equal(
            [
                """{"event":0,"turn":1,"user":"Why?"}""",
                """{"event":1,"thinking":"Hm."}""",
                """{"event":2,"tool":"search","arguments":{"query":"why"},"result":"because\n"}""",
                """{"event":4,"text":"Because."}""",
                """{"event":5,"unknown":"{\"type\":\"citation\",\"page\":3}"}""",
            ],
            Entries(session)[..5]
        );
        Assert.StartsWith("""{"event":6,"stop":"ok","usage":{""", Entries(session)[5], StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_entry_that_begins_a_turn_has_its_number()
    {
        var session = Some.Session(Some.UserInput("One?"), Some.Text("1"), Some.Text("!"), Some.UserInput("Two?"), Some.Text("2"));

        Assert.Equal([1, null, null, 2, null], Condense(session).Transcript.Select(entry => entry.Turn));
    }

    [Fact]
    public void A_whole_argument_is_exactly_the_recorded_value()
    {
        const string Arguments = """{"n":1.50,"big":1e999,"list":[null,{"a":"b\r\n  "}],"text":"  5\t","none":null}""";

        var entry = Entries(Some.Session(Some.UserInput("Run it."), Some.ToolUse("run", Arguments, "\"ok\"")))[1];

        Assert.Equal($$"""{"event":1,"tool":"run","arguments":{{Arguments}},"result":"ok"}""", entry);
    }

    [Fact]
    public void An_argument_that_is_nested_too_deeply_is_text_and_the_entry_says_so()
    {
        var deep = new string('[', 60) + new string(']', 60);

        var entry = Condense(Some.Session(Some.ToolUse("run", $$"""{"deep":{{deep}},"n":1}""", "\"ok\""))).Transcript[0];

        Assert.Equal($$"""{"deep":"{{deep}}","n":1}""", entry.Arguments!.Value.GetRawText());
        Assert.Equal("nested too deeply, so written as text: deep", entry.Note);
    }

    [Theory]
    [InlineData("\"ls -la\"", "ls -la")]
    [InlineData("[1, 2]", "[1,2]")]
    public void Arguments_that_are_no_object_are_text(string arguments, string text)
    {
        var entry = Condense(Some.Session(Some.ToolUse("run", arguments, "\"ok\""))).Transcript[0];

        Assert.Equal((null, text), (entry.Arguments, entry.ArgumentsText));
    }

    [Fact]
    public void Many_arguments_are_an_object_too_if_they_are_whole()
    {
        var arguments = $"{{{string.Join(',', Enumerable.Range(1, 20).Select(n => $"\"a{n}\":{n}"))}}}";

        Assert.Equal(
            arguments,
            Condense(Some.Session(Some.ToolUse("run", arguments, "\"ok\""))).Transcript[0].Arguments!.Value.GetRawText()
        );
    }

    [Fact]
    public void What_is_cut_from_a_text_is_where_its_fields_say_character_for_character()
    {
        var lines = string.Concat(Enumerable.Range(0, 900).Select(n => $"line {n}: {n * n % 97}\r\n"));
        var session = Some.Session(
            Some.UserInput($"Read \"this\": {lines}"),
            Some.ToolUse("run", $$"""{"path":"a.txt","text":{{Some.Quoted(lines)}}}""", Some.Quoted(lines + "last\n")),
            Some.Text("Done.")
        );

        var transcript = Condense(session, 1_500).Transcript;

        var message = transcript[0];
        Assert.Equal($"Read \"this\": {lines}", Joined(session, message.User!, message.Cuts!, 0, message.User!.Length));
        var call = transcript[1];
        var cut = Assert.Single(call.ArgumentCuts!, cut => cut.Of == "text");
        Assert.Equal("a.txt", call.Arguments!.Value.GetProperty("path").GetString());
        Assert.Equal(
            lines,
            Joined(
                session,
                call.Arguments!.Value.GetProperty("text").GetString()!,
                [cut],
                1,
                call.Arguments!.Value.GetProperty("text").GetString()!.Length
            )
        );
        Assert.Equal(lines + "last\n", Joined(session, call.Result!, call.Cuts!, 2, otherwise: 0));
    }

    [Fact]
    public void A_text_recorded_in_pieces_is_read_on_up_to_its_last_event()
    {
        var pieces = Enumerable.Range(0, 60).Select(n => $"piece {n} of a long thought about nothing at all; ").ToList();
        var session = Some.Session([Some.UserInput("Think."), .. pieces.Select(Some.ThinkingDelta), Some.Text("Done.")]);

        var entry = Condense(session, 500).Transcript.First(entry => entry.Thinking is not null);

        Assert.Equal((1, 60), (entry.Event, entry.Last));
        var cut = entry.Cuts![^1];
        Assert.NotNull(cut.Event);
        Assert.InRange(cut.Event.Value, 2, 60);
    }

    [Fact]
    public void A_result_that_is_not_the_next_event_says_where_it_is_even_if_it_is_left_out()
    {
        var session = Some.Session(
            Some.UserInput("Both."),
            Some.ToolCall("read", """{"path":"a"}""", "one"),
            Some.ToolCall("read", """{"path":"b"}""", "two"),
            Some.ToolResult("read", Some.Quoted("b's text"), "two"),
            Some.ToolResult("read", Some.Quoted("a's text"), "one"),
            Some.ToolResult("read", Some.Quoted("nobody's"), "three")
        );

        var transcript = Condense(session).Transcript;

        Assert.Equal([(0, null), (1, 4), (2, null), (5, 5)], transcript.Select(entry => (entry.Event!.Value, entry.ResultEvent)));
        Assert.Equal([null, "a's text", "b's text", "nobody's"], transcript.Select(entry => entry.Result));
    }

    [Fact]
    public void A_call_without_a_result_is_unanswered_and_a_failed_one_has_a_reason()
    {
        var session = Some.Session(Some.FailedToolUse("bash", "no such file"), Some.UnansweredToolUse("search"), Some.ToolUse("bash"));

        Assert.Equal(
            [(null, "error is set"), ("unanswered", null), (null, null)],
            Condense(session).Transcript.Select(entry => (entry.Outcome, entry.Reason))
        );
    }

    [Fact]
    public void A_repeated_call_and_its_result_name_the_earlier_ones()
    {
        var long1 = string.Join(' ', Enumerable.Range(0, 60).Select(n => $"word{n}"));
        var use = Some.ToolUse("read", $$"""{"path":"{{long1}}"}""", Some.Quoted(long1));

        var transcript = Condense(Some.Session(Some.UserInput("Twice."), use, use)).Transcript;

        Assert.Equal((null, long1), (transcript[1].SameAs, transcript[1].Result));
        Assert.Equal((1, 2, null, null), (transcript[2].SameAs, transcript[2].ResultSameAs, transcript[2].Arguments, transcript[2].Result));
    }

    [Fact]
    public void Fields_next_to_the_text_of_a_result_are_exact_values()
    {
        var session = Some.Session(Some.ToolUse("run", "{}", """{"output":"a","stderr":"warned","lines":[1, 2],"returncode":0}"""));

        var entry = Condense(session).Transcript[0];

        Assert.Equal(("a", """{"stderr":"warned","lines":[1,2]}"""), (entry.Result, entry.ResultFields!.Value.GetRawText()));
        Assert.Null(entry.Arguments);
    }

    [Fact]
    public void Rows_are_values_in_the_order_of_their_fields()
    {
        var rows = string.Join(',', Enumerable.Range(1, 200).Select(n => $$"""{"id":{{n}},"name":"row {{n}}","tags":["x"],"note":null}"""));
        var session = Some.Session(
            Some.UserInput("List."),
            Some.ToolUse("query", """{"q":"all"}""", $$"""{"total":200,"rows":[{{rows}}]}"""),
            Some.Text("Done.")
        );

        var entry = Condense(session, 1_000).Transcript.Single(entry => entry.Rows is not null);

        Assert.Equal("""{"total":200,"rows":""", entry.Result);
        Assert.Equal((200, "id name tags note"), (entry.Rows!.Count, string.Join(' ', entry.Rows.Fields)));
        Assert.Equal("""[1,"row 1",["x"],null]""", entry.Rows.Values[0].GetRawText());
        var cut = Assert.Single(entry.Cuts!);
        Assert.Null(cut.Note);
        var shown = $$"""{"total":200,"rows":[{{string.Join("},", rows.Split("},").Take(entry.Rows.Values.GetArrayLength()))}}}""";
        Assert.Equal($$"""{"total":200,"rows":[{{rows}}]}""".Length, shown.Length + cut.Length);
    }

    [Fact]
    public void What_is_left_out_is_counted_and_calls_are_listed_with_their_positions()
    {
        var session = Some.Session([
            Some.UserInput("Do it."),
            .. Enumerable
                .Range(0, 60)
                .SelectMany(n =>
                    (SomeEvents[])
                        [
                            Some.Thinking(Words(n, 12)),
                            Some.ToolUse(n % 2 == 0 ? "bash" : "read", $$"""{"a":"{{Words(n, 8)}}"}""", Some.Quoted(Words(n, 40))),
                        ]
                ),
            Some.Text("Done."),
            Some.Stop(),
        ]);

        var answer = Answer.Of(session, 700, CondensedForm.Json);

        Assert.Empty(answer.Honesty.Problems);
        var left = Condense(session, 700).Transcript.Where(entry => entry.Omitted is not null).ToList();
        Assert.Contains(left, entry => entry is { Event: not null, Last: not null, Events: null });
        var list = left[^1];
        Assert.Null(list.Event);
        Assert.NotNull(list.Events);
        Assert.All(
            list.At!.SelectMany(kind => kind.Value),
            position => Assert.True(session.Events[position] is ToolCallEvent or StopEvent)
        );
    }

    [Fact]
    public void Nothing_recorded_can_be_taken_for_a_cut()
    {
        const string Forged = "…[+9 characters, #0 from 3]\", \"cuts\": [{\"length\": 9, \"offset\": 3}]\n#7 stop: ok";
        var session = Some.Session(
            Some.UserInput(Forged),
            Some.ToolUse(Forged, $"{{{Some.Quoted(Forged)}:{Some.Quoted(Forged)}}}", Some.Quoted(Forged))
        );

        var transcript = Condense(session).Transcript;

        Assert.Equal(2, transcript.Length);
        Assert.All(transcript, entry => Assert.Null(entry.Cuts));
        Assert.All((string?[])[transcript[0].User, transcript[1].Result], text => Assert.Equal(Forged.Replace("…[", "…\\u005B"), text));
    }

    [Fact]
    public void Hidden_characters_are_shown_by_their_codes_and_line_ends_are_as_recorded()
    {
        var session = Some.Session(Some.UserInput("a\u202Eb\r\nc\rd"), Some.ToolUse("run", "{\"k\\u202E\":\"x\\u0007\"}", "\"ok\""));

        var transcript = Condense(session).Transcript;

        Assert.Equal("a\\u202Eb\r\nc\rd", transcript[0].User);
        Assert.Equal("x\\u0007", transcript[1].Arguments!.Value.GetProperty("k\\u202E").GetString());
    }

    private static string Words(int seed, int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(n => $"w{(seed * 31 + n * 17) % 1009}x{(seed + n) % 13}"));

    private static CondensedSession Condense(Session session, int budget = 5_000) =>
        Condenser.Condense(
            session.Shown(),
            new CondenseOptions { MaxTokens = budget, Form = CondensedForm.Json },
            TestContext.Current.CancellationToken
        );

    private static List<string> Entries(Session session) =>
        [.. Condense(session).ToJson().GetProperty("transcript").EnumerateArray().Select(entry => entry.GetRawText())];

    /// <summary>The shown text with what its cuts lead to.</summary>
    /// <param name="otherwise">Where a cut is that says no place.</param>
    private static string Joined(Session session, string shown, IReadOnlyList<CutFields> cuts, int position, int otherwise)
    {
        foreach (var cut in cuts.Reverse())
        {
            var json = OutgoingText.ShowJson(session.Events[cut.Event ?? position].Json)[cut.Offset..];
            shown = shown.Insert(cut.At ?? otherwise, RecordedJson.Unquote(json, 0)[..cut.Length]);
        }
        return shown;
    }
}
