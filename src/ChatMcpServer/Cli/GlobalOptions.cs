using System.CommandLine;
using System.CommandLine.Help;
using ChatMcpServer.Installing;
using ChatMcpServer.Mcp;
using ChatMcpServer.Mcp.Tools;
using ChatSessions;
using ChatSessions.Importing;
using ChatSessions.Model;
using ChatSessions.Recorded;
using ChatSessions.Redaction;
using ChatSessions.Sources.Files;
using ChatSessions.Sources.LlamaCloud;

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
    public const string KeyVariable = "LLAMA_CLOUD_API_KEY";
    private const string OtherKeyVariable = "LLAMA_PARSE_API_KEY";
    private const string ArchiveVariable = "CHAT_MCP_ARCHIVE";
    public const string AgentsVariable = "CHAT_MCP_AGENTS";
    private const string ArchiveFileName = "chat-mcp-server/archive.db";
    internal const string None = "none";
    private const int LongestKeyFile = 64 * 1024;

    private readonly Option<string[]> sessions = new("--sessions")
    {
        HelpName = "PATH",
        Description =
            $"A session file (.json, .jsonl, also .gz) or a folder; may be repeated. Default: {SessionsVariable}, "
            + $"separated by '{Path.PathSeparator}'",
        Recursive = true,
    };

    private readonly Option<string> keyFile = Flag(
        "--api-key-file",
        "PATH",
        $"A file with the LlamaCloud API key. Default: {KeyVariable}, or {OtherKeyVariable}"
    );

    private readonly (Option<string> Flag, string Variable)[] llamaCloud =
    [
        (Flag("--base-url", "URL", "Address of LlamaCloud. Default: LLAMA_CLOUD_BASE_URL"), "LLAMA_CLOUD_BASE_URL"),
        (Flag("--project-id", "UUID", "LlamaCloud project. Default: LLAMA_CLOUD_PROJECT_ID"), "LLAMA_CLOUD_PROJECT_ID"),
        (Flag("--organization-id", "UUID", "LlamaCloud organization. Default: LLAMA_CLOUD_ORGANIZATION_ID"), "LLAMA_CLOUD_ORGANIZATION_ID"),
    ];

    private readonly (Option<string> Flag, string Variable) archive = (
        Flag(
            "--archive",
            "PATH",
            $"The archive: a file, postgres://…, or '{None}'. Default: {ArchiveVariable}, or {ArchiveFileName} in the user's data folder"
        ),
        ArchiveVariable
    );

    private readonly (Option<string> Flag, string Variable) maxSession = (
        Flag(
            "--max-session-mb",
            "N",
            $"The largest session to read, in MB. Default: CHAT_MCP_MAX_SESSION_MB, or {FileSource.DefaultMaxSessionBytes >> 20}"
        ),
        "CHAT_MCP_MAX_SESSION_MB"
    );

    private readonly (Option<string> Flag, string Variable) logLevel = (
        Flag(
            "--log-level",
            "LEVEL",
            "What to log to standard error: debug, info, warning, error or none. Default: CHAT_MCP_LOG_LEVEL, or warning"
        ),
        "CHAT_MCP_LOG_LEVEL"
    );

    private readonly (Option<string> Flag, string Variable) agents = (
        new("--agents")
        {
            HelpName = "NAMES",
            Description =
                $"Import the sessions of agents on this machine while the server runs: {AgentPlaces.Auto}, names such as claude-code,codex, or "
                + $"{AgentPlaces.None}. Default: {AgentsVariable}, or {AgentPlaces.None}",
        },
        AgentsVariable
    );

    private readonly (Option<string> Flag, string Variable) answers = (
        new("--answers")
        {
            HelpName = "FORM",
            Description =
                "What answers of tools have: text, structured, both, or auto: text for known assistants, both for other clients. "
                + "Default: CHAT_MCP_ANSWERS, or auto",
        },
        "CHAT_MCP_ANSWERS"
    );

    private readonly (Option<string> Flag, string Variable) maxRequests = (
        new("--max-requests")
        {
            HelpName = "N",
            Description =
                "The most requests to work on at the same time; others wait. "
                + $"Default: CHAT_MCP_MAX_REQUESTS, or {RequestTurns.DefaultMost}",
        },
        "CHAT_MCP_MAX_REQUESTS"
    );

    private readonly SecretFlags secrets = new(environment, variables ?? []);

    /// <summary>The options that only the server has.</summary>
    public IReadOnlyList<Option> OfServer => [agents.Flag, answers.Flag, maxRequests.Flag];

    /// <summary>Declares the options for a command and its subcommands.</summary>
    public void AddTo(Command command)
    {
        command.Add(sessions);
        command.Add(keyFile);
        foreach (var (flag, _) in llamaCloud)
            command.Add(flag);
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
            LlamaCloud = LlamaCloud(flags),
            ArchivePath = ArchivePath(flags),
            MaxSessionBytes = MaxSessionBytes(flags),
            Secrets = Secrets(flags),
            OutgoingSteps = OutgoingSteps,
            Notice = UnfilledKey(flags),
        };

    /// <summary>The archive's file or address; null if the archive is turned off, or the system has no folder for user data.</summary>
    public string? ArchivePath(ParseResult flags)
    {
        if (Given(flags, archive) is var (_, path))
            return path == None ? null : path;
        // Not verified: the folder is created when something is first saved.
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length == 0 ? null : Path.Combine(data, ArchiveFileName);
    }

    /// <summary>The archive file that a flag or variable names and that does not exist, or null.</summary>
    public string? MissingArchive(ParseResult flags) =>
        Given(flags, archive) is var (_, path) && path != None && !SessionArchive.IsServer(path) && !Path.Exists(path) ? path : null;

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

    /// <summary>The names of the agents whose sessions the server imports while it runs; null if this is off.</summary>
    /// <exception cref="ChatSessionException">A name is unknown, or there is no archive to import into.</exception>
    public IReadOnlySet<string>? Agents(ParseResult flags)
    {
        if (
            Given(flags, agents) is not var (name, text)
            || AgentPlaces.ParseNames(name, text, ImportFormats.Known) is not { Count: > 0 } names
        )
            return null;
        return ArchivePath(flags) is not null
            ? names
            : throw Invalid($"{name} needs an archive to import into. Pass --archive PATH, or set {ArchiveVariable} to a file.");
    }

    /// <summary>What the answers of tools have.</summary>
    /// <exception cref="ChatSessionException">The flag or the variable is not a form of answers.</exception>
    public AnswerForm Answers(ParseResult flags) =>
        Given(flags, answers) is not var (name, text)
            ? AnswerForm.Auto
            : text.ToLowerInvariant() switch
            {
                "auto" => AnswerForm.Auto,
                "text" => AnswerForm.Text,
                "structured" => AnswerForm.Structured,
                "both" => AnswerForm.Both,
                _ => throw Invalid($"Invalid {name} '{text}'. Use auto, text, structured or both."),
            };

    /// <summary>How many requests the server works on at the same time.</summary>
    /// <exception cref="ChatSessionException">The flag or the variable is not a valid number.</exception>
    public int MaxRequests(ParseResult flags) =>
        Given(flags, maxRequests) is var (name, text) ? Numbers.Parse(name, text, 1, RequestTurns.LargestMost) : RequestTurns.DefaultMost;

    /// <summary>Where agents keep their sessions on this machine.</summary>
    public AgentPlaces Places => AgentPlaces.OfMachine(environment);

    /// <summary>Where assistants keep their configurations on this machine.</summary>
    public HostPlaces HostPlaces => HostPlaces.OfMachine(environment);

    /// <summary>The options whose values are paths.</summary>
    public IReadOnlyList<string> PathOptions => [sessions.Name, keyFile.Name, archive.Flag.Name, secrets.PathOption];

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

    /// <summary>The options of a server with HTTP.</summary>
    public HttpFlags Http { get; } = new(environment, variables ?? []);

    /// <summary>How to reach LlamaCloud with keys of callers; a project of the local user's key says nothing of theirs.</summary>
    /// <exception cref="ChatSessionException">The address is invalid.</exception>
    public LlamaCloudOptions LlamaCloudWithoutKey(ParseResult flags)
    {
        var (flag, variable) = llamaCloud[0];
        var address = flags.GetValue(flag) ?? environment(variable);
        return string.IsNullOrEmpty(address) ? new LlamaCloudOptions { ApiKey = null }
            : Uri.TryCreate(address, UriKind.Absolute, out var url) ? new LlamaCloudOptions { ApiKey = null, BaseUrl = url }
            : throw Invalid($"{flag.Name} '{address}' is not an address such as {LlamaCloudOptions.DefaultBaseUrl.OriginalString}.");
    }

    /// <summary>The door through which a verb writes recorded text.</summary>
    /// <exception cref="ChatSessionException">An option is invalid.</exception>
    public OutgoingDoor Door(ParseResult flags) => new(Secrets(flags), OutgoingSteps);

    /// <summary>The size limit of one session, in bytes.</summary>
    /// <exception cref="ChatSessionException">The flag or the variable is not a valid number of megabytes.</exception>
    public long MaxSessionBytes(ParseResult flags) =>
        Given(flags, maxSession) is var (name, text)
            ? (long)Numbers.Parse(name, text, 1, Array.MaxLength >> 20) << 20
            : FileSource.DefaultMaxSessionBytes;

    /// <summary>The lowest level to log.</summary>
    /// <exception cref="ChatSessionException">The flag or the variable is not a log level.</exception>
    public LogLevel ReadLogLevel(ParseResult flags)
    {
        if (Given(flags, logLevel) is not var (name, text))
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
    public bool IsDebugging(ParseResult flags) => Given(flags, logLevel)?.Text.ToLowerInvariant() is "debug" or "trace";

    /// <summary>The flag or variable that the LlamaCloud API key comes from; null if there is no key.</summary>
    public string? KeyOrigin(ParseResult flags) =>
        flags.GetValue(keyFile) is { } path ? $"--api-key-file {path}"
        : HasKey(KeyVariable) ? KeyVariable
        : HasKey(OtherKeyVariable) ? OtherKeyVariable
        : null;

    /// <summary>
    /// Says that a variable for the key has a placeholder in it, as assistants pass it on if the variable that it names is not set. Null if
    /// there is a key, or no placeholder.
    /// </summary>
    public string? UnfilledKey(ParseResult flags)
    {
        if (KeyOrigin(flags) is not null)
            return null;
        var variable = Array.Find([KeyVariable, OtherKeyVariable], name => !string.IsNullOrEmpty(environment(name)));
        return variable is null
            ? null
            : $"{variable} is a placeholder that nobody filled in, so LlamaCloud is not used. Set it to the key where the assistant is started, "
                + "or remove it from the assistant's configuration.";
    }

    private bool HasKey(string variable) => environment(variable) is { Length: > 0 } key && !LlamaCloudOptions.IsPlaceholder(key);

    /// <summary>A LlamaCloud variable that is set, for the warning when there is no key; null if none is set.</summary>
    public string? VariableInNeedOfKey =>
        llamaCloud.Select(option => option.Variable).FirstOrDefault(variable => !string.IsNullOrEmpty(environment(variable)));

    private string[] SessionPaths(ParseResult flags) =>
        flags.GetValue(sessions) is { Length: > 0 } paths
            ? paths
            : environment(SessionsVariable)
                ?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ?? [];

    private LlamaCloudOptions? LlamaCloud(ParseResult flags)
    {
        var given = llamaCloud
            .Where(option => flags.GetValue(option.Flag) is not null)
            .ToDictionary(option => option.Variable, option => option.Flag);
        var keyPath = flags.GetValue(keyFile);
        var key = keyPath is null ? null : ReadKey(keyPath);
        if (given.Count > 0 && key is null && KeyOrigin(flags) is null && !Http.HasCallers(flags))
            throw Invalid($"{given.First().Value.Name} needs a LlamaCloud API key. Set {KeyVariable}, or pass --api-key-file PATH.");
        try
        {
            return LlamaCloudOptions.FromEnvironment(variable =>
                variable == KeyVariable && key is not null ? key
                : given.TryGetValue(variable, out var flag) ? flags.GetValue(flag)
                : environment(variable)
            );
        }
        catch (ChatSessionException exception)
        {
            // The library names only the variables; if a flag was passed, the message must name the flag.
            var message = given.Aggregate(exception.Message, (text, option) => text.Replace(option.Key, option.Value.Name));
            throw Invalid(
                key is null ? message : message.Replace($"Set {KeyVariable} to the key only", $"Write only the key into {keyPath}")
            );
        }
    }

    private static string ReadKey(string path)
    {
        try
        {
            using var file = new StreamReader(path);
            var text = new char[LongestKeyFile];
            var key = new string(text, 0, file.ReadBlock(text)).Trim();
            return key.Length == 0 ? throw Invalid($"--api-key-file {path} is empty. Write the LlamaCloud API key into it.")
                : LlamaCloudOptions.IsPlaceholder(key)
                    ? throw Invalid($"--api-key-file {path} has a placeholder. Write the LlamaCloud API key into it.")
                : key;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid($"Cannot read --api-key-file {path}. Pass a file that contains only the LlamaCloud API key.");
        }
    }

    /// <summary>The value of a flag or its variable, and the name of the one that has it.</summary>
    private (string Name, string Text)? Given(ParseResult flags, (Option<string> Flag, string Variable) option) =>
        flags.GetValue(option.Flag) is { } value ? (option.Flag.Name, value)
        : environment(option.Variable) is { Length: > 0 } variable ? (option.Variable, variable)
        : null;

    private static Option<string> Flag(string name, string helpName, string description) =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            Recursive = true,
        };

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
