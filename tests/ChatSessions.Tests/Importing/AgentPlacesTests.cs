using System.Diagnostics;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Tests.Sources.Files;
using Xunit;

namespace ChatSessions.Tests.Importing;

public sealed class AgentPlacesTests : TempFolder
{
    private readonly Dictionary<string, string> environment = [];

    private ImportFormats Formats { get; set; } = ImportFormats.Known;

    [Fact]
    public void Claude_Code_and_Codex_are_found_in_the_home_folder()
    {
        Write(".claude/projects/-w/a.jsonl", "");
        Write(".codex/sessions/2026/01/01/rollout-a.jsonl", "");
        Write(".codex/archived_sessions/rollout-b.jsonl", "");

        var agents = Find();

        Assert.Equal(["Claude Code", "Codex"], agents.Select(agent => agent.DisplayName));
        Assert.Equal([PathOf(".claude/projects/-w/a.jsonl")], FilesOf(agents[0]));
        Assert.Equal(
            [PathOf(".codex/archived_sessions/rollout-b.jsonl"), PathOf(".codex/sessions/2026/01/01/rollout-a.jsonl")],
            FilesOf(agents[1])
        );
    }

    [Fact]
    public void A_program_that_is_not_installed_is_not_found() => Assert.Empty(Find());

    [Theory]
    [InlineData("CLAUDE_CONFIG_DIR", "one/projects/-w/a.jsonl", "one")]
    [InlineData("CLAUDE_CONFIG_DIR", "two/projects/-w/a.jsonl", "one,two")]
    [InlineData("CODEX_HOME", "codex/sessions/rollout-a.jsonl", "codex")]
    [InlineData("XDG_CONFIG_HOME", "config/claude/projects/-w/a.jsonl", "config")]
    public void A_variable_names_another_folder(string variable, string file, string folders)
    {
        environment[variable] = string.Join(',', folders.Split(',').Select(PathOf));
        var path = Write(file, "");

        Assert.Equal([path], FilesOf(Assert.Single(Find())));
    }

    [Theory]
    [InlineData(".local/share/opencode/opencode.db", "opencode")]
    [InlineData(".local/share/opencode/storage/session/p/ses_1.json", "opencode")]
    [InlineData(".local/share/goose/sessions/sessions.db", "goose")]
    [InlineData(".config/Cursor/User/globalStorage/state.vscdb", "cursor")]
    public void The_database_of_a_program_is_found(string file, string program)
    {
        var path = Write(file, "");

        var agent = Assert.Single(Find());

        Assert.Equal(program, agent.Name);
        Assert.Equal([path], FilesOf(agent));
    }

    [Theory]
    [InlineData(AgentSystem.Linux, ".config")]
    [InlineData(AgentSystem.MacOS, "Library/Application Support")]
    [InlineData(AgentSystem.Windows, "AppData/Roaming")]
    public void Each_system_keeps_the_data_of_desktop_programs_elsewhere(AgentSystem system, string folder)
    {
        var path = Write($"{folder}/Claude/local-agent-mode-sessions/a/b/local_c/.claude/projects/-w/d.jsonl", "");

        Assert.Equal([path], FilesOf(Assert.Single(Find(system))));
    }

    [Fact]
    public void A_row_counts_only_if_its_format_is_known()
    {
        var path = Write(".gemini/tmp/0a1b/chats/session-1.json", "{}");
        Write(".gemini/tmp/0a1b/logs.json", "{}");
        Formats = new ImportFormats(CodexRollout.Format);
        Assert.Empty(Find());
        Assert.DoesNotContain("gemini-cli", AgentPlaces.Names(Formats));

        Formats = new ImportFormats(new ImportFormat((_, _, _) => []) { Name = "gemini-cli", Holds = "chats of Gemini CLI" });

        Assert.Equal([path], FilesOf(Assert.Single(Find())));
    }

    [Fact]
    public void Of_a_folder_that_holds_other_JSON_only_the_sessions_are_found()
    {
        Formats = new ImportFormats(new ImportFormat((_, _, _) => []) { Name = "copilot-cli", Holds = "sessions of Copilot CLI" });
        var path = Write(".copilot/session-state/0a1b/events.jsonl", "");
        Write(".copilot/session-state/0a1b/files/events.jsonl", "");
        Write(".copilot/session-state/0a1b/other.jsonl", "");

        Assert.Equal([path], FilesOf(Assert.Single(Find())));
    }

    [Theory]
    [InlineData("{}", 30)]
    [InlineData("""{ /* long */ "cleanupPeriodDays": 365, }""", 365)]
    [InlineData("""{"cleanupPeriodDays":"never"}""", 30)]
    [InlineData("not JSON", 30)]
    [InlineData("[]", 30)]
    public void Claude_Code_says_in_its_settings_when_it_deletes_sessions(string settings, int days)
    {
        Write(".claude/projects/-w/a.jsonl", "");
        Write(".claude/settings.json", settings);

        Assert.Equal(TimeSpan.FromDays(days), Assert.Single(Find()).Keeps);
    }

    [Fact]
    public async Task Settings_that_are_a_pipe_are_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Run where there are named pipes in the file system");
        Write(".claude/projects/-w/a.jsonl", "");
        using (var mkfifo = Process.Start("mkfifo", PathOf(".claude/settings.json")))
            await mkfifo.WaitForExitAsync(Cancelled);

        var found = await Task.Run(() => Find(), Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        Assert.Equal(TimeSpan.FromDays(30), Assert.Single(found).Keeps);
    }

    [Fact]
    public void Names_are_auto_none_or_a_list()
    {
        Assert.Empty(Parse("none"));
        Assert.Empty(Parse(" "));
        Assert.Equal(["claude-code", "codex"], Parse(" claude-code, codex").Order());
        Assert.Equal(AgentPlaces.Names(Formats).Order(), Parse("auto").Order());
        Assert.Equal(
            "Invalid --agents 'codex,clippy'. Use auto, none, or some of these, separated by commas: "
                + $"{string.Join(", ", AgentPlaces.Names(Formats))}.",
            Assert.Throws<ChatSessionException>(() => Parse("codex,clippy")).Message
        );
    }

    [Fact]
    public void A_folder_behind_a_link_is_not_searched()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege.");
        Write(".codex/sessions/rollout-a.jsonl", "");
        Directory.CreateSymbolicLink(PathOf(".codex/sessions/again"), PathOf(".codex/sessions"));

        Assert.Single(FilesOf(Assert.Single(Find())));
    }

    private IReadOnlySet<string> Parse(string text) => AgentPlaces.ParseNames("--agents", text, Formats);

    private IReadOnlyList<Agent> Find(AgentSystem system = AgentSystem.Linux) =>
        new AgentPlaces(environment.GetValueOrDefault, Folder, system).Find(AgentPlaces.Names(Formats).ToHashSet(), Formats);

    private static IEnumerable<string> FilesOf(Agent agent) => agent.FindFiles(Cancelled).Keys.Order(StringComparer.Ordinal);
}
