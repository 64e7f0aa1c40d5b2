using ChatSessions.Importing;

namespace ChatMcpServer.Cli;

internal static class Verbs
{
    /// <summary>The verbs as the help groups them, by name.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<string> Names)> Groups { get; } =
    [
        ("Read sessions", ["show", "review", "compare", "list", "calls", "search"]),
        ("Keep sessions", ["import", "sync", "archive"]),
        ("Serve", ["serve", "auth"]),
        ("Set up", ["install", "uninstall", "hook", "doctor", "completion"]),
    ];

    /// <summary>The verbs; the first is the default.</summary>
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
            new HookVerb(options, terminal),
            new DoctorVerb(options, terminal),
            new CompletionVerb(terminal),
            new CompleteVerb(options, terminal),
        ];
}
