using System.CommandLine;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Recorded;

namespace ChatMcpServer.Cli;

internal sealed class ArchiveVerifyVerb : Verb
{
    private const int LongestProblem = 1_000;

    /// <summary>After this, a terminal shows that the check is still running.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public ArchiveVerifyVerb(GlobalOptions options, Terminal terminal)
        : base("verify", "Check the whole archive, and print a line for each problem.")
    {
        this.options = options;
        this.terminal = terminal;
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["archive verify"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        using var configured = new ConfiguredArchive(options, flags);
        await configured.MustExistAsync(cancellationToken);
        var archive = configured.Archive.Maintenance;
        var verifying = archive.VerifyAsync(cancellationToken);
        if (terminal.Width is not null && await Task.WhenAny(verifying, Task.Delay(Patience, cancellationToken)) != verifying)
            terminal.Remark($"Verifying {Numbers.Size(await archive.MeasureAsync(cancellationToken))}. This can take a minute per GB…");
        var problems = await verifying;
        foreach (var problem in problems)
            terminal.Out.WriteLine(OutgoingText.ShowLine(Named(problem, configured, flags), LongestProblem));
        if (problems.Count > 0)
        {
            var export = options.Command(flags, "archive", "export", "DIR", "--raw", "--owner", "all");
            terminal.Remark(
                $"{Numbers.Count(problems.Count, "problem")} in {configured.Name}."
                    + (await CanExportAsync(archive, cancellationToken) ? $" `{export}` saves the sessions that are intact." : "")
            );
            return CommandLine.Failed;
        }
        var shares = await configured.Archive.SharesAsync(cancellationToken);
        terminal.Out.WriteLine(
            $"ok: {Numbers.Count(shares.Sum(share => share.Sessions), "session")} with "
                + $"{Numbers.Count(shares.Sum(share => share.Events), "event")}, {Numbers.Size(await archive.MeasureAsync(cancellationToken))} in {configured.Name}"
        );
        return 0;
    }

    /// <summary>Says whose it is, unless it is the caller's own, and how to delete a session that only <c>--owner</c> deletes.</summary>
    private string Named(ArchiveProblem problem, ConfiguredArchive configured, ParseResult flags) =>
        problem.Owner is not { } owner || configured.Owners.Contains(owner) ? problem.Says
        : problem.SessionId is not { } id ? $"Of the owner {owner}: {problem.Says}"
        : $"Of the owner {owner}: {problem.Says} `{options.Command(flags, "archive", "delete", id, "--owner", owner)}` deletes it.";

    /// <summary>Whether an export begins: of a file that is empty or cannot be opened, nothing can be saved.</summary>
    private static async Task<bool> CanExportAsync(IArchiveMaintenance archive, CancellationToken cancellationToken)
    {
        try
        {
            await using var sessions = archive
                .ExportAsync(ArchiveOwners.Local, _ => { }, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            await sessions.MoveNextAsync();
            return await archive.MeasureAsync(cancellationToken) > 0;
        }
        catch (ChatSessionException)
        {
            return false;
        }
    }
}
