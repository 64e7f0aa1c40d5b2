namespace ChatMcpServer.Cli;

/// <summary>What assistants call at moments of a session.</summary>
internal sealed class HookVerb(GlobalOptions options, Terminal terminal)
    : ParentVerb(
        "hook",
        "Answer a hook of an assistant, which passes it as JSON on standard input.",
        [new HookSessionStartVerb(options, terminal)]
    );
