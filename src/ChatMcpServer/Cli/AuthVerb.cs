using System.CommandLine;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>The parent of the <c>auth</c> subcommands; does nothing by itself.</summary>
internal sealed class AuthVerb : Verb
{
    /// <summary>The file of tokens if none is passed.</summary>
    public static string DefaultFile =>
        Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "chat-mcp-server",
            "tokens.json"
        );

    public AuthVerb(Terminal terminal)
        : base("auth", "Make, list and revoke the tokens of an HTTP server's callers.")
    {
        var file = Flags.Text("--auth-file", "FILE", "The file of tokens. Default: chat-mcp-server/tokens.json in the user's data folder");
        file.Recursive = true;
        Add(file);
        Verb[] verbs = [new AuthAddVerb(file, terminal), new AuthListVerb(file, terminal), new AuthRevokeVerb(file, terminal)];
        foreach (var verb in verbs)
            Add(verb);
        SetAction(Refuse);
        Examples = [.. verbs.Select(verb => verb.Examples[0])];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; }

    private int Refuse(ParseResult flags) =>
        throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"Missing subcommand. Use one of {string.Join(", ", Subcommands.Select(verb => verb.Name))}; "
                + "`chat-mcp-server auth --help` describes them."
        );
}
