using ChatSessions.Importing;
using ChatSessions.Messages;
using ChatSessions.Model;
using CsCheck;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class MicrosoftAiMessagesTests : ImportTest
{
    [Fact]
    public void Messages_become_a_session()
    {
        var imported = Import(
            """
            [{"role":"system","contents":[{"$type":"text","text":"Be brief."}]},
             {"role":"user","contents":[{"$type":"text","text":"hi"},{"$type":"data","uri":"data:image/png;base64,AAAA"}],"messageId":"m1","createdAt":"2026-05-01T08:00:00+02:00"},
             {"role":"assistant","contents":[{"$type":"reasoning","text":"Hm"},{"$type":"functionCall","name":"f","arguments":{"a":1},"callId":"c1"},{"callId":"c2","$type":"mcpServerToolCall","toolName":"g","serverName":"s","arguments":{}},{"$type":"usage","details":{"inputTokenCount":3,"outputTokenCount":1}}]},
             {"role":"tool","contents":[{"$type":"functionResult","result":{"isError":true},"callId":"c1"},{"$type":"mcpServerToolResult","callId":"c2","output":[{"$type":"text","text":"x"}]}]},
             {"role":"assistant","contents":[{"$type":"text","text":"ho"},{"$type":"hostedFile","fileId":"f1"},{"$type":"usage","details":{"inputTokenCount":4,"outputTokenCount":2}}]}]
            """,
            name: "chat.json"
        );

        Assert.Equal(MicrosoftAiMessages.Format, imported.Format);
        Assert.Equal(
            [
                "context system: Be brief.",
                "user: hi\n[data image/png, 3 bytes, not kept]",
                "thinking: Hm",
                """call c1 f {"a":1}""",
                "call c2 g {}",
                """result c1 f {"isError":true}""",
                """result c2 g [{"$type":"text","text":"x"}]""",
                "text: ho",
                """{"type":"record","record":{"$type":"hostedFile","fileId":"f1"}}""",
                "stop ok 7/3//",
            ],
            Shown(imported.Session)
        );
        Assert.Equal([true, false], imported.Session.ToolUses.Select(use => use.Outcome.IsFailure));
        Assert.Equal("2026-05-01T06:00:00.000000", imported.Session.Summary.LastUpdatedAt);
    }

    [Fact]
    public void A_response_has_an_id_and_usage()
    {
        var session = Import(
            """{"messages":[{"role":"assistant","contents":[{"$type":"error","message":"broke"}]}],"conversationId":"conv-1","modelId":"m","usage":{"inputTokenCount":3,"outputTokenCount":1}}"""
        ).Session;

        Assert.Equal("conv-1", session.Summary.SessionId);
        Assert.Equal(["stop broke ///", "stop ok 3/1//"], Shown(session));
    }

    [Fact]
    public void A_session_comes_back_from_the_messages_that_were_made_of_it() =>
        Generated
            .Sessions.Where(session => session.Events.Length > 0)
            .Sample(
                session =>
                    Assert.Equal(StepsOf(session), StepsOf(Import(session.ToChatMessagesJson(), MicrosoftAiMessages.Format).Session)),
                iter: 200,
                threads: 1
            );

    private static List<string> StepsOf(Session session) =>
        [
            .. session.Steps.Select(step =>
                step switch
                {
                    Passage passage => $"{passage.Kind} {passage.Text}",
                    UserMessage message => Shown(message.Event),
                    RunEnd end => Shown(end.Event),
                    ToolUse use =>
                        $"{(use.Call is null ? "" : Shown(use.Call))} {(use.Result is null ? "" : Shown(use.Result))} {use.Result?.ImageAttachment}",
                    Unrecognized unknown => unknown.Event.Json.ToString(),
                    _ => throw new InvalidOperationException(),
                }
            ),
        ];

    [Fact]
    public void Words_and_a_picture_are_one_input_and_an_answer_ends_the_run()
    {
        const string Question =
            """{"role":"user","contents":[{"$type":"text","text":"Which bird?"},{"$type":"data","uri":"data:image/png;base64,AAAA"}]}""";
        const string Answer = """{"role":"assistant","contents":[{"$type":"text","text":"A wren."}]}""";
        string[] expected = ["user: Which bird?\n[data image/png, 3 bytes, not kept]", "text: A wren.", "stop ok ///"];

        Assert.Equal(expected, Shown(Import($"[{Question},{Answer}]").Session));
        Assert.Equal(expected, Shown(Import(Lines(Question, Answer)).Session));
    }

    [Fact]
    public void A_session_of_the_Agent_Framework_holds_messages()
    {
        var session = Import(
            """{"conversationId":"af-1","stateBag":{"Other":{},"InMemoryChatHistoryProvider":{"messages":[{"role":"user","contents":[{"$type":"text","text":"Q"}]}]}}}"""
        ).Session;

        Assert.Equal(["user: Q"], Shown(session));
        Assert.Equal("af-1", session.Summary.SessionId);
    }
}
