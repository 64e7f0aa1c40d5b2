using System.CommandLine;
using ChatMcpServer.Hosting;
using ChatSessions.Archive;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatMcpServer.Cli;

/// <summary>Reads what imported sessions were made of again, with the importers of this version.</summary>
internal sealed class ArchiveRereadVerb : Verb, IProgress<RereadProgress>
{
    private const int LongestReason = 1_000;

    private readonly Argument<string[]> sessions = new("session")
    {
        Description = "Ids of imported sessions; without ids, all",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<string> owner = Flags.Owner("local, the user of this machine");
    private readonly GlobalOptions options;
    private readonly Terminal terminal;
    private readonly ImportFormats formats;

    public ArchiveRereadVerb(GlobalOptions options, Terminal terminal, ImportFormats formats)
        : base("reread", "Make imported sessions again of their kept originals, as this version reads them.")
    {
        this.options = options;
        this.terminal = terminal;
        this.formats = formats;
        Add(sessions);
        Add(owner);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["archive reread", "archive reread ses-abc123", "archive reread --owner all"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        using var configured = new ConfiguredArchive(options, flags);
        await configured.MustExistAsync(cancellationToken);
        var owners = await OwnersAsync(configured, flags, cancellationToken);
        // On a signal, the batch that is being saved is finished first.
        using var signals = new StopSignals(cancellationToken);
        var done = new RereadProgress();
        foreach (var of in owners)
        {
            var reread = new ArchiveReread(configured.Archive, of, TimeProvider.System, options.MaxSessionBytes(flags), formats);
            done = await reread.RunAsync(flags.GetValue(sessions) ?? [], Tell, this, signals.Token);
            if (owners.Count > 1)
                terminal.Out.WriteLine($"{OutgoingText.ShowName(of)}:");
            foreach (var line in Summary(done, configured.Name))
                terminal.Out.WriteLine(line);
            if (done.IsStopped)
                break;
        }
        if (!done.IsStopped)
            return 0;
        terminal.Remark("Stopped. What was replaced is saved; run the same command to continue.");
        return CommandLine.Interrupted;
    }

    /// <summary>The owners whose sessions were imported, of those that are asked for.</summary>
    private async Task<IReadOnlyList<string>> OwnersAsync(
        ConfiguredArchive configured,
        ParseResult flags,
        CancellationToken cancellationToken
    )
    {
        if (flags.GetValue(owner) is null)
            return [ArchiveOwners.Local];
        List<string> owners =
        [
            .. (await configured.OwnersAsync(flags, owner, cancellationToken)).Where(of => !ArchiveOwners.IsOfLlamaCloud(of)),
        ];
        return owners.Count > 1 && flags.GetValue(sessions) is { Length: > 0 }
            ? throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"Sessions and {owner.Name} all do not go together. Name the sessions' owner, or leave the sessions out."
            )
            : owners;
    }

    void IProgress<RereadProgress>.Report(RereadProgress value) =>
        terminal.Progress?.Show(
            value.Originals > 0 ? (double)value.OriginalsDone / value.Originals : 0,
            $"{Numbers.Count(value.OriginalsDone)} of {Numbers.Count(value.Originals, "original")}"
        );

    private void Tell(RereadSession session)
    {
        var id = OutgoingText.ShowName(session.SessionId);
        if (session.Reason is { } reason)
            terminal.Remark($"Left as it is: session '{id}', since {OutgoingText.ShowLine(reason.TrimEnd('.'), LongestReason)}.");
        else
            terminal.Out.WriteLine(
                $"{(session.IsNew ? "New" : "Replaced")}: session '{id}', {Numbers.Count(session.Events ?? 0, "event")}"
                    + (
                        session.EventsBefore is { } before ? $", {Numbers.Count(before)} before"
                        : session.IsNew ? ""
                        : "; it was damaged"
                    )
            );
    }

    private static IEnumerable<string> Summary(RereadProgress done, string archive)
    {
        yield return (done.Added, done.Replaced) switch
        {
            (0, 0) => $"Nothing changed in {archive}.",
            (0, var replaced) => $"{Numbers.Count(replaced, "session")} replaced in {archive}.",
            (var added, 0) => $"{Numbers.Count(added, "session")} added to {archive}.",
            var (added, replaced) => $"{Numbers.Count(replaced, "session")} replaced in and {Numbers.Count(added)} added to {archive}.",
        };
        if (done.Unchanged > 0)
            yield return $"The same as before: {Numbers.Count(done.Unchanged, "session")}.";
        if (done.NotKept > 0)
            yield return $"Left as they are, since their originals were not kept: {Numbers.Count(done.NotKept, "session")}.";
        if (done.LeftAlone > 0)
            yield return $"Left as they are, for the reasons above: {Numbers.Count(done.LeftAlone, "session")}.";
    }
}
