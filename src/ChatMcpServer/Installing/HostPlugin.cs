using System.Text.Json.Nodes;

namespace ChatMcpServer.Installing;

/// <summary>The plugin of this program, as hosts have it: it starts the server without an entry of ours.</summary>
internal static class HostPlugin
{
    /// <summary>The name of the plugin and of the marketplace that it comes from.</summary>
    private const string Name = "chat-sessions@chat-mcp-server";

    private static readonly TomlConfig Toml = new();

    /// <summary>What it starts.</summary>
    public static HostCommand Command { get; } = new(HostCommand.ProgramName, ["serve", "--agents", "auto"]);

    /// <summary>The settings that turn it on in Claude Code for these scopes, of which the last that names it decides; null if it is off.</summary>
    public static string? FindInClaudeCode(HostPlaces at, IEnumerable<HostScope> scopes)
    {
        string? found = null;
        foreach (
            var path in scopes.SelectMany(scope =>
                scope == HostScope.User
                    ? [Path.Combine(at.Own("CLAUDE_CONFIG_DIR", ".claude"), "settings.json")]
                    : (string[])[at.InProject(".claude/settings.json"), at.InProject(".claude/settings.local.json")]
            )
        )
            if (Read(path, text => JsonConfig.FindAt(text, "enabledPlugins", Name)) is { } isOn)
                found = Is(isOn, true) ? path : null;
        return found;
    }

    /// <summary>The configuration that turns it on in Codex; null if it is off.</summary>
    public static string? FindInCodex(HostPlaces at, IEnumerable<HostScope> scopes)
    {
        var path = Path.Combine(at.Own("CODEX_HOME", ".codex"), "config.toml");
        return
            scopes.Contains(HostScope.User)
            && Read(path, text => Toml.Find(text, new("plugins", Name))) is { } plugin
            && !Is(plugin["enabled"], false)
            ? path
            : null;
    }

    /// <summary>How the host calls its command to remove it.</summary>
    public static string RemoveWords(McpHost host) => host.Name == "codex" ? $"remove {Name}" : $"uninstall {Name}";

    /// <summary>What is read from a file; null if it cannot be read: the host cannot either.</summary>
    private static JsonNode? Read(string path, Func<string, JsonNode?> find)
    {
        try
        {
            return find(ConfigFile.Read(path).Text);
        }
        catch (ConfigException)
        {
            return null;
        }
    }

    private static bool Is(JsonNode? node, bool value) => node is JsonValue one && one.TryGetValue<bool>(out var found) && found == value;
}
