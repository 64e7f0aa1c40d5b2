using System.CommandLine;
using System.CommandLine.Help;
using ChatMcpServer.Installing;
using ChatSessions;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Sources.Files;

namespace ChatMcpServer.Cli;

/// <summary>
/// The options of all verbs: where sessions come from, and how much is logged. The only place that reads flags and environment variables. A
/// flag overrides its variable, and an error names the one that was used.
/// </summary>
/// <param name="environment">Returns the value of a variable; null if it is not set.</param>
/// <param name="variables">All variables; null if none is looked at but those that are asked for.</param>
internal sealed class GlobalOptions(Func<string, string?> environment, IReadOnlyCollection<KeyValuePair<string, string>>? variables = null)
{
    private const string SessionsVariable = "CHAT_MCP_SESSIONS";
    public const string ArchiveVariable = "CHAT_MCP_ARCHIVE";
    private const string ArchiveFileName = "chat-mcp-server/archive.db";
    internal const string None = "none";

    private readonly Option<string[]> sessions = new("--sessions")
    {
        HelpName = "PATH",
        Description =
            $"A session file (.json, .jsonl, also .gz) or a folder; may be repeated. Default: {SessionsVariable}, "
            + $"separated by '{Path.PathSeparator}'",
        Recursive = true,
    };

    private readonly VariableFlag archive = VariableFlag.OfAll(
        ArchiveVariable,
        "--archive",
        "PATH",
        $"The archive: a file, postgres://…, or '{None}'. Default: {ArchiveVariable}, or {ArchiveFileName} in the user's data folder"
    );

    private readonly VariableFlag maxSession = VariableFlag.OfAll(
        "CHAT_MCP_MAX_SESSION_MB",
        "--max-session-mb",
        "N",
        $"The largest session to read, in MB. Default: CHAT_MCP_MAX_SESSION_MB, or {FileSource.DefaultMaxSessionBytes >> 20}"
    );

    private readonly VariableFlag logLevel = VariableFlag.OfAll(
        "CHAT_MCP_LOG_LEVEL",
        "--log-level",
        "LEVEL",
        "What to log to standard error: debug, info, warning, error or none. Default: CHAT_MCP_LOG_LEVEL, or warning"
    );

    private readonly SecretFlags secrets = new(environment, variables ?? []);

    /// <summary>Declares the options for a command and its subcommands.</summary>
    public void AddTo(Command command)
    {
        command.Add(sessions);
        LlamaCloud.AddTo(command);
        command.Add(archive.Flag);
        command.Add(maxSession.Flag);
        secrets.AddTo(command);
        command.Add(logLevel.Flag);
    }

    /// <exception cref="ChatSessionException">A flag or a variable is invalid.</exception>
    public ChatSessionsOptions Read(ParseResult flags) =>
        new()
        {
            SessionPaths = SessionPaths(flags),
            LlamaCloud = LlamaCloud.Read(flags, Http.HasCallers(flags)),
            ArchivePath = ArchivePath(flags),
            MaxSessionBytes = MaxSessionBytes(flags),
            Secrets = Secrets(flags),
            OutgoingSteps = OutgoingSteps,
            Notice = LlamaCloud.UnfilledKey(flags),
        };

    /// <summary>The archive's file or address; null if the archive is turned off, or the system has no folder for user data.</summary>
    public string? ArchivePath(ParseResult flags)
    {
        if (archive.Given(flags, environment) is var (_, path))
            return path == None ? null : path;
        // Not verified: the folder is created when something is first saved.
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length == 0 ? null : Path.Combine(data, ArchiveFileName);
    }

    /// <summary>The archive file that a flag or variable names and that does not exist, or null.</summary>
    public string? MissingArchive(ParseResult flags) =>
        archive.Given(flags, environment) is var (_, path) && path != None && !SessionArchive.IsServer(path) && !Path.Exists(path)
            ? path
            : null;

    /// <summary>A command to propose, with the flags of this one that say where its sessions are.</summary>
    /// <param name="words">Its verb and arguments.</param>
    public string Command(ParseResult flags, params string[] words)
    {
        // The other verbs work on an archive, and on nothing else.
        var readsFiles = words[0] is "list" or "show";
        return Shell.Command([
            .. words,
            .. (readsFiles ? flags.GetValue(sessions) ?? [] : []).SelectMany(path => (string[])[sessions.Name, path]),
            // The command is shown, and a password is not.
            .. flags.GetValue(archive.Flag) is { } path && (readsFiles || path != None)
                ? (string[])[archive.Flag.Name, SessionArchive.Show(path)]
                : [],
        ]);
    }

    /// <summary>Whether a flag or variable names files or folders with sessions.</summary>
    public bool HasSessionPaths(ParseResult flags) => SessionPaths(flags).Length > 0;

    /// <summary>Where agents keep their sessions on this machine.</summary>
    public AgentPlaces Places => AgentPlaces.OfMachine(environment);

    /// <summary>Where assistants keep their configurations on this machine.</summary>
    public HostPlaces HostPlaces => HostPlaces.OfMachine(environment);

    /// <summary>The options whose values are paths.</summary>
    public IReadOnlyList<string> PathOptions => [sessions.Name, LlamaCloud.PathOption, archive.Flag.Name, secrets.PathOption];

    /// <summary>The options of all commands that a verb refuses: where one only writes entries, they are options of the server.</summary>
    public IEnumerable<Option> RefusedBy(Command verb) =>
        verb is InstallVerb or UninstallVerb
            ? verb
                .Parents.OfType<RootCommand>()
                .Single()
                .Options.Where(option => option is not HelpOption && option.Recursive && option != logLevel.Flag)
            : [];

    /// <summary>The first given option that the verb refuses; null if none was given.</summary>
    public string? GivenOption(ParseResult flags) =>
        RefusedBy(flags.CommandResult.Command).FirstOrDefault(option => flags.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>Replacements in all outgoing text, such as secrets.</summary>
    public IReadOnlyList<OutgoingStep> OutgoingSteps { get; init; } = [];

    /// <summary>What finds the secrets to hide; null to hide none.</summary>
    /// <exception cref="ChatSessionException">An option is invalid.</exception>
    public SecretFinder? Secrets(ParseResult flags) => secrets.Read(flags, []);

    /// <inheritdoc cref="Secrets(ParseResult)"/>
    /// <param name="values">More values to hide, such as keys of callers.</param>
    public SecretFinder? Secrets(ParseResult flags, IReadOnlyList<string> values) => secrets.Read(flags, values);

    /// <summary>How LlamaCloud is reached.</summary>
    public LlamaCloudFlags LlamaCloud { get; } = new(environment);

    /// <summary>The options of a server.</summary>
    public ServerFlags Server { get; } = new(environment);

    /// <summary>The options of a server with HTTP.</summary>
    public HttpFlags Http { get; } = new(environment, variables ?? []);

    /// <summary>The door through which a verb writes recorded text.</summary>
    /// <exception cref="ChatSessionException">An option is invalid.</exception>
    public OutgoingDoor Door(ParseResult flags) => new(Secrets(flags), OutgoingSteps);

    /// <summary>The size limit of one session, in bytes.</summary>
    /// <exception cref="ChatSessionException">The flag or the variable is not a valid number of megabytes.</exception>
    public long MaxSessionBytes(ParseResult flags) =>
        maxSession.Given(flags, environment) is var (name, text)
            ? (long)Numbers.Parse(name, text, 1, Array.MaxLength >> 20) << 20
            : FileSource.DefaultMaxSessionBytes;

    /// <summary>The lowest level to log.</summary>
    /// <exception cref="ChatSessionException">The flag or the variable is not a log level.</exception>
    public LogLevel ReadLogLevel(ParseResult flags)
    {
        if (logLevel.Given(flags, environment) is not var (name, text))
            return LogLevel.Warning;
        return text.ToLowerInvariant() switch
        {
            "trace" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "info" or "information" => LogLevel.Information,
            "warn" or "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            "critical" => LogLevel.Critical,
            "none" => LogLevel.None,
            _ => throw Invalid($"Invalid {name} '{text}'. Use debug, info, warning, error or none."),
        };
    }

    /// <summary>Whether to print failure details. Never throws: it is called while a failure is handled.</summary>
    public bool IsDebugging(ParseResult flags) => logLevel.Given(flags, environment)?.Text.ToLowerInvariant() is "debug" or "trace";

    private string[] SessionPaths(ParseResult flags) =>
        flags.GetValue(sessions) is { Length: > 0 } paths
            ? paths
            : environment(SessionsVariable)
                ?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ?? [];

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
