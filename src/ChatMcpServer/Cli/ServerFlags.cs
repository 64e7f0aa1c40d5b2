using System.CommandLine;
using ChatMcpServer.Mcp;
using ChatMcpServer.Mcp.Tools;
using ChatSessions.Importing;
using ChatSessions.Model;

namespace ChatMcpServer.Cli;

/// <summary>The options of <c>serve</c> over stdio and over HTTP.</summary>
/// <param name="environment">Returns the value of a variable; null if it is not set.</param>
internal sealed class ServerFlags(Func<string, string?> environment)
{
    public const string AgentsVariable = "CHAT_MCP_AGENTS";

    private readonly VariableFlag agents = new(
        Flags.Text(
            "--agents",
            "NAMES",
            $"Import the sessions of agents on this machine while the server runs: {AgentPlaces.Auto}, names such as claude-code,codex, or "
                + $"{AgentPlaces.None}. Default: {AgentsVariable}, or {AgentPlaces.None}"
        ),
        AgentsVariable
    );

    private readonly VariableFlag answers = new(
        Flags.Text(
            "--answers",
            "FORM",
            "What answers of tools have: text, structured, both, or auto: text for known assistants, both for other clients. "
                + "Default: CHAT_MCP_ANSWERS, or auto"
        ),
        "CHAT_MCP_ANSWERS"
    );

    private readonly VariableFlag maxRequests = new(
        Flags.Text(
            "--max-requests",
            "N",
            "The most requests to work on at the same time; others wait. "
                + $"Default: CHAT_MCP_MAX_REQUESTS, or {RequestTurns.DefaultMost}"
        ),
        "CHAT_MCP_MAX_REQUESTS"
    );

    /// <summary>All of them, as the help shows them.</summary>
    public IReadOnlyList<Option> All => [agents.Flag, answers.Flag, maxRequests.Flag];

    /// <summary>The names of the agents whose sessions the server imports while it runs; null if this is off.</summary>
    /// <param name="archive">The archive to import into; null if it is turned off.</param>
    /// <exception cref="ChatSessionException">A name is unknown, or there is no archive to import into.</exception>
    public IReadOnlySet<string>? Agents(ParseResult flags, string? archive)
    {
        if (
            agents.Given(flags, environment) is not var (name, text)
            || AgentPlaces.ParseNames(name, text, ImportFormats.Known) is not { Count: > 0 } names
        )
            return null;
        return archive is not null
            ? names
            : throw Invalid(
                $"{name} needs an archive to import into. Pass --archive PATH, or set {GlobalOptions.ArchiveVariable} to a file."
            );
    }

    /// <summary>What the answers of tools have.</summary>
    /// <exception cref="ChatSessionException">The flag or the variable is not a form of answers.</exception>
    public AnswerForm Answers(ParseResult flags) =>
        answers.Given(flags, environment) is not var (name, text)
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
        maxRequests.Given(flags, environment) is var (name, text)
            ? Numbers.Parse(name, text, 1, RequestTurns.LargestMost)
            : RequestTurns.DefaultMost;

    private static ChatSessionException Invalid(string message) => new(ChatSessionError.InvalidArgument, message);
}
