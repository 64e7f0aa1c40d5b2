using System.Text.Json.Nodes;

namespace ChatMcpServer.Installing;

/// <summary>A program with a model that starts MCP servers.</summary>
/// <param name="Name">The name for commands: <c>claude-code</c>.</param>
/// <param name="DisplayName">The name in sentences: Claude Code.</param>
/// <param name="Format">What its configuration is written in.</param>
/// <param name="Section">The part of its configuration with the servers.</param>
/// <param name="Entry">How it wants an entry.</param>
internal sealed record McpHost(string Name, string DisplayName, IConfigFormat Format, string Section, Func<HostCommand, JsonObject> Entry)
{
    /// <summary>The files that it reads for all projects, the best one first; the first that exists is edited.</summary>
    public required Func<HostPlaces, string[]> UserFiles { get; init; }

    /// <summary>The files that it reads in a project; null if there are none.</summary>
    public Func<HostPlaces, string[]>? ProjectFiles { get; init; }

    /// <summary>The folders and files of which one exists if it is on the machine.</summary>
    public required Func<HostPlaces, string[]> Signs { get; init; }

    /// <summary>Its command, if it has one.</summary>
    public string? Program { get; init; }

    /// <summary>How it refers to an environment variable in an entry; null if it cannot.</summary>
    public Func<string, string>? Reference { get; init; }

    /// <summary>The folder in which it looks for skills; null if it reads none from files.</summary>
    public Func<HostPlaces, HostScope, string>? Skills { get; init; }

    /// <summary>What to do so that it starts the server.</summary>
    public required string Next { get; init; }

    /// <summary>A file of the machine's administrator: where it exists, the user's entries do not count.</summary>
    public Func<HostPlaces, string?> Managed { get; init; } = _ => null;

    /// <summary>The file that turns our plugin on for one of these scopes; null if it is off, or the host has none.</summary>
    public Func<HostPlaces, IEnumerable<HostScope>, string?> Plugin { get; init; } = (_, _) => null;

    /// <summary>Where its user's file has servers that only its user has, and only in this project; null if it has no such.</summary>
    public Func<HostPlaces, string[]>? OwnInProject { get; init; }

    /// <summary>The file with its entries.</summary>
    /// <returns>Null if it has none for a project.</returns>
    public string? File(HostPlaces places, HostScope scope) =>
        (scope == HostScope.User ? UserFiles : ProjectFiles)?.Invoke(places) is { } files
            ? Array.Find(files, Path.Exists) ?? files[0]
            : null;

    public bool IsOn(HostPlaces places) =>
        Signs(places).Any(Path.Exists) || Program is { } program && places.FindProgram(program) is not null;
}

/// <summary>For whom an entry is.</summary>
internal enum HostScope
{
    /// <summary>For the user, in all projects.</summary>
    User,

    /// <summary>For everybody, in one project.</summary>
    Project,
}
