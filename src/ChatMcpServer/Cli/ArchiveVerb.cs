using ChatSessions.Importing;

namespace ChatMcpServer.Cli;

internal sealed class ArchiveVerb(GlobalOptions options, Terminal terminal, ImportFormats formats)
    : ParentVerb(
        "archive",
        "Maintain the archive: show its size, verify, compact, delete from, export, reread or copy it.",
        [
            new ArchiveStatsVerb(options, terminal),
            new ArchiveVerifyVerb(options, terminal),
            new ArchiveCompactVerb(options, terminal),
            new ArchiveDeleteVerb(options, terminal),
            new ArchiveExportVerb(options, terminal),
            new ArchiveRereadVerb(options, terminal, formats),
            new ArchiveCopyVerb(options, terminal),
        ]
    );
