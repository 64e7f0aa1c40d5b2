using System.Collections;
using ChatMcpServer.Cli;
using ChatMcpServer.Hosting;

Console.SetError(new QuietError(() => Console.Error));
var options = new GlobalOptions(
    Environment.GetEnvironmentVariable,
    [
        .. Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(one => KeyValuePair.Create((string)one.Key, (string?)one.Value ?? "")),
    ]
);
var terminal = Terminal.OfProcess(Environment.GetEnvironmentVariable);
EmbeddedSqlite.Use();

return await CommandLine.RunAsync(args, terminal, options, Verbs.All(options, terminal));
