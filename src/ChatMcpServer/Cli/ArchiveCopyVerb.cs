using System.CommandLine;
using ChatMcpServer.Hosting;
using ChatSessions;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatMcpServer.Cli;

/// <summary>Copies an archive into another.</summary>
internal sealed class ArchiveCopyVerb : Verb
{
    private const string Wanted = "Pass two archives: the one to copy from, and the one to copy to.";

    private readonly Argument<string> source = new("from") { Description = "An archive: a file, or postgres://…" };
    private readonly Argument<string> target = new("to") { Description = "Another archive; created if it does not exist" };
    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ArchiveCopyVerb(GlobalOptions options, Terminal terminal)
        : base("copy", "Copy everything in an archive into another, of all owners; what that has already is passed.")
    {
        this.options = options;
        this.terminal = terminal;
        Add(source);
        Add(target);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["archive copy ~/.local/share/chat-mcp-server/archive.db postgres://chat@db/chats"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var (read, written) = (flags.GetRequiredValue(source), flags.GetRequiredValue(target));
        foreach (var place in (string[])[read, written])
            if ((place == GlobalOptions.None ? "'none' is no archive." : SessionArchive.Fault(place)) is { } fault)
                throw new ChatSessionException(ChatSessionError.InvalidArgument, $"{fault} {Wanted}");
        var (from, to) = (NameOf(read), NameOf(written));
        if (from == to)
            throw new ChatSessionException(ChatSessionError.InvalidArgument, $"{from} cannot be copied into itself. Name another archive.");
        using var had = SessionArchive.Open(read, options.Secrets(flags));
        using var made = SessionArchive.Open(written, options.Secrets(flags));
        if (!await had.Maintenance.ExistsAsync(cancellationToken))
            throw new ChatSessionException(ChatSessionError.NotFound, $"No archive at {from}. Name the one to copy from first.");
        using var signals = new StopSignals(cancellationToken);
        var (reached, broken) = (new CopyProgress(0, 0, 0), 0);
        try
        {
            await foreach (var progress in new ArchiveCopy(had, made, TimeProvider.System).RunAsync(Leave, signals.Token))
            {
                reached = progress;
                var done = progress.Had + progress.Copied;
                terminal.Progress?.Show(progress.All > 0 ? (double)done / progress.All : 1, Numbers.Count(done, "session"));
            }
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            Summarize();
            terminal.Remark("Stopped. What was copied is saved; run the same command to continue.");
            return CommandLine.Interrupted;
        }
        Summarize();
        return broken > 0 ? CommandLine.Failed : 0;

        void Leave(ChatSessionException reason)
        {
            broken++;
            terminal.Remark($"Not copied: {reason.Message}");
        }

        void Summarize()
        {
            terminal.Progress?.Clear();
            terminal.Out.WriteLine(
                $"{Numbers.Count(reached.Copied, "session")} copied from {from} to {to}, which had {Numbers.Count(reached.Had)} of {Numbers.Count(reached.All)}."
            );
        }
    }

    private static string NameOf(string place) =>
        OutgoingText.ShowName(SessionArchive.IsServer(place) ? SessionArchive.Show(place) : Path.GetFullPath(place));
}
