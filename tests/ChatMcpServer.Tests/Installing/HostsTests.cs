using ChatMcpServer.Installing;
using ChatSessions.Importing;
using Xunit;

namespace ChatMcpServer.Tests.Installing;

public sealed class HostsTests
{
    [Theory]
    [InlineData(AgentSystem.Linux, "claude-desktop", "/h/.config/Claude/claude_desktop_config.json")]
    [InlineData(AgentSystem.MacOS, "claude-desktop", "/h/Library/Application Support/Claude/claude_desktop_config.json")]
    [InlineData(AgentSystem.Windows, "claude-desktop", "/h/AppData/Roaming/Claude/claude_desktop_config.json")]
    [InlineData(AgentSystem.MacOS, "vscode", "/h/Library/Application Support/Code/User/mcp.json")]
    [InlineData(AgentSystem.MacOS, "zed", "/h/.config/zed/settings.json")]
    [InlineData(AgentSystem.Windows, "zed", "/h/AppData/Roaming/Zed/settings.json")]
    [InlineData(AgentSystem.Windows, "goose", "/h/AppData/Roaming/Block/goose/config/config.yaml")]
    [InlineData(AgentSystem.MacOS, "goose", "/h/.config/goose/config.yaml")]
    [InlineData(AgentSystem.Windows, "opencode", "/h/.config/opencode/opencode.json")]
    [InlineData(AgentSystem.Windows, "claude-code", "/h/.claude.json")]
    [InlineData(AgentSystem.Windows, "devin", "/h/AppData/Roaming/devin/mcp_config.json")]
    [InlineData(AgentSystem.MacOS, "devin", "/h/.config/devin/mcp_config.json")]
    public void Each_system_has_its_places(AgentSystem system, string name, string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths are written as on other systems.");

        Assert.Equal(path, Hosts.Find(name)!.File(new(_ => null, "/h", "/p", system), HostScope.User));
    }

    [Theory]
    [InlineData("claude-code", "CLAUDE_CONFIG_DIR", "/v/.claude.json")]
    [InlineData("codex", "CODEX_HOME", "/v/config.toml")]
    [InlineData("gemini-cli", "GEMINI_CLI_HOME", "/v/.gemini/settings.json")]
    [InlineData("copilot-cli", "COPILOT_HOME", "/v/mcp-config.json")]
    [InlineData("opencode", "XDG_CONFIG_HOME", "/v/opencode/opencode.json")]
    [InlineData("goose", "XDG_CONFIG_HOME", "/v/goose/config.yaml")]
    public void A_host_whose_variable_is_set_keeps_its_configuration_there(string name, string variable, string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths are written as on other systems.");

        Assert.Equal(
            path,
            Hosts.Find(name)!.File(new(asked => asked == variable ? "/v" : null, "/h", "/p", AgentSystem.Linux), HostScope.User)
        );
    }

    [Fact]
    public void The_file_that_exists_is_preferred()
    {
        using var machine = new HostMachine();
        var host = Hosts.Find("opencode")!;
        var other = Path.Combine(machine.Home, ".config", "opencode", "opencode.jsonc");
        machine.Write(host, null);
        File.WriteAllText(other, "{}");

        Assert.Equal(other, machine.FileOf(host));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("data")]
    public void Claude_Desktop_of_a_package_of_Windows_reads_the_file_in_the_package(string? local)
    {
        using var folder = new HostMachine();
        var data = local is null ? null : Path.Combine(folder.Home, local);
        using var machine = new HostMachine(AgentSystem.Windows, data is null ? [] : new() { ["LOCALAPPDATA"] = data });
        var host = Hosts.Find("claude-desktop")!;
        var packages = Path.Combine(data ?? Path.Combine(machine.Home, "AppData", "Local"), "Packages");
        Directory.CreateDirectory(Path.Combine(packages, "Other_abc"));
        Assert.Equal(Path.Combine(machine.Home, "AppData", "Roaming", "Claude", "claude_desktop_config.json"), machine.FileOf(host));
        Assert.False(host.IsOn(machine.Places));

        var package = Directory.CreateDirectory(Path.Combine(packages, "Claude_pzs8sxrjxfjjc")).FullName;

        Assert.Equal(Path.Combine(package, "LocalCache", "Roaming", "Claude", "claude_desktop_config.json"), machine.FileOf(host));
        Assert.True(host.IsOn(machine.Places));
        Assert.Null(folder.Places.FindPackage("Claude_*"));
    }

    [Fact]
    public void A_host_is_on_the_machine_if_its_folder_or_its_command_is()
    {
        using var machine = new HostMachine();
        var bin = Directory.CreateDirectory(Path.Combine(machine.Home, "bin")).FullName;
        Assert.DoesNotContain(Hosts.All, host => host.IsOn(machine.Places));
        Directory.CreateDirectory(Path.Combine(machine.Home, ".codex"));
        File.WriteAllText(Path.Combine(bin, "qwen"), "");
        var places = new HostPlaces(name => name == "PATH" ? bin : null, machine.Home, machine.Project, AgentSystem.Linux);

        Assert.Equal(["codex", "qwen-code"], Hosts.All.Where(host => host.IsOn(places)).Select(host => host.Name));
    }
}
