using System.CommandLine;
using ChatMcpServer.Hosting;
using ChatSessions.Archive;
using ChatSessions.Model;
using ChatSessions.Sources;
using ChatSessions.Sources.LlamaCloud;

namespace ChatMcpServer.Cli;

internal sealed class SyncVerb : Verb
{
    /// <summary>Long, because no client waits here, and a large session may be slow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly GlobalOptions options;
    private readonly Terminal terminal;

    public SyncVerb(GlobalOptions options, Terminal terminal)
        : base("sync", "Copy new and changed sessions from LlamaCloud into the archive.")
    {
        this.options = options;
        this.terminal = terminal;
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["sync", "sync --project-id 01234567-89ab-cdef-0123-456789abcdef"];

    private async Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var settings = options.Read(flags);
        settings.Validate();
        if (settings.LlamaCloud is not { } configured)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                "No LlamaCloud API key. Set LLAMA_CLOUD_API_KEY, or pass --api-key-file PATH."
            );
        using var archive = new ConfiguredArchive(options, flags);
        var llamaCloud = configured with { MaxBodyBytes = settings.MaxSessionBytes, TryTimeout = Patience, Patience = Patience };
        var logLevel = options.ReadLogLevel(flags);
        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(logLevel).AddProvider(StderrLogger.AtOnce(logLevel)))
            .AddLlamaCloud(llamaCloud)
            .BuildServiceProvider();
        using var signals = new StopSignals(cancellationToken);
        var source = services.GetRequiredService<LlamaCloudSource>();
        var owner = ArchiveOwners.LlamaCloud(llamaCloud, Caller.Local);
        var sync = new ArchiveSync(source, archive.Archive, owner, TimeProvider.System);

        SyncProgress? reached = null;
        ChatSessionException? failed = null;
        var isSilenceTold = false;
        try
        {
            await foreach (
                var progress in sync.RunAsync(Caller.Local, problem => terminal.Fail(problem.Message), Wait, TellSilence, signals.Token)
            )
            {
                (reached, failed) = (progress, null);
                terminal.Progress?.Show(
                    progress.Changed > 0 ? (double)progress.Done / progress.Changed : 1,
                    $"{Numbers.Count(progress.Done)} of {Numbers.Count(progress.Changed, "session")}"
                );
            }
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            Summarize(reached, source.Name, archive.Name);
            var reason = failed is null ? "" : $" {failed.Message}";
            terminal.Remark($"Stopped.{reason} Synced sessions are saved; run the same command to continue.");
            return CommandLine.Interrupted;
        }
        catch (ChatSessionException exception) when (reached is not null)
        {
            Summarize(reached, source.Name, archive.Name);
            terminal.Remark($"{exception.Message} Synced sessions are saved; run the same command to continue.");
            return CommandLine.Failed;
        }
        Summarize(reached, source.Name, archive.Name);
        return reached is { Broken: > 0 } ? CommandLine.Failed : 0;

        void Wait(ChatSessionException reason)
        {
            failed = reason;
            terminal.Remark($"{reason.Message} It is tried again in a minute.");
            isSilenceTold = false;
        }

        void TellSilence()
        {
            // Of a slow connection, every large session would say it.
            if (!isSilenceTold)
                terminal.Remark(
                    $"{source.Name} has not answered for {ArchiveSync.LongSilence.TotalSeconds:0} seconds. "
                        + $"The sync waits up to {Patience.TotalMinutes:0} minutes for an answer; Ctrl+C stops it."
                );
            isSilenceTold = true;
        }
    }

    private void Summarize(SyncProgress? reached, string source, string archive)
    {
        terminal.Progress?.Clear();
        if (reached is null)
            return;
        terminal.Out.WriteLine(
            $"{source} lists {Numbers.Count(reached.Listed, "session")}, {Numbers.Count(reached.Changed)} new or changed. "
                + $"{Numbers.Count(reached.Added)} added to {archive}, {Numbers.Count(reached.Replaced)} replaced."
        );
        if (reached.Gone > 0)
            terminal.Out.WriteLine($"{Numbers.Count(reached.Gone, "session")} deleted at LlamaCloud during the sync.");
        if (reached.Broken > 0)
            terminal.Out.WriteLine($"{Numbers.Count(reached.Broken, "session")} failed.");
    }
}
