using ChatSessions.Importing;
using ChatSessions.Json;
using ChatSessions.Model;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class OddRecordsTests : ImportTest
{
    /// <summary>Names of fields that the formats read.</summary>
    private static readonly string[] Names =
    [
        "type",
        "role",
        "source",
        "kind",
        "content",
        "message",
        "messages",
        "data",
        "parts",
        "text",
        "id",
        "sessionId",
        "timestamp",
        "k",
        "v",
        "i",
        "requests",
        "response",
        "result",
        "metadata",
        "toolCalls",
        "tool_calls",
        "input",
        "output",
        "event",
        "part",
        "usage",
        "history",
        "trajectory",
        "mapping",
        "author",
        "children",
        "parent",
        "chat_messages",
        "sender",
        "samples",
        "eval",
        "traj",
        "task_id",
        "simulations",
        "params",
        "update",
        "contents",
        "$type",
        "Role",
        "Items",
        "stateBag",
        "action",
        "observation",
        "args",
        "$set",
        "$rewindTo",
        "name",
        "toolCallId",
        "tool_call_id",
        "summary",
        "thoughts",
        "functionCall",
        "llm_message",
        "info",
        "model_stats",
        "toolCallRounds",
    ];

    /// <summary>Texts that decide what a format does with a record.</summary>
    private static readonly string[] Texts =
    [
        "user",
        "assistant",
        "tool",
        "model",
        "gemini",
        "system",
        "message",
        "text",
        "thinking",
        "tool_use",
        "tool_result",
        "function_call",
        "function_call_output",
        "reasoning",
        "USER_EXPLICIT",
        "MODEL",
        "SYSTEM",
        "user.message",
        "assistant.message",
        "session.shutdown",
        "tool.execution_complete",
        "content.part",
        "step.end",
        "context.append_message",
        "context.append_loop_event",
        "ActionEvent",
        "ObservationEvent",
        "MessageEvent",
        "toolInvocationSerialized",
        "functionResult",
        "functionCall",
        "completion",
        "session",
        "agent",
        "<task>",
        "<user_query>x</user_query>",
        "[a for 'b'] Result:",
        "\\ud800",
        "",
    ];

    private static readonly string[] Values =
    [
        .. Texts.Select(text => $"\"{text}\""),
        "null",
        "true",
        "0",
        "1",
        "2",
        "3",
        "-1",
        "1e300",
        "99999999999999999999",
        "[]",
        "{}",
        "[[]]",
        "[null,1,\"x\",{}]",
    ];

    private static Gen<string> OneOf(string[] all) => Gen.Int[0, all.Length - 1].Select(index => all[index]);

    private static Gen<string> ValueOf(int depth) =>
        depth == 0
            ? OneOf(Values)
            : Gen.Frequency(
                (5, OneOf(Values)),
                (3, ObjectOf(depth - 1)),
                (2, ValueOf(depth - 1).Array[1, 3].Select(items => $"[{string.Join(',', items)}]"))
            );

    private static Gen<string> ObjectOf(int depth) =>
        Gen.Select(OneOf(Names), ValueOf(depth), (name, value) => $"\"{name}\":{value}")
            .Array[1, 8]
            .Select(fields => $"{{{string.Join(',', fields)}}}");

    public static TheoryData<string> FormatNames => [.. ImportFormats.Known.Names];

    [Theory]
    [MemberData(nameof(FormatNames))]
    public void Whatever_a_record_holds_a_format_makes_a_session_or_says_that_it_cannot(string name)
    {
        var format = ImportFormats.Known.Parse(name);
        ObjectOf(3)
            .Array[1, 6]
            .Sample(
                lines =>
                {
                    foreach (var text in new[] { Lines(lines), $"[{string.Join(',', lines)}]" })
                        try
                        {
                            foreach (var imported in ImportAll(text, format))
                                SessionJson.Read(imported.Session.Json.Utf8, "again");
                        }
                        catch (ChatSessionException)
                        {
                            // It says what is wrong.
                        }
                },
                iter: 150,
                threads: 1
            );
    }
}
