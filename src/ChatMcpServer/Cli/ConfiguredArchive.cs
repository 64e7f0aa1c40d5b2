using System.CommandLine;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources;

namespace ChatMcpServer.Cli;

/// <summary>The archive from the options, for the verbs that work on it.</summary>
internal sealed class ConfiguredArchive : IDisposable
{
    /// <summary>What names every owner. No owner is called so.</summary>
    private const string AllOwners = "all";

    /// <exception cref="ChatSessionException">An option is invalid, or the archive is turned off.</exception>
    public ConfiguredArchive(GlobalOptions options, ParseResult flags)
    {
        ListOwners = options.Command(flags, "archive", "stats", "--owner", AllOwners);
        options.ReadLogLevel(flags);
        var read = options.Read(flags);
        read.Validate();
        var place =
            read.ArchivePath
            ?? throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                "The archive is turned off by --archive or CHAT_MCP_ARCHIVE. Pass --archive PATH to use one."
            );
        IsServer = SessionArchive.IsServer(place);
        Path = IsServer ? SessionArchive.Show(place) : System.IO.Path.GetFullPath(place);
        Owners = new ArchiveOwners(read.LlamaCloud).Of(Caller.Local);
        Archive = SessionArchive.Open(IsServer ? place : Path, read.Secrets);
    }

    /// <summary>The command that lists the owners.</summary>
    public string ListOwners { get; }

    public ISessionArchive Archive { get; }

    /// <summary>Whether it is a database at a server, and not a file.</summary>
    public bool IsServer { get; }

    /// <summary>The file's path; of a database, its address without the password.</summary>
    public string Path { get; }

    /// <summary>The path, cleaned for output.</summary>
    public string Name => OutgoingText.ShowName(Path);

    /// <summary>The owners whose sessions the user may see: imported ones, and those of the configured key and project.</summary>
    public IReadOnlyList<string> Owners { get; }

    /// <summary>The owners that an option names: by default those whose sessions the user may see.</summary>
    /// <param name="owner">The option; see <see cref="Flags.Owner"/>.</param>
    /// <exception cref="ChatSessionException">The archive has nothing of this owner.</exception>
    public async Task<IReadOnlyList<string>> OwnersAsync(ParseResult flags, Option<string> owner, CancellationToken cancellationToken)
    {
        if (flags.GetValue(owner) is not { } given)
            return Owners;
        var all = await Archive.Maintenance.ListOwnersAsync(cancellationToken);
        return given == AllOwners ? all
            : all.Contains(given) ? [given]
            : throw new ChatSessionException(
                ChatSessionError.NotFound,
                $"The archive {Name} has nothing of the owner '{OutgoingText.ShowName(given)}'. `{ListOwners}` names the owners."
            );
    }

    /// <summary>Checks that the archive exists: a typo in the path must not look like an intact, empty archive.</summary>
    /// <exception cref="ChatSessionException">The archive does not exist.</exception>
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
