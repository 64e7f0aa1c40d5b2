using System.CommandLine;

namespace ChatMcpServer.Cli;

internal sealed class AuthVerb : ParentVerb
{
    public AuthVerb(Terminal terminal)
        : this(
            Flags.Text("--auth-file", "FILE", "The file of tokens. Default: chat-mcp-server/tokens.json in the user's data folder"),
            terminal
        ) { }

    private AuthVerb(Option<string> file, Terminal terminal)
        : base(
            "auth",
            "Make, list and revoke the tokens of an HTTP server's callers.",
            [new AuthAddVerb(file, terminal), new AuthListVerb(file, terminal), new AuthRevokeVerb(file, terminal)]
        )
    {
        file.Recursive = true;
        Add(file);
    }

    /// <summary>Another command of this verb, on the same file.</summary>
    public static string Command(ParseResult flags, Option<string> file, params string[] arguments) =>
        Shell.Command(["auth", .. arguments, .. flags.GetValue(file) is { } path ? (string[])[file.Name, path] : []]);

    /// <summary>The file of tokens if none is passed.</summary>
    public static string DefaultFile =>
        Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "chat-mcp-server",
            "tokens.json"
        );
}
