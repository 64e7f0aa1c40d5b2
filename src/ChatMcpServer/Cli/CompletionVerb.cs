using System.CommandLine;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>Prints what makes a shell complete this program's words.</summary>
internal sealed class CompletionVerb : Verb
{
    private readonly Argument<string> shell = new("shell") { Description = string.Join(", ", CompletionScripts.Shells) };
    private readonly Terminal terminal;

    public CompletionVerb(Terminal terminal)
        : base("completion", "Print a script that makes a shell complete commands, options, session ids and tool names.")
    {
        this.terminal = terminal;
        Add(shell);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        [
            "completion bash > ~/.local/share/bash-completion/completions/chat-mcp-server",
            "completion zsh > ~/.zfunc/_chat-mcp-server",
            "completion fish > ~/.config/fish/completions/chat-mcp-server.fish",
            "completion powershell >> $PROFILE",
        ];

    private int Run(ParseResult flags)
    {
        var name = flags.GetRequiredValue(shell);
        terminal.Out.Write(
            CompletionScripts.Find(name)
                ?? throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    $"There is no script for the shell '{name}'. Use {string.Join(", ", CompletionScripts.Shells.SkipLast(1))} or {CompletionScripts.Shells[^1]}."
                )
        );
        return 0;
    }
}
