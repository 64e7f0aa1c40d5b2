using System.Text.Json.Nodes;
using ChatSessions.Importing;

namespace ChatMcpServer.Installing;

/// <summary>
/// All hosts: where each keeps its servers, in which form, and what to do next. docs/configure.md has the documentation that this follows.
/// </summary>
internal static class Hosts
{
    /// <summary>The name of the entry.</summary>
    public const string EntryName = "chat-sessions";

    private const string McpServers = "mcpServers";

    /// <summary>The package that Claude Desktop for Windows may be installed as.</summary>
    private const string ClaudeDesktopPackage = "Claude_*";

    private static readonly JsonConfig Json = new();

    /// <summary>All hosts, in the order in which they are shown.</summary>
    public static IReadOnlyList<McpHost> All { get; } =
    [
        new("claude-code", "Claude Code", Json, McpServers, Typed("stdio"))
        {
            UserFiles = at => [at.Variable("CLAUDE_CONFIG_DIR") is { } own ? Path.Combine(own, ".claude.json") : at.InHome(".claude.json")],
            ProjectFiles = at => [at.InProject(".mcp.json")],
            Signs = at => [at.InHome(".claude.json"), at.Own("CLAUDE_CONFIG_DIR", ".claude")],
            Program = "claude",
            Reference = name => $"${{{name}}}",
            Skills = (at, scope) =>
                scope == HostScope.User ? Path.Combine(at.Own("CLAUDE_CONFIG_DIR", ".claude"), "skills") : at.InProject(".claude/skills"),
            Next = "Start it again; /mcp shows the server.",
            Plugin = HostPlugin.FindInClaudeCode,
            OwnInProject = at => ["projects", at.FindRepository() ?? at.Project, McpServers],
            Managed = at =>
                at.System switch
                {
                    AgentSystem.Windows => @"C:\Program Files\ClaudeCode\managed-mcp.json",
                    AgentSystem.MacOS => "/Library/Application Support/ClaudeCode/managed-mcp.json",
                    _ => "/etc/claude-code/managed-mcp.json",
                },
        },
        new("claude-desktop", "Claude Desktop", Json, McpServers, Plain)
        {
            UserFiles = at => [Path.Combine(ClaudeDesktop(at), "claude_desktop_config.json")],
            Signs = at => [at.AppData("Claude"), at.FindPackage(ClaudeDesktopPackage) ?? at.AppData("Claude")],
            Next = "Quit it and start it again; Settings > Developer shows the server.",
        },
        new("vscode", "VS Code", Json, "servers", Typed("stdio"))
        {
            UserFiles = at => [at.AppData("Code/User/mcp.json")],
            ProjectFiles = at => [at.InProject(".vscode/mcp.json")],
            Signs = at => [at.AppData("Code/User")],
            Program = "code",
            Reference = name => $"${{env:{name}}}",
            Skills = SharedSkills,
            Next = "Run the command \"MCP: List Servers\" in it, and start the server.",
        },
        new("cursor", "Cursor", Json, McpServers, Typed("stdio"))
        {
            UserFiles = at => [at.InHome(".cursor/mcp.json")],
            ProjectFiles = at => [at.InProject(".cursor/mcp.json")],
            Signs = at => [at.InHome(".cursor"), at.AppData("Cursor")],
            Program = "cursor",
            Reference = name => $"${{env:{name}}}",
            Skills = SharedSkills,
            Next = "Turn the server on in its settings, under MCP.",
        },
        new("codex", "Codex", new TomlConfig(), "mcp_servers", command => With(Plain(command), "env_vars", Names(command)))
        {
            UserFiles = at => [Path.Combine(at.Own("CODEX_HOME", ".codex"), "config.toml")],
            ProjectFiles = at => [at.InProject(".codex/config.toml")],
            Signs = at => [at.Own("CODEX_HOME", ".codex")],
            Program = "codex",
            Reference = name => name,
            Skills = SharedSkills,
            Plugin = HostPlugin.FindInCodex,
            Next = "Start it again; /mcp shows the server.",
        },
        new("gemini-cli", "Gemini CLI", Json, McpServers, Plain)
        {
            UserFiles = at => [Path.Combine(at.Variable("GEMINI_CLI_HOME") ?? at.Home, ".gemini", "settings.json")],
            ProjectFiles = at => [at.InProject(".gemini/settings.json")],
            Signs = at => [Path.Combine(at.Variable("GEMINI_CLI_HOME") ?? at.Home, ".gemini")],
            Program = "gemini",
            Reference = name => $"${name}",
            Skills = (at, scope) =>
                scope == HostScope.User && at.Variable("GEMINI_CLI_HOME") is { } own
                    ? Path.Combine(own, ".agents", "skills")
                    : SharedSkills(at, scope),
            Next = "Start it again; /mcp shows the server.",
        },
        new("qwen-code", "Qwen Code", Json, McpServers, Plain)
        {
            UserFiles = at => [at.InHome(".qwen/settings.json")],
            ProjectFiles = at => [at.InProject(".qwen/settings.json")],
            Signs = at => [at.InHome(".qwen")],
            Program = "qwen",
            Reference = name => $"${name}",
            Skills = (at, scope) => scope == HostScope.User ? at.InHome(".qwen/skills") : at.InProject(".qwen/skills"),
            Next = "Start it again; /mcp shows the server.",
        },
        new("opencode", "opencode", Json, "mcp", OneCommand)
        {
            UserFiles = at => [at.Config("opencode/opencode.json"), at.Config("opencode/opencode.jsonc")],
            ProjectFiles = at => [at.InProject("opencode.json"), at.InProject("opencode.jsonc")],
            Signs = at => [at.Config("opencode")],
            Program = "opencode",
            Reference = name => $"{{env:{name}}}",
            Skills = SharedSkills,
            Next = "Start it again; `opencode mcp list` shows the server.",
        },
        new("copilot-cli", "Copilot CLI", Json, McpServers, command => With(Typed("local")(command), "tools", new JsonArray("*")))
        {
            UserFiles = at => [Path.Combine(at.Own("COPILOT_HOME", ".copilot"), "mcp-config.json")],
            ProjectFiles = at => [at.InProject(".github/mcp.json")],
            Signs = at => [at.Own("COPILOT_HOME", ".copilot")],
            Program = "copilot",
            Reference = name => $"${{{name}}}",
            Skills = SharedSkills,
            Next = "Start it again; /mcp show shows the server.",
        },
        new("devin", "Devin", Json, McpServers, Plain)
        {
            UserFiles = at => [Devin(at, "mcp_config.json")],
            ProjectFiles = at => [at.InProject(".devin/mcp_config.json")],
            Signs = at => [Devin(at, "")],
            Program = "devin",
            Skills = SharedSkills,
            Next = "Start it again; `devin mcp get chat-sessions` shows the server.",
        },
        new("windsurf", "Windsurf (Cascade)", Json, McpServers, Plain)
        {
            UserFiles = at => [at.InHome(".codeium/windsurf/mcp_config.json")],
            Signs = at => [at.InHome(".codeium/windsurf"), at.AppData("Windsurf")],
            Program = "windsurf",
            Reference = name => $"${{env:{name}}}",
            Skills = (at, scope) => scope == HostScope.User ? at.InHome(".codeium/windsurf/skills") : at.InProject(".windsurf/skills"),
            Next = "Press refresh in the list of MCP servers of Cascade.",
        },
        new("zed", "Zed", Json, "context_servers", command => With(Plain(command), "env", new JsonObject()))
        {
            UserFiles = at => [at.System == AgentSystem.Windows ? at.AppData("Zed/settings.json") : ZedConfig(at, "settings.json")],
            ProjectFiles = at => [at.InProject(".zed/settings.json")],
            Signs = at => [at.System == AgentSystem.Windows ? at.AppData("Zed") : ZedConfig(at, "")],
            Program = "zed",
            Skills = SharedSkills,
            Next = "It starts the server by itself; the settings of the agent panel show it.",
        },
        new("goose", "Goose", new YamlConfig(), "extensions", Extension)
        {
            UserFiles = at =>
                [at.System == AgentSystem.Windows ? at.AppData("Block/goose/config/config.yaml") : at.Config("goose/config.yaml")],
            Signs = at => [at.System == AgentSystem.Windows ? at.AppData("Block/goose") : at.Config("goose")],
            Program = "goose",
            Reference = name => name,
            Skills = SharedSkills,
            Next = "Start a new session; `goose info -v` shows the extension.",
        },
    ];

    /// <summary>The host of this name, or null.</summary>
    public static McpHost? Find(string name) => All.FirstOrDefault(host => host.Name == name);

    /// <summary>The folder for skills that several hosts read.</summary>
    private static string SharedSkills(HostPlaces at, HostScope scope) =>
        scope == HostScope.User ? at.InHome(".agents/skills") : at.InProject(".agents/skills");

    /// <summary>As a package, it sees a folder of its own in place of %APPDATA%.</summary>
    private static string ClaudeDesktop(HostPlaces at) =>
        at.FindPackage(ClaudeDesktopPackage) is { } package
            ? Path.Combine(package, "LocalCache", "Roaming", "Claude")
            : at.AppData("Claude");

    /// <summary>A file of Devin; its own folder if the name is empty.</summary>
    private static string Devin(HostPlaces at, string file) =>
        at.System == AgentSystem.Windows ? at.AppData($"devin/{file}") : at.InHome($".config/devin/{file}");

    /// <summary>On macOS, Zed does not look at XDG_CONFIG_HOME.</summary>
    private static string ZedConfig(HostPlaces at, string file) =>
        at.System == AgentSystem.MacOS ? at.InHome($".config/zed/{file}") : at.Config($"zed/{file}");

    private static JsonObject Plain(HostCommand command) =>
        WithVariables(new() { ["command"] = command.File, ["args"] = command.ArgumentList }, "env", command);

    private static Func<HostCommand, JsonObject> Typed(string type) =>
        command =>
            WithVariables(
                new()
                {
                    ["type"] = type,
                    ["command"] = command.File,
                    ["args"] = command.ArgumentList,
                },
                "env",
                command
            );

    private static JsonObject OneCommand(HostCommand command) =>
        WithVariables(
            new()
            {
                ["type"] = "local",
                ["command"] = HostCommand.List(command.Arguments.Prepend(command.File)),
                ["enabled"] = true,
            },
            "environment",
            command
        );

    private static JsonObject Extension(HostCommand command) =>
        new()
        {
            ["type"] = "stdio",
            ["name"] = EntryName,
            ["enabled"] = true,
            ["cmd"] = command.File,
            ["args"] = command.ArgumentList,
            ["envs"] = new JsonObject(),
            ["env_keys"] = Names(command) ?? [],
            ["timeout"] = 300,
        };

    private static JsonObject WithVariables(JsonObject entry, string field, HostCommand command) =>
        command.Variables.Count == 0 || command.IsByName
            ? entry
            : With(
                entry,
                field,
                new JsonObject(command.Variables.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)JsonValue.Create(one.Reference))))
            );

    /// <summary>The names of the variables, for hosts that pass on those that an entry names.</summary>
    private static JsonArray? Names(HostCommand command) =>
        command.Variables.Count == 0 ? null : HostCommand.List(command.Variables.Select(one => one.Name));

    private static JsonObject With(JsonObject entry, string field, JsonNode? value)
    {
        if (value is not null)
            entry.TryAdd(field, value);
        return entry;
    }
}
