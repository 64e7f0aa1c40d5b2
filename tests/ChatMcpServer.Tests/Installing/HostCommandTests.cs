using System.Globalization;
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
    [InlineData("""{ "command": "npx", "args": ["-y", "chat-mcp-server", "serve", "--x"] }""", "serve --x")]
    [InlineData("""{ "command": "npx", "args": ["chat-mcp-server@0.1.0", "--x"] }""", "--x")]
    [InlineData("""{ "command": "cmd", "args": ["/c", "npx", "-y", "chat-mcp-server", "serve"] }""", "serve")]
    [InlineData("""{ "command": "C:\\nodejs\\npx.cmd", "args": ["--yes", "chat-mcp-server", "serve"] }""", "serve")]
    [InlineData("""{ "command": "cmd", "args": ["/c", "chat-mcp-server", "serve"] }""", "serve")]
    [InlineData("""{ "command": "cmd.exe", "args": ["/C", "C:\\u\\.dotnet\\tools\\chat-mcp-server.cmd", "serve", "--x"] }""", "serve --x")]
    [InlineData("""{ "command": "dnx", "args": ["ChatMcpServer", "--yes", "--", "serve", "--", "x"] }""", "serve -- x")]
    [InlineData("""{ "command": "dnx", "args": ["chatmcpserver@0.1.0", "--yes", "serve"] }""", "serve")]
    [InlineData("""{ "command": "dotnet", "args": ["dnx", "ChatMcpServer", "--yes", "--", "serve"] }""", "serve")]
    [InlineData("""{ "command": "dotnet", "args": ["tool", "exec", "-y", "ChatMcpServer", "--", "serve"] }""", "serve")]
    public void An_entry_that_starts_this_program_is_known_in_every_form(string entry, string options) =>
        Assert.Equal(options, string.Join(' ', HostCommand.Of(JsonNode.Parse(entry)!.AsObject())!.Options!));

    [Theory]
    [InlineData("""{ "url": "http://127.0.0.1:3001/mcp" }""")]
    [InlineData("""{ "command": "node", "args": ["chat-mcp-server"] }""")]
    [InlineData("""{ "command": "/a/other" }""")]
    [InlineData("""{ "command": "npx", "args": ["-y", "other", "chat-mcp-server"] }""")]
    [InlineData("""{ "command": "npx", "args": ["-y"] }""")]
    [InlineData("""{ "command": "dnx", "args": ["Other", "--yes"] }""")]
    [InlineData("""{ "command": "dotnet", "args": ["tool", "list"] }""")]
    [InlineData("""{ "command": "cmd", "args": ["/c", "other.cmd", "chat-mcp-server"] }""")]
    [InlineData("""{ "command": "cmd", "args": ["/k", "chat-mcp-server"] }""")]
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

    [Theory]
    [InlineData("npx -y chat-mcp-server serve --x", "/h/.npm/_npx/5ae3/node_modules/@chat-mcp-server/linux-x64/chat-mcp-server")]
    [InlineData("npx -y chat-mcp-server serve --x", @"C:\npm-cache\_npx\5ae3\node_modules\@chat-mcp-server\win-x64\chat-mcp-server.exe")]
    [InlineData(
        "dotnet dnx ChatMcpServer --yes -- serve --x",
        "/h/.nuget/packages/chatmcpserver.linux-x64/0.1.0/tools/any/linux-x64/chat-mcp-server"
    )]
    [InlineData(
        "dotnet dnx ChatMcpServer --yes -- serve --x",
        "dotnet",
        "/h/.nuget/packages/chatmcpserver.any/0.1.0/tools/net10.0/any/chat-mcp-server.dll"
    )]
    [InlineData(
        "/h/.dotnet/tools/.store/chatmcpserver/0.1.0/chatmcpserver.linux-x64/0.1.0/tools/any/linux-x64/chat-mcp-server serve --x",
        "/h/.dotnet/tools/.store/chatmcpserver/0.1.0/chatmcpserver.linux-x64/0.1.0/tools/any/linux-x64/chat-mcp-server"
    )]
    [InlineData("/src/ChatMcpServer/0.1.0/bin/chat-mcp-server serve --x", "/src/ChatMcpServer/0.1.0/bin/chat-mcp-server")]
    [InlineData(
        "/p/node_modules/@chat-mcp-server/linux-x64/chat-mcp-server serve --x",
        "/p/node_modules/@chat-mcp-server/linux-x64/chat-mcp-server"
    )]
    public void What_lies_in_a_cache_is_fetched_again_rather_than_started_there(string expected, params string[] own) =>
        Assert.Equal(expected, HostCommand.OfProcess(own, machine.Places, ["--x"]).ToString());

    [Fact]
    public void On_Windows_a_shell_starts_npx()
    {
        using var windows = new HostMachine(AgentSystem.Windows);
        const string own = @"C:\npm-cache\_npx\5ae3\node_modules\@chat-mcp-server\win-x64\chat-mcp-server.exe";

        Assert.Equal("cmd /c npx -y chat-mcp-server serve", HostCommand.OfProcess([own], windows.Places, []).ToString());
    }

    [Theory]
    [InlineData(AgentSystem.Linux, "chat-mcp-server", "{0} serve --x")]
    [InlineData(AgentSystem.Windows, "chat-mcp-server.exe", "{0} serve --x")]
    [InlineData(AgentSystem.Windows, "chat-mcp-server.cmd", "cmd /c {0} serve --x")]
    public void The_file_that_starts_a_tool_is_written_rather_than_the_tools_own_which_an_update_deletes(
        AgentSystem system,
        string name,
        string expected
    )
    {
        using var made = new HostMachine(system);
        var tools = Directory.CreateDirectory(Path.Combine(made.Home, ".dotnet", "tools")).FullName;
        var package = Path.Combine(tools, ".store", "chatmcpserver", "0.1.0");
        string[][] owns =
        [
            [Path.Combine(package, "chatmcpserver.linux-x64", "0.1.0", "tools", "any", "linux-x64", "chat-mcp-server")],
            ["dotnet", Path.Combine(package, "chatmcpserver.any", "0.1.0", "tools", "net10.0", "any", "chat-mcp-server.dll")],
        ];
        Assert.All(owns, own => Assert.Equal($"{string.Join(' ', own)} serve", HostCommand.OfProcess(own, made.Places, []).ToString()));
        var start = Path.Combine(tools, name);
        File.WriteAllText(start, "");

        foreach (var own in owns)
        {
            var command = HostCommand.OfProcess(own, made.Places, ["--x"]);

            Assert.Equal(string.Format(CultureInfo.InvariantCulture, expected, start), command.ToString());
            Assert.Equal("serve --x", string.Join(' ', command.Options!));
            Assert.Equal(start, command.FindServer(made.Places));
            Assert.True(command.IsOfThisMachine);
            Assert.True(command.StartsSameFile(HostCommand.OfProcess(own, made.Places, []), made.Places));
        }
    }

    [Fact]
    public void For_others_the_name_alone_is_written_if_PATH_leads_to_this_program()
    {
        var bin = Directory.CreateDirectory(Path.Combine(machine.Home, "bin")).FullName;
        var file = Path.Combine(bin, "chat-mcp-server");
        File.WriteAllText(file, "");

        var shared = HostCommand.OfProcess([file], With(bin), ["--x"], isShared: true);
        var own = HostCommand.OfProcess(["/other/chat-mcp-server"], With(bin), [], isShared: true);
        var fetched = HostCommand.OfProcess(["/h/_npx/1/chat-mcp-server"], With(bin), [], isShared: true);

        Assert.Equal(("chat-mcp-server serve --x", false), (shared.ToString(), shared.IsOfThisMachine));
        Assert.Equal(("/other/chat-mcp-server serve", true), (own.ToString(), own.IsOfThisMachine));
        Assert.False(fetched.IsOfThisMachine);
    }

    [Fact]
    public void For_others_the_script_of_a_tool_in_PATH_is_started_by_a_shell()
    {
        var tools = Directory.CreateDirectory(Path.Combine(machine.Home, "tools")).FullName;
        File.WriteAllText(Path.Combine(tools, "chat-mcp-server.cmd"), "");
        var places = new HostPlaces(name => name == "PATH" ? tools : null, machine.Home, machine.Project, AgentSystem.Windows);

        var command = HostCommand.OfProcess([Path.Combine(tools, ".store", "x", "chat-mcp-server.exe")], places, [], isShared: true);

        Assert.Equal(("cmd /c chat-mcp-server serve", false), (command.ToString(), command.IsOfThisMachine));
    }

    [Fact]
    public void For_others_the_launcher_of_npm_in_PATH_is_this_program_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs links.");
        var bin = Directory.CreateDirectory(Path.Combine(machine.Home, "bin")).FullName;
        var package = Directory.CreateDirectory(Path.Combine(machine.Home, "lib", "node_modules", "chat-mcp-server")).FullName;
        File.WriteAllText(Path.Combine(package, "launcher.cjs"), "");
        File.CreateSymbolicLink(Path.Combine(bin, "chat-mcp-server"), Path.Combine(package, "launcher.cjs"));
        var native = Path.Combine(package, "node_modules", "@chat-mcp-server", "linux-x64", "chat-mcp-server");
        var elsewhere = Path.Combine(machine.Home, "node_modules", "@chat-mcp-server", "linux-x64", "chat-mcp-server");

        Assert.Equal("chat-mcp-server", HostCommand.OfProcess([native], With(bin), [], isShared: true).File);
        Assert.Equal(native, HostCommand.OfProcess([native], With(bin), []).File);
        Assert.Equal(elsewhere, HostCommand.OfProcess([elsewhere], With(bin), [], isShared: true).File);
    }

    [Fact]
    public void An_entry_for_others_that_names_a_file_of_this_machine_gets_the_name()
    {
        var bin = Directory.CreateDirectory(Path.Combine(machine.Home, "bin")).FullName;
        var file = Path.Combine(bin, "chat-mcp-server");
        File.WriteAllText(file, "");
        var config = HostConfig.Of(Hosts.Find("codex")!, With(bin), HostScope.Project).Single();
        var plan = config.Add(new(file, ["serve", "--x"]), hasOptions: true, isForced: false);
        plan.Target.Apply(plan, TimeProvider.System);

        var changed = config.Add(new("chat-mcp-server", ["serve"]), hasOptions: false, isForced: false);

        Assert.Equal(HostOutcome.Change, changed.Outcome);
        Assert.Contains("command = \"chat-mcp-server\"\nargs = [\"serve\", \"--x\"]", changed.After, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_of_npx_is_the_same_as_another_and_gets_the_path_of_an_installed_file_with_its_options_kept()
    {
        var bin = Directory.CreateDirectory(Path.Combine(machine.Home, "bin")).FullName;
        foreach (var name in (string[])["npx", "chat-mcp-server"])
            File.WriteAllText(Path.Combine(bin, name), "");
        var host = Hosts.Find("codex")!;
        var path = machine.Write(
            host,
            "[mcp_servers.chat-sessions]\ncommand = \"npx\"\nargs = [\"-y\", \"chat-mcp-server\", \"serve\", \"--x\"]\n"u8.ToArray()
        );
        var config = new HostConfig(host, HostScope.User, path, With(bin));
        var installed = Path.Combine(bin, "chat-mcp-server");

        var again = config.Add(new("npx", ["-y", "chat-mcp-server", "serve"]), hasOptions: false, isForced: false);
        var changed = config.Add(new(installed, ["serve"]), hasOptions: false, isForced: false);

        Assert.Equal(HostOutcome.Nothing, again.Outcome);
        Assert.Equal(HostOutcome.Change, changed.Outcome);
        Assert.Contains("args = [\"serve\", \"--x\"]", changed.After, StringComparison.Ordinal);
        Assert.DoesNotContain("npx", changed.After, StringComparison.Ordinal);
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
