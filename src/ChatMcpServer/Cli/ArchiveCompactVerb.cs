using System.CommandLine;

namespace ChatMcpServer.Cli;

/// <summary>Shrinks the archive file to the size of its content.</summary>
internal sealed class ArchiveCompactVerb : Verb
{
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ArchiveCompactVerb(GlobalOptions options, Terminal terminal)
        : base(
            "compact",
            "Return the space of deleted sessions to the disk, and read words again that an earlier version saved. Needs as much free space as the file takes."
        )
    {
        this.options = options;
        this.terminal = terminal;
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["archive compact"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        using var configured = new ConfiguredArchive(options, flags);
        await configured.MustExistAsync(cancellationToken);
        var before = await configured.Archive.Maintenance.MeasureAsync(cancellationToken);
        await configured.Archive.Maintenance.CompactAsync(cancellationToken);
        // SQLite removes its -wal and -shm files when the last connection closes.
        configured.Dispose();
        var after = await configured.Archive.Maintenance.MeasureAsync(cancellationToken);
        terminal.Out.WriteLine($"Compacted {configured.Name}: {Numbers.Size(before)} before, {Numbers.Size(after)} now.");
        if (configured.IsServer)
            terminal.Remark("PostgreSQL keeps the freed space for later sessions.");
        else if (after > before)
            terminal.Remark("Another process has the file open. It will shrink when that process ends.");
        return 0;
    }
}
