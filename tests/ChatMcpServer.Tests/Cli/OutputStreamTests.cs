using ChatMcpServer.Cli;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class OutputStreamTests
{
    [Fact]
    public void An_output_that_cannot_be_opened_fails_when_it_is_written()
    {
        using var output = new OutputStream(() => throw new UnauthorizedAccessException());

        output.Flush();

        Assert.Contains("closed", Assert.Throws<OutputException>(() => output.Write([1])).Message, StringComparison.Ordinal);
    }
}
