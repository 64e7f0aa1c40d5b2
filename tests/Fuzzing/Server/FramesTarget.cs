using System.Text;

namespace Fuzzing.Server;

/// <summary>Lines of standard input: broken JSON, batches, wrong types, odd ids, messages of other versions.</summary>
internal sealed class FramesTarget() : ServerTarget("frames")
{
    private static readonly string[] Names =
    [
        "jsonrpc",
        "id",
        "method",
        "params",
        "result",
        "error",
        "_meta",
        "progressToken",
        "name",
        "arguments",
        "uri",
        "requestId",
        "code",
        "message",
        "cursor",
    ];

    private static readonly string[] Texts =
    [
        "2.0",
        "1.0",
        "ping",
        "tools/call",
        "tools/list",
        "resources/list",
        "prompts/list",
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/progress",
        "get_chat_session",
        "list_chat_sessions",
        "x",
        "",
    ];

    private static readonly byte[][] Seeds =
    [
        """{"jsonrpc":"2.0","id":1,"method":"ping"}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":"three","method":"tools/call","params":{"name":"list_chat_sessions","arguments":{"limit":3}}}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"get_chat_session","arguments":{"session_id":"odd-0"},"_meta":{"progressToken":7}}}"""u8.ToArray(),
        """[{"jsonrpc":"2.0","id":5,"method":"ping"},{"jsonrpc":"2.0","id":6,"method":"ping"}]"""u8.ToArray(),
        """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4,"reason":"x"}}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":7,"result":{}}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":8,"error":{"code":-32000,"message":"no"}}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":9,"method":"resources/read","params":{"uri":"chat://sessions/odd-1"}}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":10,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"f","version":"1"}}}}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":11,"method":"logging/setLevel","params":{"level":"debug"}}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":12,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"review_session"},"argument":{"name":"session_id","value":"o"}}}"""u8.ToArray(),
    ];

    public override int InputsInTests => 600;

    public override byte[] Make(Random random) =>
        random.Next(4) == 0
            ? Mutations.Mutate(random, Encoding.UTF8.GetBytes(OddJson.Object(random, Names, Texts, 3)))
            : Mutations.Mutate(random, Seeds[random.Next(Seeds.Length)]);

    public override async Task RunAsync(byte[] input, CancellationToken cancellationToken)
    {
        var server = await ServerAsync(cancellationToken);
        await server.SendAndPingAsync(input, cancellationToken);
    }
}
