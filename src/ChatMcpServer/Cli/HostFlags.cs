using System.CommandLine;
using ChatMcpServer.Installing;
using ChatSessions.Model;
using ChatSessions.Words;

namespace ChatMcpServer.Cli;

/// <summary>The arguments and options of <c>install</c> and <c>uninstall</c>, and what they choose.</summary>
internal sealed class HostFlags
{
    private const string EndOfOptions = "--";

    private readonly Argument<string[]> words = new("host")
    {
        Description = $"{string.Join(", ", Hosts.All.Select(host => host.Name))}. Without a name: those that are on this machine",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> all = new("--all") { Description = "All assistants on this machine, with one question for all" };
    private readonly Option<bool> yes = new("--yes", "-y") { Description = "Do not ask" };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Only show what would change" };
    private readonly Option<bool> force = new("--force") { Description = "Also where an entry of this name starts something else" };

    private readonly Option<string> scope = Flags.Text(
        "--scope",
        "SCOPE",
        "user, for all your projects, or project, for everybody who works in the current folder"
    );

    public void AddTo(Command command)
    {
        command.Add(words);
        command.Add(all);
        command.Add(yes);
        command.Add(dryRun);
        command.Add(scope);
        command.Add(force);
    }

    public bool IsAll(ParseResult flags) => flags.GetValue(all);

    public bool IsAgreed(ParseResult flags) => flags.GetValue(yes);

    public bool IsDry(ParseResult flags) => flags.GetValue(dryRun);

    public bool IsForced(ParseResult flags) => flags.GetValue(force);

    /// <summary>Null if none is given.</summary>
    /// <exception cref="ChatSessionException">It is another word.</exception>
    public HostScope? Scope(ParseResult flags) => Flags.ReadWord(flags, scope, ("user", HostScope.User), ("project", HostScope.Project));

    /// <summary>The words after <c>--</c>: the options of the server.</summary>
    public static IReadOnlyList<string> ServerWords(ParseResult flags) =>
        [.. flags.Tokens.Select(token => token.Value).SkipWhile(word => word != EndOfOptions).Skip(1)];

    /// <summary>The hosts that are named; empty if none is.</summary>
    /// <exception cref="ChatSessionException">There is no host of a name.</exception>
    public IReadOnlyList<McpHost> Named(ParseResult flags)
    {
        var given = flags.GetValue(words) ?? [];
        var names = given.SkipLast(ServerWords(flags).Count).Distinct().ToList();
        if (names.Find(name => name.StartsWith('-')) is { } option)
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"Unknown option '{option}'. See `{Shell.Command(flags.CommandResult.Command.Name, "--help")}`."
            );
        return [.. names.Select(Get)];
    }

    private static McpHost Get(string name)
    {
        if (Hosts.Find(name) is { } host)
            return host;
        var names = Hosts.All.Select(one => one.Name).ToList();
        var meant = Spelling.Closest(names, name) is [var closest, ..] ? $"Did you mean {closest}? " : "";
        throw new ChatSessionException(
            ChatSessionError.InvalidArgument,
            $"There is no assistant '{name}'. {meant}Use {string.Join(", ", names.SkipLast(1))} or {names[^1]}."
        );
    }
}
