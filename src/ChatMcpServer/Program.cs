using ChatMcpServer.Cli;
using ChatMcpServer.Hosting;
using ChatSessions.Importing;

var options = new GlobalOptions(Environment.GetEnvironmentVariable);
var terminal = Terminal.OfProcess(Environment.GetEnvironmentVariable);
EmbeddedSqlite.Use();

return await CommandLine.RunAsync(
    args,
    terminal,
    options,
    new ServeVerb(options),
    new ShowVerb(options, terminal),
    new ListVerb(options, terminal),
    new SearchVerb(options, terminal),
    new ImportVerb(options, terminal, ImportFormats.Known),
    new SyncVerb(options, terminal),
    new ArchiveVerb(options, terminal),
    new DoctorVerb(options, terminal)
);
