using System.Text.Json.Nodes;
using ChatMcpServer.Installing;
using ChatMcpServer.Tests.Cli;
using ChatSessions.Importing;

namespace ChatMcpServer.Tests.Installing;

/// <summary>A home folder and a project folder for one test.</summary>
internal sealed class HostMachine : IDisposable
{
    private readonly TempFolder folder = new();

    public HostMachine(AgentSystem system = AgentSystem.Linux, Dictionary<string, string>? variables = null)
    {
        Home = Path.Combine(folder.Path, "home");
        Project = Path.Combine(folder.Path, "project");
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(Project);
        Places = new(name => variables?.GetValueOrDefault(name), Home, Project, system);
    }

    public string Home { get; }

    public string Project { get; }

    public HostPlaces Places { get; }

    public static HostCommand Command { get; } = new("/opt/chat-mcp-server", ["serve", "--agents", "auto"]);

    public string FileOf(McpHost host, HostScope scope = HostScope.User) => host.File(Places, scope)!;

    /// <summary>Writes a host's configuration; null leaves it out.</summary>
    public string Write(McpHost host, byte[]? bytes, HostScope scope = HostScope.User)
    {
        var path = FileOf(host, scope);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (bytes is not null)
            File.WriteAllBytes(path, bytes);
        return path;
    }

    public HostConfig Config(McpHost host, HostScope scope = HostScope.User) => HostConfig.Of(host, Places, scope).Single();

    public HostPlan Add(McpHost host, HostCommand? command = null, bool isForced = false, HostScope scope = HostScope.User) =>
        Config(host, scope).Add(command ?? Command, hasOptions: command is not null, isForced);

    public HostPlan Remove(McpHost host, bool isForced = false, HostScope scope = HostScope.User) => Config(host, scope).Remove(isForced);

    public JsonObject? Entry(McpHost host) => Config(host).FindEntry();

    /// <summary>All files with their contents.</summary>
    public Dictionary<string, string> Files() =>
        Directory
            .EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(folder.Path, path), path => Convert.ToHexString(File.ReadAllBytes(path)));

    public void Dispose() => folder.Dispose();
}
