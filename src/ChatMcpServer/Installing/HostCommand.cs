using System.Text.Json.Nodes;
using ChatSessions.Importing;

namespace ChatMcpServer.Installing;

/// <summary>What a host starts.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">All its arguments.</param>
internal sealed record HostCommand(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>The command of this program.</summary>
    public const string ProgramName = "chat-mcp-server";

    private const string PackageName = "ChatMcpServer";
    private const string Dotnet = "dotnet";
    private const string Dnx = "dnx";
    private const string Npx = "npx";
    private const string EndOfOptions = "--";
    private const string WindowsShell = "cmd";
    private const string ShellOption = "/c";

    /// <summary>The folder with the files of .NET tools.</summary>
    private const string ToolStore = ".store";

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
    /// noticed, or else the full path of the file, or of what <c>dotnet tool</c> made to start it. If <c>npx</c> or <c>dnx</c> started it, they do so again, since the file is in a cache that they clear.
    /// </summary>
    /// <param name="own">The command that started this process.</param>
    /// <param name="options">The options for the server.</param>
    /// <param name="isShared">Whether others start it on their machines: then it is the name alone, if PATH leads to this program.</param>
    public static HostCommand OfProcess(IReadOnlyList<string> own, HostPlaces places, IReadOnlyList<string> options, bool isShared = false)
    {
        var folders = own[^1].Split('/', '\\')[..^1];
        if (folders.Contains(NpmCache))
            // On Windows, npx is a script, which only a shell starts.
            return places.System == AgentSystem.Windows
                ? new(WindowsShell, [ShellOption, Npx, "-y", ProgramName, "serve", .. options])
                : new(Npx, ["-y", ProgramName, "serve", .. options]);
        if (IsOfDnx(folders))
            return new(Dotnet, [Dnx, PackageName, "--yes", EndOfOptions, "serve", .. options]);
        var ofTool = OfTool(own[^1], places);
        var called = places.FindProgram(ProgramName);
        if (called is null || !IsSame(called, ofTool ?? own[^1]) && !(isShared && IsLauncher(called, own[^1])))
            called = ofTool;
        else if (isShared)
            return Named(ProgramName, isScript: IsScript(called));
        return called is null ? new(own[0], [.. own.Skip(1), "serve", .. options]) : Named(called, IsScript(called));

        HostCommand Named(string file, bool isScript) =>
            isScript ? new(WindowsShell, [ShellOption, file, "serve", .. options]) : new(file, ["serve", .. options]);
    }

    /// <summary>
    /// The file that <c>dotnet tool install</c> makes for people to start, and keeps; null if this is no file of such a tool. An update deletes the
    /// tool's own files, which are in <c>.store</c>.
    /// </summary>
    private static string? OfTool(string file, HostPlaces places)
    {
        var at = Math.Max(
            file.LastIndexOf($"/{ToolStore}/", StringComparison.Ordinal),
            file.LastIndexOf($@"\{ToolStore}\", StringComparison.Ordinal)
        );
        return at < 0
            ? null
            : HostPlaces
                .FilesOf(ProgramName, places.System)
                .Select(name => Path.Combine(file[..at], name))
                .FirstOrDefault(System.IO.File.Exists);
    }

    /// <summary>Whether a program is what npm made to start a package, and the file is of that package.</summary>
    private static bool IsLauncher(string called, string file)
    {
        var folder = $"{Path.DirectorySeparatorChar}node_modules{Path.DirectorySeparatorChar}";
        return file.IndexOf(folder, StringComparison.Ordinal) is >= 0 and var at
            // On Windows it is a script next to the folder, else a link into it.
            && (
                IsScript(called)
                    ? Path.GetDirectoryName(called) == file[..at]
                    : Final(called)?.StartsWith($"{file[..at]}{folder}{ProgramName}{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                        == true
            );
    }

    /// <summary>Whether only a shell of Windows starts a file.</summary>
    private static bool IsScript(string file) => file.EndsWith(".cmd", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether this is a folder of NuGet's cache, such as <c>chatmcpserver.linux-x64/0.1.0/tools/any/linux-x64</c>. An installed tool has the same
    /// folders in one that is called <c>.store</c>.
    /// </summary>
    private static bool IsOfDnx(string[] folders) =>
        !folders.Contains(ToolStore) && Array.FindLastIndex(folders, IsPackage) is >= 0 and var at && folders[at..] is [_, _, "tools", ..];

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

    /// <summary>
    /// How an entry that people write by hand leads to a server: at an address, or in a container. Null if it does neither. What is behind it
    /// cannot be seen.
    /// </summary>
    public static string? ByHand(JsonObject entry)
    {
        foreach (var field in (string[])["url", "httpUrl", "serverUrl", "uri"])
            if (
                entry[field] is JsonValue value
                && value.TryGetValue<string>(out var address)
                && Uri.TryCreate(address, UriKind.Absolute, out var uri)
                && uri.Scheme is "http" or "https"
            )
                return $"a server at {uri.Scheme}://{uri.Authority}";
        return
            Of(entry) is { } command
            && NameOf(command.File) is "docker" or "podman"
            && command.Arguments.Contains("run")
            && command.Arguments.Any(IsImage)
            ? $"a server in a container of {NameOf(command.File)}"
            : null;
    }

    /// <summary>Whether a word is the image of this program, with a registry and a version or without: <c>ghcr.io/me/chat-mcp-server:1.0</c>.</summary>
    private static bool IsImage(string word) => word[(word.LastIndexOf('/') + 1)..].Split(':', '@')[0] == ProgramName;

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
            (WindowsShell, _) when IsInShell => 2,
            (WindowsShell, [ShellOption or "/C", Npx, .. var words]) => 2 + BehindPackage(words, ProgramName),
            _ => null,
        };

    private bool IsOnRuntime => NameOf(File) == Dotnet && Arguments is [var file, ..] && NameOf(file) == ProgramName;

    private bool IsInShell =>
        NameOf(File) == WindowsShell && Arguments is [ShellOption or "/C", var file, ..] && NameOf(file) == ProgramName;

    /// <summary>Whether it names a file of this machine, which another one may not have.</summary>
    public bool IsOfThisMachine => Server.AsSpan().ContainsAny('/', '\\');

    /// <summary>The file of the server, or the program that fetches it, as it is named here.</summary>
    public string Server =>
        IsOnRuntime ? Arguments[0]
        : IsInShell ? Arguments[1]
        : File;

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
    public string? FindServer(HostPlaces places) => IsOnRuntime ? Server : places.FindProgram(Server);

    /// <summary>Whether another command starts the same file.</summary>
    public bool StartsSameFile(HostCommand other, HostPlaces places) =>
        IsFetched == other.IsFetched && FindServer(places) is { } mine && other.FindServer(places) is { } others && IsSame(mine, others);

    /// <summary>Whether another program fetches the server and starts it.</summary>
    private bool IsFetched => Before > 0 && !IsOnRuntime && !IsInShell;

    private static bool IsSame(string path, string other) => Final(path) is { } file && file == Final(other);

    /// <summary>The file at the end of the links; null if they cannot be followed.</summary>
    private static string? Final(string path)
    {
        try
        {
            return Path.GetFullPath(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);
        }
        catch (IOException)
        {
            return null;
        }
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
