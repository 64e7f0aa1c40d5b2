using System.Text.Json;
using ChatSessions.Model;
using ChatSessions.Sources.Files;

namespace ChatSessions.Importing;

/// <summary>Where programs keep their sessions on a machine.</summary>
/// <param name="environment">Returns the value of a variable; null if it is not set.</param>
/// <param name="home">The user's home folder.</param>
/// <param name="system">The operating system, which decides where programs keep their data.</param>
public sealed class AgentPlaces(Func<string, string?> environment, string home, AgentSystem system)
{
    /// <summary>The word for all programs that are found.</summary>
    public const string Auto = "auto";

    public const string None = "none";

    private const int MaxSettingsBytes = 1 << 20;

    /// <summary>How long Claude Code keeps a session, unless its settings say otherwise.</summary>
    private static readonly TimeSpan ClaudeCodeKeeps = TimeSpan.FromDays(30);

    /// <summary>The editors that VS Code's extensions run in.</summary>
    private static readonly string[] Editors = ["Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf"];

    /// <summary>
    /// Every program: its name in options and in sentences, the import format of its sessions, and where it keeps them. A program whose
    /// sessions are in several formats has a row for each.
    /// </summary>
    private static readonly Row[] Table =
    [
        new("claude-code", "Claude Code", "claude-code", at => at.ClaudeCode()) { Keeps = at => at.ClaudeCodeKeepsFor() },
        new(
            "codex",
            "Codex",
            "codex",
            at => Below(at.OwnFolder("CODEX_HOME", ".codex"), "**/rollout-*.jsonl*", "sessions", "archived_sessions")
        ),
        new("copilot-cli", "Copilot CLI", "copilot-cli", at => at.CopilotCli()),
        new("vscode-copilot", "VS Code Copilot", "vscode-copilot", at => at.VsCodeCopilot()),
        new(
            "vscode-copilot",
            "VS Code Copilot",
            "copilot-cli",
            at => at.InEditors("workspaceStorage", "*/GitHub.copilot-chat/transcripts/*.jsonl")
        ),
        new("cursor", "Cursor", "cursor", at => Below(at.InHome(".cursor"), "*/agent-transcripts/**/*.jsonl", "projects")),
        new("cursor", "Cursor", "cursor-chat", at => Below(Path.Combine(at.AppData, "Cursor", "User"), "state.vscdb", "globalStorage")),
        new("gemini-cli", "Gemini CLI", "gemini-cli", at => Below(at.Gemini, "*/chats/**/*.json*", "tmp")),
        new("antigravity", "Antigravity", "antigravity", at => at.Antigravity()),
        new("qwen-code", "Qwen Code", "qwen-code", at => Below(at.InHome(".qwen"), "*/chats/*.json*", "projects", "tmp")),
        new("opencode", "opencode", "opencode", at => at.OpenCode()),
        new("goose", "Goose", "goose", at => at.Goose()),
        new("pi", "Pi", "pi", at => at.Pi()),
        new("openclaw", "OpenClaw", "pi", at => Below(at.OwnFolder("OPENCLAW_STATE_DIR", ".openclaw"), "*/sessions/*.jsonl", "agents")),
        new("kimi", "Kimi", "kimi", at => Below(at.OwnFolder("KIMI_SHARE_DIR", ".kimi"), "**/wire.jsonl", "sessions")),
        new("openhands", "OpenHands", "openhands", at => Below(at.InHome(".openhands"), "*/events/event-*.json", "conversations")),
        new("droid", "Droid", "droid", at => Below(at.InHome(".factory"), "**/*.jsonl", "sessions")),
        new("grok", "Grok", "grok", at => Below(at.InHome(".grok"), "**/*.jsonl", "sessions")),
        new("amp", "Amp", "amp", at => Below(at.Data("amp"), "T-*.json", "threads")),
        new("cline", "Cline", "anthropic", at => at.Cline()),
        new(
            "roo-code",
            "Roo Code",
            "anthropic",
            at => at.InEditors("globalStorage/rooveterinaryinc.roo-cline/tasks", "*/api_conversation_history.json")
        ),
    ];

    /// <summary>The places on this machine.</summary>
    public static AgentPlaces OfMachine(Func<string, string?> environment) =>
        new(
            environment,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
            OperatingSystem.IsWindows() ? AgentSystem.Windows
                : OperatingSystem.IsMacOS() ? AgentSystem.MacOS
                : AgentSystem.Linux
        );

    /// <summary>The names of the programs whose sessions can be imported.</summary>
    public static IReadOnlyList<string> Names(ImportFormats formats) => [.. Rows(formats).Select(row => row.Name).Distinct()];

    /// <summary>The names of the programs whose sessions can be imported, for sentences.</summary>
    public static IReadOnlyList<string> DisplayNames(ImportFormats formats) => [.. Rows(formats).Select(row => row.DisplayName).Distinct()];

    /// <summary>
    /// Reads <see cref="Auto"/>, which means all programs, <see cref="None"/>, or a list of names, separated by commas. Nothing stands for none: a
    /// form with a field for it may have been emptied.
    /// </summary>
    /// <param name="option">The option or variable, for the error.</param>
    /// <exception cref="ChatSessionException">There is no program of that name.</exception>
    public static IReadOnlySet<string> ParseNames(string option, string text, ImportFormats formats)
    {
        var known = Names(formats);
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names is [] or [None])
            return new HashSet<string>();
        if (names.Any(name => name != Auto && !known.Contains(name)))
            throw new ChatSessionException(
                ChatSessionError.InvalidArgument,
                $"Invalid {option} '{text}'. Use {Auto}, {None}, or some of these, separated by commas: {string.Join(", ", known)}."
            );
        return names.Contains(Auto) ? known.ToHashSet() : names.ToHashSet();
    }

    /// <summary>Finds the programs that have a folder for sessions on this machine.</summary>
    /// <param name="names">The names of the programs to look for.</param>
    /// <param name="formats">The formats that can be imported; other programs are skipped.</param>
    public IReadOnlyList<Agent> Find(IReadOnlySet<string> names, ImportFormats formats) =>
        [
            .. Rows(formats)
                .Where(row => names.Contains(row.Name))
                .GroupBy(row => row.Name)
                .Select(rows => new Agent(
                    rows.Key,
                    rows.First().DisplayName,
                    [.. rows.SelectMany(row => row.Folders(this)).Distinct().Where(folder => Directory.Exists(folder.Path))]
                )
                {
                    Keeps = rows.First().Keeps(this),
                })
                .Where(agent => agent.Folders.Length > 0),
        ];

    private static IEnumerable<Row> Rows(ImportFormats formats) => Table.Where(row => formats.All.Any(format => format.Name == row.Format));

    private string Gemini => Path.Combine(Variable("GEMINI_CLI_HOME") ?? home, ".gemini");

    private IEnumerable<AgentFolder> ClaudeCode() =>
        ClaudeCodeHomes()
            .Select(folder => new AgentFolder(Path.Combine(folder, "projects"), "**/*.jsonl"))
            .Append(new AgentFolder(Path.Combine(AppData, "Claude", "local-agent-mode-sessions"), "**/.claude/projects/**/*.jsonl"));

    /// <summary>The folders with Claude Code's settings and sessions; the variable may name several.</summary>
    private string[] ClaudeCodeHomes() =>
        Variable("CLAUDE_CONFIG_DIR") is { } folders
            ? folders.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [InHome(".claude"), Path.Combine(Config, "claude")];

    /// <summary>The shortest time in the settings of Claude Code, since its folders are not kept apart here.</summary>
    private TimeSpan? ClaudeCodeKeepsFor() =>
        ClaudeCodeHomes()
            .Where(Directory.Exists)
            .Select(folder => CleanupPeriod(Path.Combine(folder, "settings.json")) ?? ClaudeCodeKeeps)
            .DefaultIfEmpty(ClaudeCodeKeeps)
            .Min();

    private static TimeSpan? CleanupPeriod(string settings)
    {
        try
        {
            // A pipe has no length, and reading it may never end.
            if (new FileInfo(settings) is not { Exists: true, Length: > 0 and <= MaxSettingsBytes })
                return null;
            using var json = JsonDocument.Parse(
                File.ReadAllBytes(settings),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }
            );
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("cleanupPeriodDays", out var days)
                && days.ValueKind == JsonValueKind.Number
                && days.TryGetDouble(out var number)
                && number is >= 0 and <= 100_000
                ? TimeSpan.FromDays(number)
                : null;
        }
        catch (Exception exception) when (exception is JsonException || FileProblem.IsOfFileSystem(exception))
        {
            return null;
        }
    }

    private IEnumerable<AgentFolder> CopilotCli()
    {
        var folder = Path.Combine(OwnFolder("COPILOT_HOME", ".copilot"), "session-state");
        return [new(folder, "*/events.jsonl"), new(folder, "*.jsonl")];
    }

    private IEnumerable<AgentFolder> VsCodeCopilot() =>
        [.. InEditors("workspaceStorage", "*/chatSessions/*.json*"), .. InEditors("globalStorage/emptyWindowChatSessions", "*.json*")];

    private IEnumerable<AgentFolder> Antigravity() =>
        Below(Gemini, "*/.system_generated/logs/transcript.jsonl", "antigravity/brain", "antigravity-cli/brain", "antigravity-ide/brain");

    private IEnumerable<AgentFolder> OpenCode() =>
        [new(Data("opencode"), "opencode*.db"), new(Path.Combine(Data("opencode"), "storage", "session"), "**/*.json")];

    private IEnumerable<AgentFolder> Goose()
    {
        var folder = system == AgentSystem.Windows ? Path.Combine(AppData, "Block", "goose", "data", "sessions") : Data("goose/sessions");
        return [new(folder, "sessions.db"), new(folder, "*.jsonl")];
    }

    private IEnumerable<AgentFolder> Pi() =>
        [
            .. Below(OwnFolder("PI_CODING_AGENT_DIR", ".pi/agent"), "**/*.jsonl", "sessions"),
            .. Below(InHome(".omp/agent"), "**/*.jsonl", "sessions"),
        ];

    private IEnumerable<AgentFolder> Cline() =>
        [
            .. InEditors("globalStorage/saoudrizwan.claude-dev/tasks", "*/api_conversation_history.json"),
            .. InEditors("globalStorage/saoudrizwan.claude-dev/tasks", "*/*.messages.json"),
            .. Below(InHome(".cline/data"), "*/api_conversation_history.json", "tasks"),
        ];

    private IEnumerable<AgentFolder> InEditors(string folder, string pattern) =>
        Editors.SelectMany(editor => Below(Path.Combine(AppData, editor, "User"), pattern, folder));

    private static IEnumerable<AgentFolder> Below(string folder, string pattern, params IEnumerable<string> subfolders) =>
        subfolders.Select(subfolder => new AgentFolder(Path.Combine([folder, .. subfolder.Split('/')]), pattern));

    private string InHome(string folder) => Path.Combine([home, .. folder.Split('/')]);

    /// <summary>The folder of a program: the value of its variable, else a folder in the home folder.</summary>
    private string OwnFolder(string variable, string folder) => Variable(variable) ?? InHome(folder);

    /// <summary>Where programs that follow the XDG specification on every system keep data.</summary>
    private string Data(string folder) => Path.Combine([Variable("XDG_DATA_HOME") ?? InHome(".local/share"), .. folder.Split('/')]);

    private string Config => Variable("XDG_CONFIG_HOME") ?? InHome(".config");

    /// <summary>Where desktop programs keep their data.</summary>
    private string AppData =>
        system switch
        {
            AgentSystem.Windows => Variable("APPDATA") ?? InHome("AppData/Roaming"),
            AgentSystem.MacOS => InHome("Library/Application Support"),
            _ => Config,
        };

    private string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

    private sealed record Row(string Name, string DisplayName, string Format, Func<AgentPlaces, IEnumerable<AgentFolder>> Folders)
    {
        public Func<AgentPlaces, TimeSpan?> Keeps { get; init; } = _ => null;
    }
}

/// <summary>An operating system, as far as it decides where programs keep data.</summary>
public enum AgentSystem
{
    /// <summary>Linux, and others that follow the XDG specification.</summary>
    Linux,

    /// <summary>macOS.</summary>
    MacOS,

    /// <summary>Windows.</summary>
    Windows,
}
