using ChatSessions.Importing;
using Xunit;

namespace ChatSessions.Tests.Importing;

public class SemanticKernelHistoryTests : ImportTest
{
    [Fact]
    public void A_chat_history_becomes_a_session()
    {
        var imported = Import(
            """
            [{"Role":{"Label":"system"},"Items":[{"$type":"TextContent","Text":"Be brief."}]},
             {"Role":{"Label":"user"},"Items":[{"$type":"TextContent","Text":"Q"},{"$type":"ImageContent","DataUri":"data:image/png;base64,AAAA"}]},
             {"Role":{"Label":"assistant"},"ModelId":"m","Metadata":{"CreatedAt":"2026-03-04T05:06:07Z","Usage":{"InputTokenCount":5,"OutputTokenCount":2}},
              "Items":[{"$type":"FunctionCallContent","Id":"c","PluginName":"Lamp","FunctionName":"On","Arguments":{"room":"hall"}}]},
             {"Role":{"Label":"tool"},"Items":[{"$type":"FunctionResultContent","CallId":"c","PluginName":"Lamp","FunctionName":"On","Result":"lit"}]},
             {"role":{"label":"assistant"},"items":[{"$type":"TextContent","text":"A"}]}]
            """
        );

        Assert.Equal(SemanticKernelHistory.Format, imported.Format);
        Assert.Equal(
            [
                "context system: Be brief.",
                "user: Q\n[ImageContent image/png, 3 bytes, not kept]",
                """call c Lamp-On {"room":"hall"}""",
                "result c Lamp-On \"lit\"",
                "text: A",
                "stop ok 5/2//1",
            ],
            Shown(imported.Session)
        );
    }
}
