using ChatSessions.Importing;

namespace ChatMcpServer.Cli;

/// <summary>All that the program does.</summary>
internal static class Verbs
{
    /// <summary>The verbs as the help lists them; the first is what the program does when none is named.</summary>
    public static Verb[] All(GlobalOptions options, Terminal terminal) =>
        [
            new ServeVerb(options),
            new ShowVerb(options, terminal),
            new ListVerb(options, terminal),
            new SearchVerb(options, terminal),
            new ImportVerb(options, terminal, ImportFormats.Known),
            new SyncVerb(options, terminal),
            new ArchiveVerb(options, terminal),
            new DoctorVerb(options, terminal),
        ];
}
