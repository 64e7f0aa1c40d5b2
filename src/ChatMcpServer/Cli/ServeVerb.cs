using System.CommandLine;
using ChatMcpServer.Hosting;
using ChatMcpServer.Mcp;
using ChatMcpServer.Mcp.Tools;
using ChatSessions;
using ChatSessions.Importing;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

internal sealed class ServeVerb : Verb
{
    private readonly Option<string> http = new("--http")
    {
        HelpName = "ADDRESS",
        Description = $"Serve Streamable HTTP at /mcp instead of stdio. Default address: {ListenAddress.Default}",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly GlobalOptions options;

    public ServeVerb(GlobalOptions options)
        : base("serve", "Serve MCP over stdio, or over HTTP with --http.")
    {
        this.options = options;
        Add(http);
        foreach (var option in options.Server.All.Concat(options.Http.All))
            Add(option);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["serve --sessions ~/sessions", "serve --http 127.0.0.1:8080", "serve --http --auth tokens", "serve --agents auto"];

    /// <summary>Refuses what a server over stdio would not start with.</summary>
    /// <exception cref="ChatSessionException">Names the option, and what to pass instead.</exception>
    public void Check(ParseResult flags)
    {
        Read(flags).Sessions.Validate();
        options.Http.RefuseWithoutHttp(flags);
        options.Http.LogFormat(flags);
    }

    private (ChatSessionsOptions Sessions, LogLevel LogLevel, IReadOnlySet<string>? Agents, AnswerForm Answers, int MaxRequests) Read(
        ParseResult flags
    ) =>
        (
            options.Read(flags),
            options.ReadLogLevel(flags),
            options.Server.Agents(flags, options.ArchivePath(flags)),
            options.Server.Answers(flags),
            options.Server.MaxRequests(flags)
        );

    private Task<int> RunAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        NativeMemory.ShareArenas();
        var (sessions, logLevel, agents, answers, maxRequests) = Read(flags);
        if (flags.GetResult(http) is null)
        {
            options.Http.RefuseWithoutHttp(flags);
            // Somebody trying it out in a terminal would wait for something to happen.
            if (!Console.IsInputRedirected)
                Console.Error.WriteLine(
                    "Serving MCP over standard input and output, for an assistant. See `chat-mcp-server --help` for other commands."
                );
            return StdioHost.RunAsync(AddServices, logLevel, cancellationToken, options.Http.LogFormat(flags));
        }
        var address = flags.GetValue(http) is { } text ? ListenAddress.Parse(text) : ListenAddress.Default;
        var setup = options.Http.Read(flags, address, logLevel);
        sessions = HttpFlags.ForCallers(setup, sessions, flags, options);
        return HttpHost.RunAsync(AddAll, setup, cancellationToken);

        void AddAll(IServiceCollection services)
        {
            AddServices(services);
            if (sessions.ArchivePath is not null)
                services.AddRetention(setup);
        }

        void AddServices(IServiceCollection services)
        {
            services.AddChatSessions(sessions).AddChatMcp(answers, maxRequests);
            if (agents is not null)
                services.AddAgentImport(() => options.Places.Find(agents, ImportFormats.Known), sessions);
        }
    }
}
