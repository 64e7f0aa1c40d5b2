using System.Text.Json;
using ChatMcpServer.Cli;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class TerminalTests : IDisposable
{
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public void Json_is_indented_for_people_and_as_it_came_for_programs()
    {
        using var json = JsonDocument.Parse("""{"a":["é"]}""");

        new Terminal(output, error, null, isColored: false).WriteJson(json.RootElement);
        new Terminal(output, error, 80, isColored: true).WriteJson(json.RootElement);

        Assert.Equal("{\"a\":[\"é\"]}\n{\n  \"a\": [\n    \"é\"\n  ]\n}\n", output.ToString());
    }

    [Fact]
    public void There_is_no_colour_if_it_is_not_wanted()
    {
        Assert.Equal("x", new Terminal(output, error, 80, isColored: false).Paint("x", Ink.Red));
        Assert.Equal("\e[31mx\e[0m", new Terminal(output, error, 80, isColored: true).Paint("x", Ink.Red));
    }

    [Fact]
    public void A_sentence_is_one_line_without_control_characters()
    {
        new Terminal(output, error, 80, isColored: true).Fail("No file 'a\e[31m\r\nb'.\n");

        Assert.Equal("No file 'a\\u001B[31m b'.\n", error.ToString());
        Assert.Empty(output.ToString());
    }
}
