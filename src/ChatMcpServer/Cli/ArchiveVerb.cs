using System.CommandLine;
using ChatSessions.Importing;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>The parent of the <c>archive</c> subcommands; does nothing by itself.</summary>
internal sealed class ArchiveVerb : Verb
{
    public ArchiveVerb(GlobalOptions options, Terminal terminal, ImportFormats formats)
        : base("archive", "Maintain the archive: show its size, verify, compact, delete from, export, reread or copy it.")
    {
        Verb[] verbs =
        [
            new ArchiveStatsVerb(options, terminal),
            new ArchiveVerifyVerb(options, terminal),
            new ArchiveCompactVerb(options, terminal),
            new ArchiveDeleteVerb(options, terminal),
            new ArchiveExportVerb(options, terminal),
            new ArchiveRereadVerb(options, terminal, formats),
            new ArchiveCopyVerb(options, terminal),
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
            $"Missing subcommand. Use one of {string.Join(", ", Subcommands.Select(verb => verb.Name))}; "
                + "`chat-mcp-server archive --help` describes them."
        );
}
