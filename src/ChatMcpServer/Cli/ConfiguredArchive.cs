using System.CommandLine;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;

namespace ChatMcpServer.Cli;

/// <summary>The archive that the options name, for a verb that works on it.</summary>
internal sealed class ConfiguredArchive : IDisposable
{
    /// <exception cref="ChatSessionException">An option is not of the form that it must have, or there is to be no archive.</exception>
    public ConfiguredArchive(GlobalOptions options, ParseResult flags)
    {
        options.ReadLogLevel(flags);
        var read = options.Read(flags);
        read.Validate();
        Path = System.IO.Path.GetFullPath(
            read.ArchivePath
                ?? throw new ChatSessionException(
                    ChatSessionError.InvalidArgument,
                    "The archive is turned off by --archive or CHAT_MCP_ARCHIVE. Pass --archive PATH to use one."
                )
        );
        Owners = new ArchiveOwners(read.LlamaCloud).Of(Caller.Local);
        Archive = SessionArchive.Open(Path);
    }

    public ISessionArchive Archive { get; }

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    /// <summary>The path as it may stand in a line.</summary>
    public string Name => OutgoingText.ShowName(Path);

    /// <summary>Whose sessions are the user's to see: those imported, and those of the configured key and project.</summary>
    public IReadOnlyList<string> Owners { get; }

    /// <summary>Checks that there is an archive: a slip in the path must not look like an archive in order.</summary>
    /// <exception cref="ChatSessionException">There is none.</exception>
    public async Task MustExistAsync(CancellationToken cancellationToken)
    {
        if (!await Archive.Maintenance.ExistsAsync(cancellationToken))
            throw new ChatSessionException(
                ChatSessionError.NotFound,
                $"No archive at {Name}. It is created when the first session is saved; pass --archive PATH to use another."
            );
    }

    public void Dispose() => Archive.Dispose();
}
