using ChatSessions.Importing;

namespace ChatMcpServer.Installing;

/// <summary>Where hosts keep their configurations on a machine.</summary>
/// <param name="environment">Returns the value of a variable; null if it is not set.</param>
/// <param name="home">The user's home folder.</param>
/// <param name="project">The folder of the project, for entries that only it has.</param>
/// <param name="system">The operating system, which decides where programs keep their data.</param>
internal sealed class HostPlaces(Func<string, string?> environment, string home, string project, AgentSystem system)
{
    /// <summary>The places on this machine, with the current folder as the project.</summary>
    public static HostPlaces OfMachine(Func<string, string?> environment)
    {
        // HOME may be set for this run alone, and then counts.
        var home =
            environment("HOME") is { Length: > 0 } given && !OperatingSystem.IsWindows()
                ? given
                : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        var current = Environment.CurrentDirectory;
        return new(
            environment,
            home,
            // The system gives the current folder without links. One name for one folder, so that no file is found as two.
            WithoutLinks(home) == current
                ? home
                : current,
            OperatingSystem.IsWindows() ? AgentSystem.Windows
                : OperatingSystem.IsMacOS() ? AgentSystem.MacOS
                : AgentSystem.Linux
        );
    }

    public string Home => home;

    public string Project => project;

    public AgentSystem System => system;

    /// <summary>The folder of the repository that the project is in; null if it is in none.</summary>
    public string? FindRepository()
    {
        for (var folder = project; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Exists(Path.Combine(folder, ".git")))
                return folder;
        return null;
    }

    /// <summary>The path of a folder without links on the way, as far as they can be followed.</summary>
    private static string WithoutLinks(string path)
    {
        try
        {
            var real = Path.GetPathRoot(path)!;
            foreach (var name in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
            {
                var next = new DirectoryInfo(Path.Combine(real, name));
                real = next.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next.FullName;
            }
            return real;
        }
        catch (IOException)
        {
            return path;
        }
    }

    public string InHome(string path) => Path.Combine([home, .. path.Split('/')]);

    public string InProject(string path) => Path.Combine([project, .. path.Split('/')]);

    /// <summary>The folder that a variable names, else a folder in the home folder.</summary>
    public string Own(string variable, string folder) => Variable(variable) ?? InHome(folder);

    /// <summary>Where programs that follow the XDG specification keep their configuration.</summary>
    public string Config(string path) => Path.Combine([Variable("XDG_CONFIG_HOME") ?? InHome(".config"), .. path.Split('/')]);

    /// <summary>Where desktop programs keep their configuration.</summary>
    public string AppData(string path) =>
        system switch
        {
            AgentSystem.Windows => Path.Combine([Variable("APPDATA") ?? InHome("AppData/Roaming"), .. path.Split('/')]),
            AgentSystem.MacOS => InHome($"Library/Application Support/{path}"),
            _ => Config(path),
        };

    /// <summary>The data folder of an app that Windows installed as a package; null if it is not installed so.</summary>
    /// <param name="name">With <c>*</c> in place of the publisher: <c>Claude_*</c>.</param>
    public string? FindPackage(string name)
    {
        if (system != AgentSystem.Windows)
            return null;
        try
        {
            return Directory
                .EnumerateDirectories(Path.Combine(Variable("LOCALAPPDATA") ?? InHome("AppData/Local"), "Packages"), name)
                .Min();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>The names that the file of a command may have.</summary>
    public static string[] FilesOf(string command, AgentSystem system) =>
        system == AgentSystem.Windows ? [$"{command}.exe", $"{command}.cmd", command] : [command];

    /// <summary>The file that a command starts. A name without a folder is looked up in PATH. Null if not found.</summary>
    public string? FindProgram(string command)
    {
        if (command.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar))
            return File.Exists(command) ? command : null;
        foreach (var folder in Variable("PATH")?.Split(Path.PathSeparator) ?? [])
        foreach (var name in FilesOf(command, system))
            if (Path.IsPathFullyQualified(folder) && Path.Combine(folder, name) is var file && File.Exists(file))
                return file;
        return null;
    }
}
