using System.CommandLine;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>The parent of what assistants call at moments of a session; does nothing by itself.</summary>
internal sealed class HookVerb : Verb
{
    public HookVerb(GlobalOptions options, Terminal terminal)
        : base("hook", "Answer a hook of an assistant, which passes it as JSON on standard input.")
    {
        Add(new HookSessionStartVerb(options, terminal));
        SetAction(Refuse);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hook session-start"];

    private int Refuse(ParseResult flags) =>
        throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"Missing subcommand. Use {string.Join(", ", Subcommands.Select(verb => verb.Name))}; `chat-mcp-server hook --help` describes it."
        );
}
