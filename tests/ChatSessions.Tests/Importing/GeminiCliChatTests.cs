using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class GeminiCliChatTests : ImportTest
{
    private const string Head =
        """{"sessionId":"g1","projectHash":"h","startTime":"2026-02-10T09:00:00Z","lastUpdated":"2026-02-10T09:00:05Z","kind":"main"}""";
    private const string Question =
        """{"id":"u","timestamp":"2026-02-10T09:00:01Z","type":"user","content":[{"text":"Is the boat tied?"}]}""";
    private const string Call = """
        {"id":"a","timestamp":"2026-02-10T09:00:02Z","type":"gemini","content":"","model":"g-x","thoughts":[{"subject":"Rope","description":"Look."}],"tokens":{"input":50,"output":4,"thoughts":2},"toolCalls":[{"id":"c","name":"look","args":{"at":"bow"},"status":"error","timestamp":"2026-02-10T09:00:03Z","result":[{"functionResponse":{"id":"c","name":"look","response":{"error":"too dark"}}}]}]}
        """;
    private const string Answer =
        """{"id":"b","timestamp":"2026-02-10T09:00:04Z","type":"gemini","content":"Yes.","tokens":{"input":60,"output":1}}""";

    private static readonly string[] Expected =
    [
        "user: Is the boat tied?",
        "thinking: Rope\nLook.",
        """call c look {"at":"bow"}""",
        """result c look {"is_error":true,"content":"too dark"}""",
        "text: Yes.",
        "stop ok 110/7//2",
    ];

    [Fact]
    public void A_chat_is_read_as_an_object_and_as_lines()
    {
        var whole = Import($$"""{{Head[..^1]}},"messages":[{{Question}},{{Call}},{{Answer}}]}""", name: "chat.json");
        var lines = Import(Lines(Head, Question, Call.Trim(), Answer));

        Assert.Equal(GeminiCliChat.Format, whole.Format);
        Assert.Equal(Expected, Shown(whole.Session));
        Assert.Equal(Expected, Shown(lines.Session));
        Assert.Equal(("g1", "2026-02-10T09:00:05.000000"), (lines.Session.Summary.SessionId, lines.Session.Summary.LastUpdatedAt));
    }

    [Fact]
    public void A_later_line_of_a_message_replaces_it_and_a_change_sets_the_head_or_all_messages()
    {
        var early = Answer.Replace("Yes.", "Y", StringComparison.Ordinal);

        Assert.Equal(
            Expected,
            Shown(Import(Lines(Head, Question, Call.Trim(), early, """{"$set":{"lastUpdated":"2026-02-10T09:00:09Z"}}""", Answer)).Session)
        );
        Assert.Equal(
            Expected,
            Shown(Import(Lines(Head, early, "{\"$set\":{\"messages\":[" + Question + "," + Call.Trim() + "," + Answer + "]}}")).Session)
        );
    }

    [Fact]
    public void What_was_rewound_is_left_out_and_counted()
    {
        var other = Question.Replace("\"u\"", "\"v\"", StringComparison.Ordinal).Replace("boat", "raft", StringComparison.Ordinal);
        var imported = Import(Lines(Head, Question, Answer, """{"$rewindTo":"u"}""", other));

        Assert.Equal(["user: Is the raft tied?"], Shown(imported.Session));
        Assert.Contains(imported.Notes, note => note.Contains("2 rewound message", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_program_says_is_context_and_ends_an_answered_run_before_it()
    {
        var info = """{"id":"i","timestamp":"2026-02-10T09:00:05Z","type":"info","content":"Request cancelled."}""";

        Assert.Equal(
            ["user: Is the boat tied?", "text: Yes.", "stop ok 60/1//1", "context info: Request cancelled."],
            Shown(Import(Lines(Head, Question, Answer, info)).Session)
        );
    }

    [Fact]
    public void Messages_of_the_API_are_read_too()
    {
        var session = Import(
            """[{"role":"user","parts":[{"text":"Q"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"x"}}}]},{"role":"model","parts":[{"text":"A"}]}]"""
        ).Session;

        Assert.Equal(
            ["user: Q\n[data image/png, 3 bytes, not kept]", "call  f {}", "result  f \"x\"", "text: A", "stop ok ///"],
            Shown(session)
        );
    }
}
