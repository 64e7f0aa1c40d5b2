using System.Text.Json.Nodes;
using ChatSessions.Importing;

namespace ChatMcpServer.Installing;

/// <summary>What a host starts.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">All its arguments.</param>
internal sealed record HostCommand(string File, IReadOnlyList<string> Arguments)
{
    private const string ProgramName = "chat-mcp-server";
    private const string PackageName = "ChatMcpServer";
    private const string Dotnet = "dotnet";
    private const string Dnx = "dnx";
    private const string Npx = "npx";
    private const string EndOfOptions = "--";

    /// <summary>The folder in npm's cache with what <c>npx</c> runs.</summary>
    private const string NpmCache = "_npx";

    /// <summary>The environment variables that the host passes on: their names, and how the host refers to them. Never their values.</summary>
    public IReadOnlyList<(string Name, string Reference)> Variables { get; init; } = [];

    /// <summary>Whether the host passes variables on by their names alone.</summary>
    public bool IsByName => Variables.All(one => one.Name == one.Reference);

    public JsonArray ArgumentList => List(Arguments);

    /// <summary>Words as JSON, without the calls that need code at run time.</summary>
    public static JsonArray List(IEnumerable<string> words) => new([.. words.Select(word => (JsonNode?)JsonValue.Create(word))]);

    /// <summary>
    /// The command that starts this program: as it is called from PATH if that leads to this file, so that an update which moves the file is
    /// noticed, or else the file's full path. If <c>npx</c> or <c>dnx</c> started it, they do so again, since the file is in a cache that they clear.
    /// </summary>
    /// <param name="own">The command that started this process.</param>
    /// <param name="options">The options for the server.</param>
    public static HostCommand OfProcess(IReadOnlyList<string> own, HostPlaces places, IReadOnlyList<string> options)
    {
        var folders = own[^1].Split('/', '\\')[..^1];
        if (folders.Contains(NpmCache))
            // On Windows, npx is a script, which only a shell starts.
            return places.System == AgentSystem.Windows
                ? new("cmd", ["/c", Npx, "-y", ProgramName, "serve", .. options])
                : new(Npx, ["-y", ProgramName, "serve", .. options]);
        if (IsOfDnx(folders))
            return new(Dotnet, [Dnx, PackageName, "--yes", EndOfOptions, "serve", .. options]);
        var file = own.Count == 1 && places.FindProgram(ProgramName) is { } called && IsSame(called, own[0]) ? called : own[0];
        return new(file, [.. own.Skip(1), "serve", .. options]);
    }

    /// <summary>
    /// Whether this is a folder of NuGet's cache, such as <c>chatmcpserver.linux-x64/0.1.0/tools/any/linux-x64</c>. An installed tool has the same
    /// folders in one that is called <c>.store</c>.
    /// </summary>
    private static bool IsOfDnx(string[] folders) =>
        !folders.Contains(".store") && Array.FindLastIndex(folders, IsPackage) is >= 0 and var at && folders[at..] is [_, _, "tools", ..];

    private static bool IsPackage(string folder) =>
        folder.Equals(PackageName, StringComparison.OrdinalIgnoreCase)
        || folder.StartsWith($"{PackageName}.", StringComparison.OrdinalIgnoreCase);

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

    /// <summary>The arguments for the server; null if this does not start one as a file or with <c>dotnet</c>, <c>npx</c> or <c>dnx</c>.</summary>
    public IReadOnlyList<string>? Options => Before is { } before ? [.. Arguments.Skip(before)] : null;

    /// <summary>How many arguments come before those of the server; null if this does not start one.</summary>
    private int? Before =>
        (NameOf(File), Arguments.ToArray()) switch
        {
            (ProgramName, _) => 0,
            (Dotnet, _) when IsOnRuntime => 1,
            (Dotnet, [Dnx, .. var words]) => 1 + BehindPackage(words, PackageName),
            (Dotnet, ["tool", "exec", .. var words]) => 2 + BehindPackage(words, PackageName),
            (Dnx, var words) => BehindPackage(words, PackageName),
            (Npx, var words) => BehindPackage(words, ProgramName),
            ("cmd", ["/c" or "/C", Npx, .. var words]) => 2 + BehindPackage(words, ProgramName),
            _ => null,
        };

    private bool IsOnRuntime => NameOf(File) == Dotnet && Arguments is [var file, ..] && NameOf(file) == ProgramName;

    /// <summary>How many words name a package and agree to fetch it; null if they name another one.</summary>
    private static int? BehindPackage(string[] words, string package)
    {
        var at = Array.FindIndex(words, word => !IsAgreement(word));
        if (at < 0 || !words[at].Split('@')[0].Equals(package, StringComparison.OrdinalIgnoreCase))
            return null;
        do at++;
        while (at < words.Length && IsAgreement(words[at]));
        return at < words.Length && words[at] == EndOfOptions ? at + 1 : at;

        static bool IsAgreement(string word) => word is "-y" or "--yes";
    }

    /// <summary>The file of the server, or the program that fetches it, as far as it can be found.</summary>
    public string? FindServer(HostPlaces places) => IsOnRuntime ? Arguments[0] : places.FindProgram(File);

    /// <summary>Whether another command starts the same file.</summary>
    public bool StartsSameFile(HostCommand other, HostPlaces places) =>
        IsFetched == other.IsFetched && FindServer(places) is { } mine && other.FindServer(places) is { } others && IsSame(mine, others);

    /// <summary>Whether another program fetches the server and starts it.</summary>
    private bool IsFetched => Before > 0 && !IsOnRuntime;

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
        return ((string[])[".exe", ".dll", ".cmd"]).Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            ? name[..^4].ToLowerInvariant()
            : name;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Arguments.Prepend(File));
}
