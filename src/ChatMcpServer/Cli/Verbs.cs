using ChatSessions.Importing;

namespace ChatMcpServer.Cli;

internal static class Verbs
{
    /// <summary>The verbs in the order of the help; the first is the default.</summary>
    public static Verb[] All(GlobalOptions options, Terminal terminal) =>
        [
            new ServeVerb(options),
            new ShowVerb(options, terminal),
            new ReviewVerb(options, terminal),
            new CompareVerb(options, terminal),
            new ListVerb(options, terminal),
            new CallsVerb(options, terminal),
            new SearchVerb(options, terminal),
            new ImportVerb(options, terminal, ImportFormats.Known),
            new SyncVerb(options, terminal),
            new ArchiveVerb(options, terminal, ImportFormats.Known),
            new AuthVerb(terminal),
            new InstallVerb(options, terminal, TimeProvider.System),
            new UninstallVerb(options, terminal, TimeProvider.System),
            new DoctorVerb(options, terminal),
            new CompletionVerb(terminal),
            new CompleteVerb(options, terminal),
        ];
}
