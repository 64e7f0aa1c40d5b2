using System.CommandLine;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>A verb that has subcommands, and does nothing by itself.</summary>
internal abstract class ParentVerb : Verb
{
    /// <param name="verbs">The subcommands, in the order of the help.</param>
    protected ParentVerb(string name, string description, IReadOnlyList<Verb> verbs)
        : base(name, description)
    {
        foreach (var verb in verbs)
            Add(verb);
        SetAction(Refuse);
        Examples = [.. verbs.Select(verb => verb.Examples[0])];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; }

    private int Refuse(ParseResult flags)
    {
        var names = string.Join(", ", Subcommands.Select(verb => verb.Name));
        var (one, them) = Subcommands.Count == 1 ? ("", "it") : ("one of ", "them");
        throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"Missing subcommand. Use {one}{names}; `chat-mcp-server {Name} --help` describes {them}."
        );
    }
}
