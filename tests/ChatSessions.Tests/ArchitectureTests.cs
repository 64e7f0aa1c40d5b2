using System.Text.RegularExpressions;
using Xunit;

namespace ChatSessions.Tests;

/// <summary>Which folder may know which, read from the <c>using</c> lines of the code: a folder is a namespace.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>
    /// The folders of the library, each with those that it may know. Every folder may know only ones listed above it, so there is no circle.
    /// The root, which joins them, may know all.
    /// </summary>
    private static readonly (string Folder, string[] Knows)[] Library =
    [
        ("Model", []),
        ("Json", ["Model"]),
        ("Tokens", []),
        ("Words", []),
        ("Redaction", ["Model"]),
        ("Recorded", ["Model", "Json", "Redaction"]),
        ("Analysis", ["Model", "Json"]),
        ("Messages", ["Model", "Json", "Recorded"]),
        ("Condensing", ["Model", "Json", "Tokens", "Words", "Recorded", "Analysis"]),
        ("ToolCalls", ["Model", "Words", "Recorded", "Analysis"]),
        ("Reviewing", ["Model", "Words", "Recorded", "Analysis", "Condensing"]),
        ("Search", ["Model", "Json", "Words", "Recorded", "Analysis"]),
        ("Sources", ["Model", "Json", "Words", "Recorded"]),
        ("Following", ["Model", "Sources"]),
        ("Archive", ["Model", "Json", "Redaction", "Recorded", "Search", "Sources"]),
        ("Importing", ["Model", "Json", "Redaction", "Messages", "Sources", "Archive"]),
    ];

    /// <summary>The same for the folders of the server.</summary>
    private static readonly (string Folder, string[] Knows)[] Server =
    [
        ("Answers", []),
        ("Mcp", ["Answers"]),
        ("Hosting", ["Mcp"]),
        ("Installing", []),
        ("Cli", ["Answers", "Mcp", "Hosting", "Installing"]),
    ];

    private static readonly string[] Engines = ["Sqlite", "Postgres"];

    [Fact]
    public void A_folder_of_the_server_knows_only_those_below_it()
    {
        Assert.Equal(Server.Select(one => one.Folder).Order(), Folders("src/ChatMcpServer").Order());
        for (var index = 0; index < Server.Length; index++)
            Assert.Subset(Server[..index].Select(one => one.Folder).ToHashSet(), Server[index].Knows.ToHashSet());
        Assert.Empty(Forbidden("src/ChatMcpServer", "ChatMcpServer", Server.ToDictionary(one => one.Folder, one => one.Knows)));
    }

    [Fact]
    public void A_folder_of_the_library_knows_only_those_below_it()
    {
        Assert.Equal(Library.Select(one => one.Folder).Order(), Folders("src/ChatSessions").Order());
        for (var index = 0; index < Library.Length; index++)
            Assert.Subset(Library[..index].Select(one => one.Folder).ToHashSet(), Library[index].Knows.ToHashSet());
        Assert.Empty(Forbidden("src/ChatSessions", "ChatSessions", Library.ToDictionary(one => one.Folder, one => one.Knows)));
    }

    [Fact]
    public void The_library_references_no_MCP_and_no_ASP_NET_package()
    {
        var references = typeof(ChatSessionsOptions).Assembly.GetReferencedAssemblies().Select(one => one.Name!);

        Assert.DoesNotContain(references, name => name.StartsWith("ModelContextProtocol") || name.StartsWith("Microsoft.AspNetCore"));
    }

    [Fact]
    public void Only_the_one_door_names_the_engines_that_keep_the_archive()
    {
        var known = Code("src")
            .Where(file => !Engines.Any(engine => file.Name.StartsWith($"src/ChatSessions/Archive/{engine}/")))
            .Where(file => Engines.Any(engine => file.Text.Contains($"{engine}Archive") || file.Text.Contains($"Archive.{engine}")))
            .Select(file => file.Name);

        Assert.Equal(["src/ChatSessions/SessionArchive.cs"], known);
    }

    /// <summary>The analyzer CA1305 does not see these. Hexadecimal numbers look the same in every culture.</summary>
    [Fact]
    public void Numbers_and_dates_in_the_texts_of_the_library_do_not_depend_on_the_culture()
    {
        var found =
            from file in Code("src/ChatSessions")
            from Match formatted in Formatted.Matches(file.Text)
            let statement = file.Text[(file.Text.LastIndexOf(';', formatted.Index) + 1)..formatted.Index]
            where !statement.Contains("CultureInfo.InvariantCulture")
            select $"{file.Name}: {formatted}";

        Assert.Empty(found);
    }

    private static IEnumerable<(string Name, string Text)> Code(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Select(file => (Path.GetRelativePath(Root, file).Replace('\\', '/'), File.ReadAllText(file)));

    private static IEnumerable<string> Folders(string project) =>
        Directory
            .GetDirectories(Path.Combine(Root, project))
            .Where(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Any())
            .Select(folder => Path.GetFileName(folder))
            .Where(folder => folder is not ("bin" or "obj"));

    /// <summary>The files that know a folder which theirs may not know.</summary>
    private static IEnumerable<string> Forbidden(string project, string name, Dictionary<string, string[]> allowed) =>
        from folder in Folders(project)
        from file in Directory.EnumerateFiles(Path.Combine(Root, project, folder), "*.cs", SearchOption.AllDirectories)
        from Match known in Using.Matches(File.ReadAllText(file))
        where known.Groups["project"].Value == name
        let other = known.Groups["folder"].Value
        where other != folder && !allowed[folder].Contains(other)
        select $"{Path.GetRelativePath(Root, file)} knows {other}";

    internal static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "ChatMcpServer.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);

    /// <summary>A place in an interpolated string with the format of a number or a date, such as <c>{count:N0}</c>.</summary>
    [GeneratedRegex(@"\{[^{}""\n]*[\w)\]]:(?:N\d|[CEFGPR]\d?|[0#][0#.,]*|[dDtTmMyYuUgGsO]|[^{}""\n]*yy[^{}""\n]*)\}")]
    private static partial Regex Formatted { get; }

    /// <summary>A using line, or a name written out from its root.</summary>
    [GeneratedRegex(@"\b(?<project>ChatSessions|ChatMcpServer)\.(?<folder>[A-Z]\w*)\b(?!\.(cs|sln))")]
    private static partial Regex Using { get; }
}
