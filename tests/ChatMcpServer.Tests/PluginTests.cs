using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatMcpServer.Cli;
using ChatMcpServer.Installing;
using ChatMcpServer.Tests.Documents;
using ChatSessions.Tokens;
using Xunit;

namespace ChatMcpServer.Tests;

/// <summary>The plugin for Claude Code and Codex, and its skill, which the program writes too.</summary>
public sealed partial class PluginTests
{
    private const string Plugin = "plugins/chat-sessions";
    private const string SkillPath = $"{Plugin}/skills/chat-sessions/SKILL.md";

    private static readonly string Skill = Repository.Read(SkillPath);

    public static TheoryData<string> Marketplaces => [".claude-plugin/marketplace.json", ".agents/plugins/marketplace.json"];

    [Fact]
    public void There_is_one_text_of_the_skill_and_the_program_writes_it()
    {
        var found = Directory
            .EnumerateFiles(Repository.Root, "SKILL.md", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("node_modules/", StringComparison.Ordinal));

        Assert.Equal([SkillPath], found);
        Assert.StartsWith(Skill + "\n<!-- Written by", HostSkill.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"{Plugin}/hooks/hooks.json")]
    [InlineData("docs/configure.md")]
    public void The_hook_gives_up_before_the_assistant_ends_it(string path)
    {
        var limit = HookLimit.Match(Repository.Read(path)).Groups[1].Value;

        Assert.InRange(
            HookSessionStartVerb.Patience,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(int.Parse(limit, CultureInfo.InvariantCulture) - 2)
        );
    }

    [Fact]
    public void Its_head_is_as_the_standard_wants_it()
    {
        var head = Head.Match(Skill);

        Assert.Equal(Hosts.EntryName, head.Groups["name"].Value);
        Assert.InRange(head.Groups["description"].Length, 1, 1024);
        // It has to be YAML, in which a plain text may not hold these.
        Assert.DoesNotContain(": ", head.Groups["description"].Value, StringComparison.Ordinal);
        Assert.DoesNotContain(" #", head.Groups["description"].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void It_names_only_tools_and_arguments_that_there_are()
    {
        using var listed = JsonDocument.Parse(Repository.Read("tests/ChatMcpServer.Tests/Snapshots/tools.json"));
        var tools = listed.RootElement.GetProperty("tools").EnumerateArray().ToDictionary(tool => tool.GetProperty("name").GetString()!);
        var arguments = tools.Values.SelectMany(tool =>
            tool.GetProperty("inputSchema").GetProperty("properties").EnumerateObject().Select(one => one.Name)
        );

        var named = Code.Matches(Skill).Select(code => code.Groups["name"].Value).Distinct().Except([Hosts.EntryName]).ToList();

        Assert.Superset(named.ToHashSet(), tools.Keys.Concat(arguments).ToHashSet());
        Assert.Empty(tools.Keys.Except(named));
    }

    [Fact]
    public void It_is_short() => Assert.InRange(TokenCounter.Count(Skill), 1, 700);

    [Theory]
    [MemberData(nameof(Marketplaces))]
    public void A_marketplace_leads_to_the_plugin(string path)
    {
        using var marketplace = JsonDocument.Parse(Repository.Read(path));
        var plugin = Assert.Single(marketplace.RootElement.GetProperty("plugins").EnumerateArray());
        var source = plugin.GetProperty("source");

        Assert.Equal($"./{Plugin}", source.ValueKind == JsonValueKind.String ? source.GetString() : source.GetProperty("path").GetString());
        foreach (var manifest in (string[])[".claude-plugin/plugin.json", ".codex-plugin/plugin.json"])
        {
            using var read = JsonDocument.Parse(Repository.Read($"{Plugin}/{manifest}"));
            Assert.Contains(
                $"<Version>{read.RootElement.GetProperty("version").GetString()}</Version>",
                Repository.Read("Directory.Build.props"),
                StringComparison.Ordinal
            );
            Assert.Equal(plugin.GetProperty("name").GetString(), read.RootElement.GetProperty("name").GetString());
        }
    }

    [Fact]
    public void What_it_starts_are_commands_that_the_program_takes()
    {
        using var servers = JsonDocument.Parse(Repository.Read($"{Plugin}/.mcp.json"));
        var server = servers.RootElement.GetProperty("mcpServers").GetProperty(Hosts.EntryName);
        using var hooks = JsonDocument.Parse(Repository.Read($"{Plugin}/hooks/hooks.json"));
        var hook = hooks
            .RootElement.GetProperty("hooks")
            .GetProperty("SessionStart")[0]
            .GetProperty("hooks")[0]
            .GetProperty("command")
            .GetString()!;

        Assert.Equal("chat-mcp-server", server.GetProperty("command").GetString());
        Assert.Equal(
            HostPlugin.Command.ToString(),
            string.Join(' ', server.GetProperty("args").EnumerateArray().Prepend(server.GetProperty("command")))
        );
        Assert.StartsWith("chat-mcp-server ", hook, StringComparison.Ordinal);
        Assert.Empty(Shown.Parse(string.Join(' ', server.GetProperty("args").EnumerateArray())).Errors);
        Assert.Empty(Shown.Parse(hook["chat-mcp-server ".Length..]).Errors);
    }

    [GeneratedRegex(@"\A---\nname: (?<name>[a-z0-9-]+)\ndescription: (?<description>[^\n]+)\n---\n")]
    private static partial Regex Head { get; }

    [GeneratedRegex("hook session-start\", \"timeout\": ([0-9]+)")]
    private static partial Regex HookLimit { get; }

    /// <summary>As in <c>`focus`</c> or <c>`events="57"`</c>.</summary>
    [GeneratedRegex("`(?<name>[a-z][a-z_-]+)(=[^`]*)?`")]
    private static partial Regex Code { get; }
}
