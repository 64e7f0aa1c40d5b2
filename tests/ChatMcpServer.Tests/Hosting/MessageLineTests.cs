using ChatMcpServer.Hosting;
using Xunit;

namespace ChatMcpServer.Tests.Hosting;

public sealed class MessageLineTests
{
    [Fact]
    public void A_message_over_the_limit_is_refused_with_the_limit_and_what_to_do()
    {
        var line = new Line("""{"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":"xxx"""u8.ToArray(), End: []);

        Assert.Null(MessageLine.Read(line, out var refusal));
        Assert.Equal(
            "The message is longer than 1,048,576 bytes. No option changes this limit; pass shorter arguments.",
            refusal!.Error.Message
        );
    }
}
