using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using ChatSessions;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>Options of the server that are in the entries of assistants, or are to be: whether it takes them, and what they name.</summary>
internal static partial class ServerOptions
{
    private const string Serve = "serve";

    /// <summary>
    /// Refuses what the server would refuse. Variables of this process do not count, since a host starts the server with its own; a key may be
    /// among those.
    /// </summary>
    /// <exception cref="ChatSessionException">It says what is wrong.</exception>
    public static void Check(IReadOnlyList<string> words)
    {
        if (words.Any(word => word == "--http" || word.StartsWith("--http=", StringComparison.Ordinal)))
            throw Invalid(
                "Assistants start a server over stdio, so --http cannot be installed. docs/configure.md has the entries for HTTP."
            );
        var (_, serve, parsed) = Parse(words, name => name == LlamaCloudFlags.KeyVariable ? "key" : null);
        if (parsed.Errors.Count > 0)
            throw Invalid($"The server does not take this: {parsed.Errors[0].Message.TrimEnd('.')}. See `chat-mcp-server serve --help`.");
        if (parsed.Action is HelpAction or CommandLine.HelpWithExamples)
            throw Invalid("The server does not take --help: it would print its help, and end. See `chat-mcp-server serve --help`.");
        serve.Check(parsed);
    }

    /// <summary>Why the server would not start with these words; null if it would.</summary>
    public static string? WhyRefused(IReadOnlyList<string> words)
    {
        try
        {
            Check(words);
            return null;
        }
        catch (ChatSessionException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The agents whose sessions a server imports that has these words and variables; empty if none, or if it would not start.</summary>
    public static IReadOnlySet<string> Agents(IReadOnlyList<string> words, Func<string, string?> variables)
    {
        try
        {
            var (options, _, parsed) = Parse(words, variables);
            return options.Server.Agents(parsed, options.ArchivePath(parsed)) ?? new HashSet<string>();
        }
        catch (ChatSessionException)
        {
            return new HashSet<string>();
        }
    }

    /// <summary>The files and folders that the words name, with their options.</summary>
    public static IReadOnlyList<(string Option, string Path)> Paths(IReadOnlyList<string> words)
    {
        var (options, _, parsed) = Parse(words, _ => null);
        return
        [
            .. from option in options.PathOptions
            where parsed.GetResult(option) is OptionResult
            from token in ((OptionResult)parsed.GetResult(option)!).Tokens
            where IsFile(token.Value)
            select (option, token.Value),
        ];
    }

    /// <summary>What the words name and this machine does not have, as sentences.</summary>
    public static IEnumerable<string> Missing(IReadOnlyList<string> words)
    {
        // A host may put the value of a variable into it, and knows the folder that it is relative to.
        foreach (var (option, path) in Paths(words).Where(one => Path.IsPathFullyQualified(one.Path) && !HasVariable(one.Path)))
            if (option == "--archive" && Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder))
                yield return $"There is no folder {folder} for {option} yet; the server makes it when it saves a session. Check the path.";
            else if (option != "--archive" && !Path.Exists(path))
                yield return $"There is no file or folder {path}, which {option} names. Check the path.";
    }

    /// <summary>Whether a path option names a file: not a word such as <c>none</c>, unless there is such a file, nor the address of a server.</summary>
    public static bool IsFile(string path) => !SessionArchive.IsServer(path) && (path != GlobalOptions.None || Path.Exists(path));

    /// <summary>Whether some assistants put the value of a variable into a word of an entry.</summary>
    public static bool HasVariable(string word) => Variable.IsMatch(word);

    private static (GlobalOptions Options, ServeVerb Serve, ParseResult Parsed) Parse(
        IReadOnlyList<string> words,
        Func<string, string?> variables
    )
    {
        var options = new GlobalOptions(variables);
        var serve = new ServeVerb(options);
        var rest = words is [Serve, ..] ? words.Skip(1) : words;
        return (options, serve, CommandLine.Root(options, [serve]).Parse([serve.Name, .. rest], CommandLine.Reading));
    }

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);

    /// <summary><c>${HOME}</c>, <c>$HOME</c>, or <c>{env:HOME}</c> and <c>{file:…}</c> of opencode.</summary>
    [GeneratedRegex(@"\$\{|\$[A-Za-z_]|\{(env|file):")]
    private static partial Regex Variable { get; }
}
