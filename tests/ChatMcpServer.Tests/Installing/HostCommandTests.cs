using System.Text.Json.Nodes;
using ChatMcpServer.Installing;
using ChatSessions.Importing;
using Xunit;

namespace ChatMcpServer.Tests.Installing;

public sealed class HostCommandTests : IDisposable
{
    private readonly HostMachine machine = new();

    public void Dispose() => machine.Dispose();

    [Theory]
    [InlineData("""{ "command": "/a/chat-mcp-server", "args": ["serve", "--x"] }""", "serve --x")]
    [InlineData("""{ "command": "chat-mcp-server" }""", "")]
    [InlineData("""{ "command": "C:\\a\\chat-mcp-server.EXE", "args": [] }""", "")]
    [InlineData("""{ "command": "dotnet", "args": ["/a/chat-mcp-server.dll", "serve"] }""", "serve")]
    [InlineData("""{ "command": ["/a/chat-mcp-server", "serve"] }""", "serve")]
    [InlineData("""{ "cmd": "/a/chat-mcp-server", "args": ["serve"] }""", "serve")]
    public void An_entry_that_starts_this_program_is_known_in_every_form(string entry, string options) =>
        Assert.Equal(options, string.Join(' ', HostCommand.Of(JsonNode.Parse(entry)!.AsObject())!.Options!));

    [Theory]
    [InlineData("""{ "url": "http://127.0.0.1:3001/mcp" }""")]
    [InlineData("""{ "command": "node", "args": ["chat-mcp-server"] }""")]
    [InlineData("""{ "command": "/a/other" }""")]
    [InlineData("""{ "command": 1, "args": "x" }""")]
    [InlineData("""{ "command": [] }""")]
    [InlineData("""{}""")]
    public void Anything_else_is_not(string entry) => Assert.NotEqual(true, HostCommand.Of(JsonNode.Parse(entry)!.AsObject())?.IsOurs);

    [Fact]
    public void A_link_on_the_PATH_is_written_rather_than_the_file_behind_it_which_an_update_moves()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs links.");
        var versions = Directory.CreateDirectory(Path.Combine(machine.Home, "versions", "1")).FullName;
        var bin = Directory.CreateDirectory(Path.Combine(machine.Home, "bin")).FullName;
        var file = Path.Combine(versions, "chat-mcp-server");
        File.WriteAllText(file, "");
        File.CreateSymbolicLink(Path.Combine(bin, "chat-mcp-server"), file);
        var places = With(bin);

        Assert.Equal(Path.Combine(bin, "chat-mcp-server"), HostCommand.OfProcess([file], places, []).File);
        Assert.Equal("/other/chat-mcp-server", HostCommand.OfProcess(["/other/chat-mcp-server"], places, []).File);
        Assert.Equal("dotnet /a.dll serve --x", HostCommand.OfProcess(["dotnet", "/a.dll"], places, ["--x"]).ToString());
    }

    [Fact]
    public void The_name_alone_and_the_path_are_the_same_if_they_lead_to_the_same_file()
    {
        var bin = Directory.CreateDirectory(Path.Combine(machine.Home, "bin")).FullName;
        var file = Path.Combine(bin, "chat-mcp-server");
        File.WriteAllText(file, "");
        var host = Hosts.Find("codex")!;
        var path = machine.Write(host, "[mcp_servers.chat-sessions]\ncommand = \"chat-mcp-server\"\n"u8.ToArray());

        var plan = new HostConfig(host, HostScope.User, path, With(bin)).Add(new(file, ["serve"]), hasOptions: false, isForced: false);

        Assert.Equal(HostOutcome.Nothing, plan.Outcome);
    }

    private HostPlaces With(string path) =>
        new(
            name => name == "PATH" ? path : null,
            machine.Home,
            machine.Project,
            OperatingSystem.IsWindows() ? AgentSystem.Windows : AgentSystem.Linux
        );
}
