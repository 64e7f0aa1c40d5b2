using ChatMcpServer.Cli;
using ChatMcpServer.Hosting;

var options = new GlobalOptions(Environment.GetEnvironmentVariable);
var terminal = Terminal.OfProcess(Environment.GetEnvironmentVariable);
EmbeddedSqlite.Use();

return await CommandLine.RunAsync(args, terminal, options, Verbs.All(options, terminal));
