using System.Text.Json.Nodes;

namespace ChatMcpServer.Installing;

/// <summary>What a host starts.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">All its arguments.</param>
internal sealed record HostCommand(string File, IReadOnlyList<string> Arguments)
{
    private const string ProgramName = "chat-mcp-server";

    /// <summary>The environment variables that the host passes on: their names, and how the host refers to them. Never their values.</summary>
    public IReadOnlyList<(string Name, string Reference)> Variables { get; init; } = [];

    /// <summary>Whether the host passes variables on by their names alone.</summary>
    public bool IsByName => Variables.All(one => one.Name == one.Reference);

    public JsonArray ArgumentList => [.. Arguments.Select(word => JsonValue.Create(word))];

    /// <summary>
    /// The command that starts this program: as it is called from PATH if that leads to this file, so that an update which moves the file is
    /// noticed, or else the file's full path.
    /// </summary>
    /// <param name="own">The command that started this process.</param>
    /// <param name="options">The options for the server.</param>
    public static HostCommand OfProcess(IReadOnlyList<string> own, HostPlaces places, IReadOnlyList<string> options)
    {
        var file = own.Count == 1 && places.FindProgram(ProgramName) is { } called && IsSame(called, own[0]) ? called : own[0];
        return new(file, [.. own.Skip(1), "serve", .. options]);
    }

    /// <summary>What an entry starts; null if that cannot be seen, such as of a server at an address.</summary>
    public static HostCommand? Of(JsonObject entry)
    {
        var (file, rest) = (entry["command"] ?? entry["cmd"]) switch
        {
            JsonArray words when Words(words) is [var first, .. var others] => (first, others),
            JsonValue one when one.TryGetValue<string>(out var word) => (word, []),
            _ => ("", (List<string>)[]),
        };
        return file.Length == 0 ? null : new(file, [.. rest, .. entry["args"] is JsonArray arguments ? Words(arguments) : []]);
    }

    private static List<string> Words(JsonArray words) =>
        [.. words.Select(word => word is JsonValue value && value.TryGetValue<string>(out var text) ? text : word?.ToJsonString() ?? "")];

    /// <summary>Whether this starts a chat-mcp-server, wherever it is.</summary>
    public bool IsOurs => Options is not null;

    /// <summary>The arguments for the server; null if this does not start one as a file or with <c>dotnet</c>.</summary>
    public IReadOnlyList<string>? Options =>
        NameOf(File) == ProgramName ? Arguments
        : NameOf(File) == "dotnet" && Arguments.Count > 0 && NameOf(Arguments[0]) == ProgramName ? [.. Arguments.Skip(1)]
        : null;

    /// <summary>The file of the server, as far as it can be found.</summary>
    public string? FindServer(HostPlaces places) => NameOf(File) == "dotnet" ? Arguments[0] : places.FindProgram(File);

    /// <summary>Whether another command starts the same file.</summary>
    public bool StartsSameFile(HostCommand other, HostPlaces places) =>
        FindServer(places) is { } mine && other.FindServer(places) is { } others && IsSame(mine, others);

    private static bool IsSame(string path, string other)
    {
        try
        {
            return Final(path) == Final(other);
        }
        catch (IOException)
        {
            return false;
        }

        static string Final(string path) =>
            Path.GetFullPath(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);
    }

    /// <summary>The name of a file, of this system or another, without <c>.exe</c> and the like.</summary>
    private static string NameOf(string file)
    {
        var name = file[(file.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? name[..^4].ToLowerInvariant()
            : name;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Arguments.Prepend(File));
}
