using System.CommandLine;
using ChatMcpServer.Hosting;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Sources.Files;

namespace ChatMcpServer.Cli;

/// <summary>Writes the archived sessions into a folder.</summary>
internal sealed class ArchiveExportVerb : Verb
{
    private readonly Argument<string> folder = new("dir") { Description = "The folder; created if it does not exist" };
    private readonly Option<bool> raw = Flags.Raw(
        "Write sessions as they were recorded, with their secrets: for a move to another archive, not to share"
    );
    private readonly Option<string> owner = Flags.Owner("local, the user of this machine, and the owner of what the configured key reads");
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ArchiveExportVerb(GlobalOptions options, Terminal terminal)
        : base("export", "Write each session to its own .json file, without its secrets.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(folder);
        Add(raw);
        Add(owner);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["archive export ~/chat-sessions", "archive export ~/chat-sessions --raw"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var path = flags.GetRequiredValue(folder);
        if (string.IsNullOrWhiteSpace(path))
            throw new ChatSessionException(ChatSessionError.InvalidArgument, "Missing folder. Pass the folder to export to.");
        if (File.Exists(path))
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"{OutgoingText.ShowName(path)} is a file. Pass a folder to export to; it is created if it does not exist."
            );
        using var configured = new ConfiguredArchive(options, flags);
        await configured.MustExistAsync(cancellationToken);
        // On a signal, the session that is being written is finished first.
        using var signals = new StopSignals(cancellationToken);
        var target = new SessionFolder(Path.GetFullPath(path), options.MaxSessionBytes(flags));
        var door = flags.GetValue(raw) ? new OutgoingDoor() : options.Door(flags);
        var owners = await configured.OwnersAsync(flags, owner, cancellationToken);
        var run = new Export(target, await CountAsync(configured.Archive, owners, cancellationToken), terminal);
        try
        {
            foreach (var one in owners)
            await foreach (var session in configured.Archive.Maintenance.ExportAsync(one, run.Leave, signals.Token))
                run.Write(one, door.Show(session.Session).Session);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            // Reported below, after the summary.
        }
        terminal.Out.WriteLine(run.Summary(OutgoingText.ShowName(Path.GetFullPath(path))));
        if (signals.Token.IsCancellationRequested)
        {
            terminal.Remark("Stopped. All written files are complete; run the same command to continue.");
            return CommandLine.Interrupted;
        }
        return run.Left > 0 ? CommandLine.Failed : 0;
    }

    /// <summary>The number of sessions; 0 if the archive is too damaged to count them.</summary>
    private static async Task<long> CountAsync(ISessionArchive archive, IReadOnlyList<string> owners, CancellationToken cancellationToken)
    {
        try
        {
            var all = 0L;
            foreach (var owner in owners)
                all += (await archive.CountAsync(owner, cancellationToken)).Sessions;
            return all;
        }
        catch (ChatSessionException)
        {
            // The export reports the damage when it reads the sessions.
            return 0;
        }
    }

    /// <summary>A running export and its counts.</summary>
    /// <param name="all">The total number of sessions, for the progress line.</param>
    private sealed class Export(SessionFolder folder, long all, Terminal terminal)
    {
        private readonly Dictionary<FileOutcome, int> done = [];

        public int Left { get; private set; }

        public void Write(string owner, Session session)
        {
            try
            {
                var outcome = folder.Write(owner, session);
                done[outcome] = Of(outcome) + 1;
                terminal.Progress?.Show(Math.Min(1, (double)Exported / all), Numbers.Count(Exported, "session"));
            }
            catch (ChatSessionException foreign) when (foreign.Error == ChatSessionError.InvalidSession)
            {
                Leave(foreign);
            }
        }

        public void Leave(ChatSessionException reason)
        {
            Left++;
            terminal.Remark($"Not exported: {reason.Message}");
        }

        public string Summary(string path) =>
            $"{Numbers.Count(Exported, "session")} exported to {path}: {Of(FileOutcome.Added)} new, "
            + $"{Of(FileOutcome.Replaced)} changed, {Of(FileOutcome.Unchanged)} unchanged.";

        private int Exported => done.Values.Sum();

        private int Of(FileOutcome outcome) => done.GetValueOrDefault(outcome);
    }
}
