using ChatMcpServer.Installing;
using ChatSessions.Importing;
using Xunit;

namespace ChatMcpServer.Tests.Installing;

public sealed class HostSkillTests : IDisposable
{
    private static readonly McpHost Claude = Hosts.Find("claude-code")!;
    private static readonly McpHost Codex = Hosts.Find("codex")!;
    private static readonly McpHost Zed = Hosts.Find("zed")!;

    private readonly HostMachine machine = new();

    public void Dispose() => machine.Dispose();

    [Theory]
    [InlineData("claude-code", "/h/.claude/skills", "/p/.claude/skills")]
    [InlineData("qwen-code", "/h/.qwen/skills", "/p/.qwen/skills")]
    [InlineData("windsurf", "/h/.codeium/windsurf/skills", "/p/.windsurf/skills")]
    [InlineData("codex", "/h/.agents/skills", "/p/.agents/skills")]
    [InlineData("gemini-cli", "/h/.agents/skills", "/p/.agents/skills")]
    [InlineData("opencode", "/h/.agents/skills", "/p/.agents/skills")]
    [InlineData("copilot-cli", "/h/.agents/skills", "/p/.agents/skills")]
    public void Each_host_looks_for_skills_in_its_folder(string name, string user, string project)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths are written as on other systems.");
        var places = new HostPlaces(_ => null, "/h", "/p", AgentSystem.Linux);

        var paths = HostSkill.Of([Hosts.Find(name)!], places, HostScope.User, HostScope.Project).Select(skill => skill.Path);

        Assert.Equal([$"{user}/chat-sessions/SKILL.md", $"{project}/chat-sessions/SKILL.md"], paths);
    }

    [Theory]
    [InlineData("claude-code", "CLAUDE_CONFIG_DIR", "/v/skills/chat-sessions/SKILL.md")]
    [InlineData("gemini-cli", "GEMINI_CLI_HOME", "/v/.agents/skills/chat-sessions/SKILL.md")]
    public void A_host_whose_variable_is_set_looks_there(string name, string variable, string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths are written as on other systems.");
        var places = new HostPlaces(asked => asked == variable ? "/v" : null, "/h", "/p", AgentSystem.Linux);

        Assert.Equal(path, Assert.Single(HostSkill.Of([Hosts.Find(name)!], places, HostScope.User)).Path);
    }

    [Fact]
    public void Hosts_that_read_the_same_file_share_it_and_one_that_reads_none_has_none()
    {
        var skills = HostSkill.Of([Claude, Codex, Zed, Hosts.Find("claude-desktop")!], machine.Places, HostScope.User).ToList();

        Assert.Equal(["Skill for Claude Code", "Skill for Codex, Zed"], skills.Select(skill => skill.Label));
    }

    [Fact]
    public void In_the_home_folder_the_file_of_the_project_and_of_the_user_is_one()
    {
        var places = new HostPlaces(_ => null, machine.Home, machine.Home, AgentSystem.Linux);

        Assert.Equal("Skill for Codex", Assert.Single(HostSkill.Of([Codex], places, HostScope.User, HostScope.Project)).Label);
    }

    [Fact]
    public void It_is_written_once_and_deleted_with_its_folders()
    {
        var skill = Skill(Codex);
        var plan = skill.Add(isForced: false);
        Assert.Equal(HostOutcome.Add, plan.Outcome);

        skill.Apply(plan, TimeProvider.System);

        Assert.Equal(HostSkill.Text, File.ReadAllText(skill.Path));
        Assert.Equal(HostOutcome.Nothing, skill.Add(isForced: false).Outcome);
        skill.Apply(skill.Remove([Codex], isForced: false)!, TimeProvider.System);
        Assert.Empty(machine.Files());
        Assert.Empty(Directory.EnumerateDirectories(machine.Home));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void What_another_version_wrote_is_replaced_and_deleted(string lineEnd)
    {
        var skill = Skill(Codex);
        // The text of another version, with the checksum that it would have.
        Write(skill, "# Older\n\n<!-- Written by `chat-mcp-server install`. Checksum: 768fde67de1bcb0a -->\n".ReplaceLineEndings(lineEnd));

        Assert.Equal((HostOutcome.Change, HostOutcome.Remove), (skill.Add(false).Outcome, skill.Remove([Codex], false)?.Outcome));
    }

    [Fact]
    public void What_was_changed_stays_unless_it_is_forced()
    {
        var skill = Skill(Codex);
        Write(skill, HostSkill.Text.Replace("## When", "## When, and mine", StringComparison.Ordinal));

        Assert.Equal((HostOutcome.Refused, HostOutcome.Refused), (skill.Add(false).Outcome, skill.Remove([Codex], false)!.Outcome));
        Assert.Contains("was changed since it was written. Delete it with --force", skill.Remove([Codex], false)!.Sentence);

        var done = skill.Apply(skill.Add(isForced: true), TimeProvider.System);

        Assert.Contains(", which is kept as SKILL.md.chat-mcp-server-", done, StringComparison.Ordinal);
        Assert.Equal(HostSkill.Text, File.ReadAllText(skill.Path));
    }

    [Fact]
    public void A_skill_of_somebody_else_is_not_replaced_and_is_none_of_our_business()
    {
        var skill = Skill(Codex);
        Write(skill, "---\nname: chat-sessions\n---\nMine.\n");

        Assert.Equal(HostOutcome.Refused, skill.Add(isForced: false).Outcome);
        Assert.Contains("is not of this program. Replace it with --force.", skill.Add(isForced: false).Sentence);
        Assert.Null(skill.Remove([Codex], isForced: true));
    }

    [Fact]
    public void A_file_that_another_host_with_the_server_reads_stays()
    {
        var skill = Skill(Codex);
        skill.Apply(skill.Add(isForced: false), TimeProvider.System);
        machine.Config(Zed).Apply(machine.Add(Zed), TimeProvider.System);

        var plan = skill.Remove([Codex], isForced: false)!;

        Assert.Equal(HostOutcome.Nothing, plan.Outcome);
        Assert.EndsWith("stays, since Zed reads it too and has the server", plan.Sentence, StringComparison.Ordinal);
        Assert.Equal(HostOutcome.Remove, skill.Remove([Codex, Zed], isForced: false)!.Outcome);
    }

    [Fact]
    public void A_folder_in_its_place_is_refused()
    {
        var skill = Skill(Codex);
        Directory.CreateDirectory(skill.Path);

        Assert.EndsWith("is a folder, so nothing was changed.", skill.Add(isForced: true).Sentence, StringComparison.Ordinal);
    }

    private HostSkill Skill(McpHost host) => HostSkill.Of([host], machine.Places, HostScope.User).Single();

    private static void Write(HostSkill skill, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(skill.Path)!);
        File.WriteAllText(skill.Path, text);
    }
}
