using System.CommandLine;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>Looks after the archive. Each thing that can be done with it is a verb below this one.</summary>
internal sealed class ArchiveVerb : Verb
{
    public ArchiveVerb(GlobalOptions options, Terminal terminal)
        : base("archive", "Look after the archive: see what it holds, verify or compact it, delete from it, export it.")
    {
        Verb[] verbs =
        [
            new ArchiveStatsVerb(options, terminal),
            new ArchiveVerifyVerb(options, terminal),
            new ArchiveCompactVerb(options, terminal),
            new ArchiveDeleteVerb(options, terminal),
            new ArchiveExportVerb(options, terminal),
        ];
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
            $"What to do with the archive? Add one of {string.Join(", ", Subcommands.Select(verb => verb.Name))}; "
                + "`chat-mcp-server archive --help` tells what each does."
        );
}
