using System.Text.RegularExpressions;
using Xunit;

namespace ChatMcpServer.Tests.Cli;

public sealed class InstallSkillTests : OnHomeFolder
{
    [Fact]
    public async Task With_skill_it_writes_the_skill_where_the_assistants_read_it_and_uninstall_takes_it_away()
    {
        On(".codex", ".claude", ".config/Claude");
        var shown = await RunAsync("install", "--with-skill", "--dry-run");
        Assert.Contains(
            $"Skill for Codex: add to {Home.Path}/.agents/skills/chat-sessions/SKILL.md\n",
            shown.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("  + # Earlier chat sessions\n", shown.Output, StringComparison.Ordinal);
        // The skill tells of the mark of a cut, which is no forged one here.
        Assert.Contains("[+1,240 characters", shown.Output, StringComparison.Ordinal);
        Assert.Empty(Files());

        var run = await RunAsync("install", "--with-skill", "--yes");

        Assert.Equal(0, run.ExitCode);
        foreach (var path in (string[])[".agents/skills/chat-sessions/SKILL.md", ".claude/skills/chat-sessions/SKILL.md"])
        {
            Assert.Contains($"written to {Home.Path}/{path}.\n", run.Output, StringComparison.Ordinal);
            Assert.StartsWith("---\nname: chat-sessions\n", Read(path), StringComparison.Ordinal);
        }
        Assert.Equal(2, Regex.Count((await RunAsync("install", "--with-skill", "--yes")).Output, "Skill for .*: already in"));

        var removed = await RunAsync("uninstall", "--yes");

        Assert.Equal((0, ""), (removed.ExitCode, removed.Error));
        Assert.Contains($"deleted {Home.Path}/.claude/skills/chat-sessions/SKILL.md.\n", removed.Output, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task No_skill_is_written_for_an_assistant_whose_configuration_was_refused()
    {
        On(".codex", ".claude");
        Home.Write(".claude.json", """{"mcpServers":{"chat-sessions":{"command":"another"}}}""");

        var run = await RunAsync("install", "--with-skill", "--yes");

        Assert.Equal(1, run.ExitCode);
        Assert.True(File.Exists(Path.Combine(Home.Path, ".agents/skills/chat-sessions/SKILL.md")));
        Assert.False(Directory.Exists(Path.Combine(Home.Path, ".claude/skills")));
    }

    [Fact]
    public async Task A_skill_that_was_changed_stays_and_is_named()
    {
        On(".codex");
        await RunAsync("install", "--with-skill", "--yes");
        var path = Path.Combine(Home.Path, ".agents/skills/chat-sessions/SKILL.md");
        File.WriteAllText(path, File.ReadAllText(path).Replace("## When", "## Mine", StringComparison.Ordinal));

        var run = await RunAsync("uninstall", "--yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            $"{path} was changed since it was written. Delete it with --force if it should go.\n",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Equal([path], Files());
        Assert.Equal(0, (await RunAsync("uninstall", "--yes", "--force")).ExitCode);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Assistants_that_read_no_skills_are_named()
    {
        var run = await RunAsync("install", "claude-desktop", "--with-skill", "--yes");

        Assert.Equal((2, "Claude Desktop reads no skills from files. Leave --with-skill out."), (run.ExitCode, run.ErrorLine));
        Assert.Empty(Files());
    }
}
